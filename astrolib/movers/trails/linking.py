"""Trails linked: each says twice how fast it moves, and so where it is in every other frame.

The length of a trail over the exposure is its rate, and so is the way between two trails over the time
between them. Two trails whose lengths, angles and fluxes agree with each other and with their displacement
make a pair; the pair foretells the other frames, where a fainter trail of the foretold length and angle
suffices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.fit import fit_trail
from astrolib.movers.trails.model import Trail
from astrolib.movers.trails.paths import path_of
from astrolib.movers.trails.plate import Plate
from astrolib.movers.trails.sightings import Sighting, Sightings, tolerable

Vector = NDArray[np.float64]

_TOLERANCE = 4.0  # standard errors
_BEND = 0.06  # how much a length or a way may differ from a straight and even motion, as a share
_TURN = 0.12  # likewise an angle [rad]
_FADING = 0.35  # likewise the logarithm of the flux, beside its error
_FORETOLD, _FORETOLD_WELL = 4.5, 4.0
"""Score of a trail that a pair foretells, and of one that three or more do."""

_ROOM = 3.0  # pixels beside the errors


@dataclass(frozen=True, eq=False)
class Chain:
    """Sightings of one object, at most one a frame, by time.

    Parameters
    ----------
    sightings : tuple of Sighting
        At least two.
    bent : bool
        Whether its trails turn as a bent path through them does.
    """

    sightings: tuple[Sighting, ...]
    bent: bool = False

    @property
    def weight(self) -> float:
        """Sum of squared signal-to-noise ratios, each counted up to 15: many frames before bright ones."""
        return float(sum(min(one.fit.snr, 15.0) ** 2 for one in self.sightings))


def pairs(frames: Sequence[Sightings], shortest: float, longest: float) -> list[Chain]:
    """Return all pairs of trails that agree, of a length between the two [pixel].

    Parameters
    ----------
    frames : sequence of Sightings
        By time.
    """
    agreed = []
    for one, other in combinations(frames, 2):
        if not one.found or not other.found:
            continue
        step = (other.plate.minutes - one.plate.minutes) / one.plate.exposure
        agreed += _agreeing(one.found, other.found, step, shortest, longest)
    return agreed


def _agreeing(
    first: list[Sighting], second: list[Sighting], step: float, shortest: float, longest: float
) -> list[Chain]:
    """Return pairs across two frames that are `step` exposures apart."""
    way = np.array([b.place for b in second])[None] - np.array([a.place for a in first])[:, None]
    length, angle = np.hypot(way[..., 0], way[..., 1]) / step, np.arctan2(way[..., 1], way[..., 0])
    good = (length > shortest) & (length < longest)
    for own, axis in ((first, 1), (second, 0)):
        good &= np.abs(length - _column(own, "length", axis)) < _length_room(own, axis, length)
        turn = angle - _column(own, "angle", axis)
        turn = np.abs((turn + np.pi / 2) % np.pi - np.pi / 2)
        good &= turn < _TURN + _TOLERANCE * _error(own, "angle", axis)
    fading = np.log(_column(second, "flux", 0) / _column(first, "flux", 1))
    faint = np.hypot(1 / _snr(first)[:, None], 1 / _snr(second)[None])
    good &= np.abs(fading) < _FADING + _TOLERANCE * faint
    return [Chain((first[i], second[j])) for i, j in np.argwhere(good)]


def _column(own: list[Sighting], name: str, axis: int) -> Vector:
    return np.expand_dims(np.array([getattr(one.fit.trail, name) for one in own]), axis)


def _error(own: list[Sighting], name: str, axis: int) -> Vector:
    return np.expand_dims(np.array([getattr(one.fit, name) for one in own]), axis)


def _snr(own: list[Sighting]) -> Vector:
    return np.array([one.fit.snr for one in own])


def _length_room(own: list[Sighting], axis: int, length: Vector) -> Vector:
    return 3.0 + _BEND * length + _TOLERANCE * np.minimum(_error(own, "length", axis), 4.0)


def extend(pair: Chain, frames: Sequence[Sightings]) -> Chain:
    """Return the chain with what is found where it is foretold in the other frames, the nearest first."""
    chain = list(pair.sightings)
    taken = {one.frame for one in chain}
    middle = np.mean([frames[number].plate.minutes for number in taken])
    rest = [number for number in range(len(frames)) if number not in taken]
    for number in sorted(rest, key=lambda number: abs(frames[number].plate.minutes - middle)):
        place, room, motion = foretell(chain, frames, number)
        if not frames[number].plate.holds(place):
            continue
        flux = float(np.median([one.fit.trail.flux for one in chain]))
        found = _known(frames[number], flux, place, room, motion) or _searched(
            frames[number], number, flux, place, room, motion, _FORETOLD if len(chain) < 3 else _FORETOLD_WELL
        )
        if found is not None:
            chain.append(found)
    return Chain(tuple(sorted(chain, key=lambda one: frames[one.frame].plate.minutes)))


def foretell(
    chain: Sequence[Sighting], frames: Sequence[Sightings], number: int
) -> tuple[Vector, float, Vector]:
    """Return where a chain is in another frame, how far off it may be, and the way in an exposure.

    From three sightings on the path is bent.
    """
    time = np.array([frames[one.frame].plate.minutes for one in chain])
    then, degree = frames[number].plate.minutes, 1 if len(chain) < 3 else 2
    where, motion = path_of(chain, frames, degree).at(then)
    beyond = max(0.0, max(time.min() - then, then - time.max()) / np.ptp(time)) + 0.5
    error = max(float(np.hypot(one.fit.along, one.fit.across)) for one in chain)
    way = float(np.hypot(*motion)) * np.ptp(time)
    bend = (0.02 * way + 10.0) * beyond * (1 if degree == 1 else 0.5)
    room = _ROOM + 3 * error * (1 + beyond)
    return where, room + bend, motion * frames[number].plate.exposure


def _known(frame: Sightings, flux: float, place: Vector, room: float, motion: Vector) -> Sighting | None:
    """Return the trail nearest to a foretold place that agrees in length, angle and flux."""
    length, angle = float(np.hypot(*motion)), np.arctan2(motion[1], motion[0])
    near = []
    for one in frame.found:
        along, across = turned(one.place - place, angle)
        turn = abs((one.fit.trail.angle - angle + np.pi / 2) % np.pi - np.pi / 2)
        agrees = abs(along) < room and abs(across) < room
        agrees &= abs(one.fit.trail.length - length) < 3 + _BEND * length + _TOLERANCE * one.fit.length
        agrees &= turn < _TURN + _TOLERANCE * one.fit.angle
        if agrees and _alike(one, flux):
            near.append((float(np.hypot(along, across)), one))
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _searched(
    frame: Sightings,
    number: int,
    flux: float,
    place: Vector,
    room: float,
    motion: Vector,
    faintest: float,
) -> Sighting | None:
    """Return the trail of the foretold length, angle and flux near a foretold place.

    It is looked for where the bank answers best; where that is another trail, at the place itself.
    """
    plate, angle = frame.plate, float(np.arctan2(motion[1], motion[0]))
    x, y = place - plate.shift
    reach = int(room / 2) + 1
    score = frame.response.score
    row, column = round((y - 0.5) / 2), round((x - 0.5) / 2)
    top, left = max(row - reach, 0), max(column - reach, 0)
    window = score[top : row + reach + 1, left : column + reach + 1]
    if window.size == 0 or window.max() < faintest:
        return None
    dy, dx = np.unravel_index(int(window.argmax()), window.shape)
    for at_x, at_y in ((2 * (left + dx) + 0.5, 2 * (top + dy) + 0.5), (float(x), float(y))):
        start = Trail(at_x, at_y, float(np.hypot(*motion)), angle, 0.0)
        found = measure(replace(plate, profile=plate.profile.simple), number, start, faintest=faintest)
        if found is not None and _alike(found, flux):
            return found
    return None


def _alike(one: Sighting, flux: float) -> bool:
    """Tell whether a trail is as bright as foretold."""
    return bool(abs(np.log(one.fit.trail.flux / flux)) < _FADING + _TOLERANCE / one.fit.snr)


def measure(plate: Plate, number: int, start: Trail, *, faintest: float = 3.5) -> Sighting | None:
    """Return a trail of a given length and angle fitted near a place; None where none is significant."""
    fit = fit_trail(plate.signal, plate.sigma, start, plate.profile, gain=plate.gain, free=False)
    if fit is None or fit.snr < faintest or fit.share < 0.4 or fit.chi2 > tolerable(fit.snr):
        return None
    return Sighting(number, fit, np.array([fit.trail.x, fit.trail.y]) + plate.shift)


def turned(offset: Vector, angle: float) -> tuple[float, float]:
    """Return an offset along and across a direction."""
    c, s = np.cos(angle), np.sin(angle)
    return float(offset[0] * c + offset[1] * s), float(offset[1] * c - offset[0] * s)
