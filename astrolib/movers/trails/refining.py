"""Chains of trails measured anew along one path: straight, or bent where the trails themselves turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.linking import Chain, measure, turned
from astrolib.movers.trails.model import Trail
from astrolib.movers.trails.paths import Path, path_of
from astrolib.movers.trails.plate import Plate
from astrolib.movers.trails.sightings import Sighting, Sightings

Vector = NDArray[np.float64]

LEAST = 3
"""Sightings of an object."""

_SURE = 10.0
"""Signal-to-noise ratio of all frames together."""

_SURE_OF_THREE = 5.0
"""Of each trail where there are but three."""

_OFF_PATH = 5.0  # standard errors
_KEPT = 0.75  # of the squared signal-to-noise ratio, when the path dictates length and angle
_BENT = 2.0  # pixels off a line, beside the errors, that a bent path may be in its middle
_FLOOR = 0.3  # pixels: what registration and the path leave
_MAY_BEND = 12.0, 4.0  # pixels that one may be off a path of three others, which is straight, and of more
_TURNS, _AS_TOLD = 9.0, 3.0  # chi squared by which trails tell of a bend, and of each value on the bent path
_ANGLE, _LENGTH = 0.01, 0.04  # of a trail that no fit knows better: [rad], and as a share


def refined(chain: Chain, frames: Sequence[Sightings]) -> Chain | None:
    """Return the trails measured anew with the length and angle of the path; None where they do not agree."""
    sightings, bent = list(chain.sightings), chain.bent or _turns(chain, frames)
    for _ in range(2):
        path = path_through(Chain(tuple(sightings), bent), frames)
        measured = [_on_path(path, frames[one.frame].plate, one.frame, one.place) for one in sightings]
        sightings = [one for one in measured if one is not None]
        if len(sightings) < LEAST:
            return None
        sightings = _without_outlier(Chain(tuple(sightings), bent), frames)
    ratios = np.array([one.fit.snr for one in sightings])
    sure = np.sqrt(np.sum(ratios**2)) > _SURE and (len(ratios) > LEAST or ratios.min() > _SURE_OF_THREE)
    return Chain(tuple(sightings), bent) if sure and len(sightings) >= LEAST else None


def consistent(chain: Chain, measured: Chain) -> bool:
    """Tell whether length and angle of the path serve the trails as well as their own do."""
    free = {one.frame: one.fit.snr for one in chain.sightings}
    own = sum(free[one.frame] ** 2 for one in measured.sightings)
    return sum(one.fit.snr**2 for one in measured.sightings) > _KEPT * own


def near_a_line(chain: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether three sightings, which a bent path fits anyhow, are near a line or turn as it does."""
    if len(chain.sightings) > LEAST or chain.bent:
        return True
    path = path_through(chain, frames)
    return all(_near(one, *path.at(frames[one.frame].plate.minutes)) for one in chain.sightings)


def path_through(chain: Chain, frames: Sequence[Sightings]) -> Path:
    """Return the path of a chain, which the places of three do not bend, but their directions may."""
    bent = len(chain.sightings) > LEAST or (chain.bent and len(chain.sightings) == LEAST)
    return path_of(chain.sightings, frames, 2 if bent else 1)


def _turns(chain: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether the trails themselves turn, and as the bent path through their middles does."""
    straight, bent = (
        _unlike(chain.sightings, path_of(chain.sightings, frames, degree), frames) for degree in (1, 2)
    )
    return straight - bent > _TURNS and bent < 2 * _AS_TOLD * len(chain.sightings)


def _unlike(sightings: Sequence[Sighting], path: Path, frames: Sequence[Sightings]) -> float:
    """Return the chi squared of the angles and lengths of trails against a path's motion."""
    total = 0.0
    for one in sightings:
        plate, trail = frames[one.frame].plate, one.fit.trail
        motion = path.at(plate.minutes)[1] * plate.exposure
        turn = (trail.angle - np.arctan2(motion[1], motion[0]) + np.pi / 2) % np.pi - np.pi / 2
        longer = trail.length - np.hypot(*motion)
        total += (turn / np.hypot(one.fit.angle, _ANGLE)) ** 2
        total += (longer / np.hypot(one.fit.length, _LENGTH * trail.length)) ** 2
    return float(total)


def _near(one: Sighting, where: Vector, motion: Vector) -> bool:
    """Tell whether a sighting is where a path has it, but for errors and a bend."""
    along, across = turned(one.place - where, float(np.arctan2(motion[1], motion[0])))
    return abs(along) < _BENT + 2.5 * one.fit.along and abs(across) < _BENT + 2.5 * one.fit.across


def _on_path(path: Path, plate: Plate, number: int, place: Vector) -> Sighting | None:
    """Return the trail near a place, of the length and the angle that the path gives it."""
    motion = path.at(plate.minutes)[1] * plate.exposure
    x, y = place - plate.shift
    length, angle = float(np.hypot(*motion)), float(np.arctan2(motion[1], motion[0]))
    return measure(plate, number, Trail(float(x), float(y), length, angle, 0.0))


def _without_outlier(chain: Chain, frames: Sequence[Sightings]) -> list[Sighting]:
    """Return the sightings without the one whose leaving makes most of the others, if it is too far off."""
    sightings = list(chain.sightings)
    if len(sightings) <= LEAST:
        return sightings
    without = [
        Chain(tuple(sightings[:number] + sightings[number + 1 :]), chain.bent)
        for number in range(len(sightings))
    ]
    left = [sum(_far(one, others, frames, 0.0) ** 2 for one in others.sightings) for others in without]
    worst = int(np.argmin(left))
    bend = _MAY_BEND[chain.bent or len(sightings) > LEAST + 1]
    if _far(sightings[worst], without[worst], frames, bend) > _OFF_PATH:
        del sightings[worst]
    return sightings


def _far(one: Sighting, chain: Chain, frames: Sequence[Sightings], bend: float) -> float:
    """Return how many errors a sighting is off the path of a chain that may bend by so many pixels more."""
    where, motion = path_through(chain, frames).at(frames[one.frame].plate.minutes)
    along, across = turned(one.place - where, float(np.arctan2(motion[1], motion[0])))
    room = _FLOOR + bend / 4
    return float(np.hypot(along / np.hypot(one.fit.along, room), across / np.hypot(one.fit.across, room)))
