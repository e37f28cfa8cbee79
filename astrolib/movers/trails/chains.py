"""From pairs of trails to objects: extended, measured anew along the path, each trail used once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.linking import Chain, extend, measure, pairs, turned
from astrolib.movers.trails.model import Trail
from astrolib.movers.trails.paths import Path, path_of
from astrolib.movers.trails.plate import Plate
from astrolib.movers.trails.sightings import Sighting, Sightings, covers

Vector = NDArray[np.float64]

_LEAST = 3
_SURE = 10.0
"""Signal-to-noise ratio of all frames together."""

_SURE_OF_THREE = 5.0
"""Of each trail where there are but three."""

_SURE_OF_TWO = 8.0
"""Likewise of each trail of a pair that has no third."""

_OFF_PATH = 5.0  # standard errors
_OFTEN = 0.7  # of the frames that should show it
_KEPT = 0.75  # of the squared signal-to-noise ratio, when the path dictates length and angle
_BENT = 2.0  # pixels off a line, beside the errors, that a bent path may be in its middle
_FLOOR = 0.3  # pixels: what registration and the path leave


def objects(frames: Sequence[Sightings], shortest: float, longest: float) -> list[Chain]:
    """Return the objects whose trails are between two lengths [pixel], in three frames or more."""
    used: set[int] = set()
    found: list[Chain] = []
    for pair in sorted(pairs(frames, shortest, longest), key=lambda one: -one.weight):
        if any(id(one) in used for one in pair.sightings):
            continue
        chain = extend(pair, frames)
        if len(chain.sightings) < _LEAST:
            continue
        refined = _refined(chain, frames)
        if (
            refined is None
            or not _seen(refined, frames)
            or not _consistent(chain, refined)
            or not _straight(refined, frames)
            or _again(refined, found, frames)
        ):
            continue
        found.append(refined)
        used.update(id(one) for one in chain.sightings)
    return found


def two_trails(
    frames: Sequence[Sightings], known: Sequence[Chain], shortest: float, longest: float
) -> list[Chain]:
    """Return pairs of sure trails of objects that no third frame could show, being off the field by then."""
    free = [_unknown(number, frame, known) for number, frame in enumerate(frames)]
    alone: list[Chain] = []
    for pair in sorted(pairs(free, shortest, longest), key=lambda one: -one.weight):
        if min(one.fit.snr for one in pair.sightings) < _SURE_OF_TWO or not _sharp(pair, frames):
            continue
        if _elsewhere(pair, frames) or _again(pair, [*known, *alone], frames):
            continue
        alone.append(pair)
    return alone


def _refined(chain: Chain, frames: Sequence[Sightings]) -> Chain | None:
    """Return the trails measured anew with the length and angle of the path; None where they do not agree."""
    sightings = list(chain.sightings)
    for _ in range(2):
        path = _path(sightings, frames)
        measured = [_on_path(path, frames[one.frame].plate, one.frame, one.place) for one in sightings]
        sightings = [one for one in measured if one is not None]
        if len(sightings) < _LEAST:
            return None
        sightings = _without_outlier(sightings, frames)
    ratios = np.array([one.fit.snr for one in sightings])
    sure = np.sqrt(np.sum(ratios**2)) > _SURE and (len(ratios) > _LEAST or ratios.min() > _SURE_OF_THREE)
    return Chain(tuple(sightings)) if sure and len(sightings) >= _LEAST else None


def _seen(chain: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether the object was seen in most of the frames that should show it."""
    path = _path(chain.sightings, frames)
    shown = {one.frame for one in chain.sightings}
    hidden = 0
    for number, frame in enumerate(frames):
        if number not in shown and frame.plate.holds(path.at(frame.plate.minutes)[0], 10.0):
            hidden += _usable(frame.plate, path.at(frame.plate.minutes)[0])
    return len(shown) >= _OFTEN * (len(shown) + hidden)


def _usable(plate: Plate, place: Vector) -> bool:
    """Tell whether the plate says something at a place."""
    x, y = np.rint(place - plate.shift).astype(int)
    near = plate.sigma[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4]
    return bool(np.mean(near < 3 * np.median(plate.sigma[::16, ::16])) > 0.5)


