"""Frames that are turned against each other are brought onto one grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from astrolib.images import ReducedFrame
from astrolib.movers.registered import register
from astrolib.sky.nights import floor_field

COLUMN = 200


def _turned(frame: ReducedFrame) -> ReducedFrame:
    """Return a frame of which a column is hot, and whose header says that it is turned."""
    wcs = frame.wcs.deepcopy()
    wcs.wcs.cd = wcs.wcs.cd @ np.array([[1.0, 0.004], [-0.004, 1.0]])
    data = frame.data.copy()
    data[:, COLUMN] += 3000
    return replace(frame, data=data, wcs=wcs)


def test_what_is_broken_in_a_frame_is_marked_before_it_is_resampled() -> None:
    """Afterwards a hot column is no longer straight, and has spoilt those beside it."""
    frames = sorted(floor_field("sparse", 3012, (500, 500), movers=1).frames, key=lambda frame: frame.mid)
    turned = _turned(frames[1])
    clean, spoilt = (
        register([frames[0], one, *frames[2:]]).pixels[1]
        for one in (replace(turned, data=frames[1].data), turned)
    )
    inner = np.s_[20:-20, 20:-20]
    lost = spoilt.bad & ~clean.bad
    assert np.count_nonzero(lost[inner].any(axis=0)) <= 6
    same = ~(spoilt.bad | clean.bad)[inner]
    assert np.abs(spoilt.data - clean.data)[inner][same].max() < 3 * clean.rms
