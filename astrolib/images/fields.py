"""Which frames are of the same field of the sky."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from astrolib.images.frame import ReducedFrame
from astrolib.images.placement import corners

_SHARED = 0.5
"""Of the shorter side of a frame: centres that are nearer than this see the same field."""

_OVERLAP = 0.9  # of the shorter side: frames whose centres are further apart are not searched together


def same_field(frames: Sequence[ReducedFrame]) -> list[list[ReducedFrame]]:
    """Group frames by the field that they see, the largest group first.

    Two frames are of one field if their centres are nearer than half the shorter side of the smaller one;
    dithers stay together, neighbouring CCDs of a mosaic do not. Where a telescope wandered on, a field ends
    where its frames no longer overlap the first.

    Parameters
    ----------
    frames : sequence of ReducedFrame
        In any order.

    Returns
    -------
    list of list of ReducedFrame
        Each by time.
    """
    places = [_place(frame) for frame in frames]
    groups: list[list[int]] = []
    for number, (centre, side) in enumerate(places):
        near = [
            group
            for group in groups
            if any(np.linalg.norm(centre - places[n][0]) < _SHARED * min(side, places[n][1]) for n in group)
        ]
        groups = [group for group in groups if group not in near] + [[number, *chain(*near)]]
    by_time = [sorted(group, key=lambda n: (frames[n].mid.jd, n)) for group in groups]
    named = [[frames[n] for n in part] for group in by_time for part in _overlapping(group, places)]
    return sorted(named, key=lambda group: (-len(group), group[0].mid.jd))


def _overlapping(group: list[int], places: list[tuple[np.ndarray, float]]) -> list[list[int]]:
    """Split frames into those that overlap the first, those that overlap the first of the rest, and so on."""
    parts: list[list[int]] = []
    for number in group:
        centre, side = places[number]
        firsts = [places[part[0]] for part in parts]
        near = (
            part
            for part, (first, other) in zip(parts, firsts, strict=True)
            if np.linalg.norm(centre - first) < _OVERLAP * min(side, other)
        )
        if (part := next(near, None)) is None:
            parts.append([number])
        else:
            part.append(number)
    return parts


def _place(frame: ReducedFrame) -> tuple[np.ndarray, float]:
    """Return the centre as a unit vector, and the shorter side [radian]."""
    ra, dec = np.radians(corners(frame.wcs, frame.data.shape)).T
    vectors = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)
    sides = [np.linalg.norm(vectors[a] - vectors[b]) for a, b in ((1, 2), (1, 3))]
    return vectors[0], float(min(sides))