def _consistent(chain: Chain, refined: Chain) -> bool:
    """Tell whether length and angle of the path serve the trails as well as their own do."""
    free = {one.frame: one.fit.snr for one in chain.sightings}
    own = sum(free[one.frame] ** 2 for one in refined.sightings)
    return sum(one.fit.snr**2 for one in refined.sightings) > _KEPT * own


def _straight(chain: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether three sightings, which a bent path fits anyhow, are near a line."""
    if len(chain.sightings) > _LEAST:
        return True
    path = _path(chain.sightings, frames)
    return all(_near(one, *path.at(frames[one.frame].plate.minutes)) for one in chain.sightings)


def _near(one: Sighting, where: Vector, motion: Vector) -> bool:
    """Tell whether a sighting is where a path has it, but for errors and a bend."""
    along, across = turned(one.place - where, float(np.arctan2(motion[1], motion[0])))
    return abs(along) < _BENT + 2.5 * one.fit.along and abs(across) < _BENT + 2.5 * one.fit.across


def _path(sightings: Sequence[Sighting], frames: Sequence[Sightings]) -> Path:
    """Return the path of sightings, which three of them do not bend."""
    return path_of(sightings, frames, 2 if len(sightings) > _LEAST else 1)


def _on_path(path: Path, plate: Plate, number: int, place: Vector) -> Sighting | None:
    """Return the trail near a place, of the length and the angle that the path gives it."""
    motion = path.at(plate.minutes)[1] * plate.exposure
    x, y = place - plate.shift
    length, angle = float(np.hypot(*motion)), float(np.arctan2(motion[1], motion[0]))
    return measure(plate, number, Trail(float(x), float(y), length, angle, 0.0))


def _without_outlier(sightings: list[Sighting], frames: Sequence[Sightings]) -> list[Sighting]:
    """Return the sightings without the one that is farthest off the path of the others, if it is too far."""
    if len(sightings) <= _LEAST:
        return sightings
    worst, farthest = -1, _OFF_PATH
    for number, one in enumerate(sightings):
        others = sightings[:number] + sightings[number + 1 :]
        path = _path(others, frames)
        where, motion = path.at(frames[one.frame].plate.minutes)
        angle = np.arctan2(motion[1], motion[0])
        off = one.place - where
        along, across = turned(off, float(angle))
        bend = 12.0 if len(others) <= _LEAST else 4.0
        error = np.hypot(one.fit.along, _FLOOR + bend / 4), np.hypot(one.fit.across, _FLOOR + bend / 4)
        far = float(np.hypot(along / error[0], across / error[1]))
        if far > farthest:
            worst, farthest = number, far
    return [one for number, one in enumerate(sightings) if number != worst]


def _again(chain: Chain, found: Sequence[Chain], frames: Sequence[Sightings]) -> bool:
    """Tell whether a chain shares a trail with one that is known."""
    for known in found:
        for one in known.sightings:
            width = frames[one.frame].plate.profile.fwhm
            for other in chain.sightings:
                if one.frame == other.frame and covers(one.fit.trail, other.fit.trail, width):
                    return True
    return False


def _unknown(number: int, frame: Sightings, known: Sequence[Chain]) -> Sightings:
    """Return a frame's sightings without those of known objects."""
    width = frame.plate.profile.fwhm
    taken = [one.fit.trail for chain in known for one in chain.sightings if one.frame == number]
    left = [one for one in frame.found if not any(covers(trail, one.fit.trail, width) for trail in taken)]
    return replace(frame, found=left)


def _sharp(pair: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether both trails look like trails: well fitted, and long enough to have a direction."""
    return all(
        one.fit.chi2 < 1.6 and one.fit.trail.length > 2 * frames[one.frame].plate.profile.fwhm
        for one in pair.sightings
    )


def _elsewhere(pair: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether another frame should have shown the object."""
    path = _path(pair.sightings, frames)
    shown = {one.frame for one in pair.sightings}
    return any(
        frame.plate.holds(path.at(frame.plate.minutes)[0])
        for number, frame in enumerate(frames)
        if number not in shown
    )
