"""Which frames are of the same field of the sky."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from astrolib.images.frame import ReducedFrame
from astrolib.images.placement import corners

_SHARED = 0.5
"""Of the shorter side of a frame: centres that are nearer than this see the same field."""


def same_field(frames: Sequence[ReducedFrame]) -> list[list[ReducedFrame]]:
    """Group frames by the field that they see, the largest group first.

    Two frames are of one field if their centres are nearer than half the shorter side of the smaller one;
    dithers stay together, neighbouring CCDs of a mosaic do not.

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
    named = [sorted((frames[n] for n in sorted(group)), key=lambda frame: frame.mid.jd) for group in groups]
    return sorted(named, key=lambda group: (-len(group), group[0].mid.jd))


def _place(frame: ReducedFrame) -> tuple[np.ndarray, float]:
    """Return the centre as a unit vector, and the shorter side [radian]."""
    ra, dec = np.radians(corners(frame.wcs, frame.data.shape)).T
    vectors = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)
    sides = [np.linalg.norm(vectors[a] - vectors[b]) for a, b in ((1, 2), (1, 3))]
    return vectors[0], float(min(sides))
