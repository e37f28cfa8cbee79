"""From pairs of trails to objects: each trail used once, seen in most frames that should show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.linking import Chain, extend, pairs
from astrolib.movers.trails.model import Trail
from astrolib.movers.trails.plate import Plate
from astrolib.movers.trails.refining import LEAST, consistent, near_a_line, path_through, refined
from astrolib.movers.trails.sightings import Sightings, covers

Vector = NDArray[np.float64]

_SURE_OF_TWO = 8.0
"""Signal-to-noise ratio of each trail of a pair that has no third."""

_OFTEN = 0.7  # of the frames that should show it


def objects(frames: Sequence[Sightings], shortest: float, longest: float) -> list[Chain]:
    """Return the objects whose trails are between two lengths [pixel], in three frames or more."""
    used: set[int] = set()
    found: list[Chain] = []
    for pair in sorted(pairs(frames, shortest, longest), key=lambda one: -one.weight):
        if any(id(one) in used for one in pair.sightings):
            continue
        chain = extend(pair, frames)
        if len(chain.sightings) < LEAST:
            continue
        measured = _alone(refined(chain, frames), found, frames)
        if (
            measured is None
            or not _seen(measured, frames)
            or not consistent(chain, measured)
            or not near_a_line(measured, frames)
        ):
            continue
        found.append(measured)
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


def _alone(chain: Chain | None, found: Sequence[Chain], frames: Sequence[Sightings]) -> Chain | None:
    """Return a chain without the one trail that it shares with known ones; None if it shares more."""
    if chain is None:
        return None
    own = [one for one in chain.sightings if not _again(Chain((one,)), found, frames)]
    if len(own) == len(chain.sightings):
        return chain
    if len(own) < max(LEAST, len(chain.sightings) - 1):
        return None
    return refined(Chain(tuple(own), chain.bent), frames)


def _seen(chain: Chain, frames: Sequence[Sightings]) -> bool:
    """Tell whether the object was seen in most of the frames that should show it."""
    path = path_through(chain, frames)
    shown = {one.frame for one in chain.sightings}
    hidden = 0
    for number, frame in enumerate(frames):
        place, motion = path.at(frame.plate.minutes)
        if number not in shown and frame.plate.holds(place, 10.0):
            hidden += _usable(frame.plate, place) and not _crossed(frame, place, motion)
    return len(shown) >= _OFTEN * (len(shown) + hidden)


def _crossed(frame: Sightings, place: Vector, motion: Vector) -> bool:
    """Tell whether another trail lies on the one that an object would leave."""
    steps = np.linspace(-0.5, 0.5, 9)[:, None] * motion * frame.plate.exposure
    points = [Trail(float(x), float(y), 0.0, 0.0, 0.0) for x, y in place - frame.plate.shift + steps]
    width = frame.plate.profile.fwhm
    return any(covers(one.fit.trail, point, width) for one in frame.found for point in points)


def _usable(plate: Plate, place: Vector) -> bool:
    """Tell whether the plate says something at a place."""
    x, y = np.rint(place - plate.shift).astype(int)
    near = plate.sigma[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4]
    return bool(np.mean(near < 3 * np.median(plate.sigma[::16, ::16])) > 0.5)


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
    path = path_through(pair, frames)
    shown = {one.frame for one in pair.sightings}
    return any(
        frame.plate.holds(path.at(frame.plate.minutes)[0])
        for number, frame in enumerate(frames)
        if number not in shown
    )
