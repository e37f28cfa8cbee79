"""Frames that are turned against each other are brought onto one grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from astrolib.images import ReducedFrame
from astrolib.movers.frames.registering import register
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


def test_what_only_a_turned_frame_covers_is_kept() -> None:
    """The grid holds all of all frames, and leads back to the pixels of each."""
    frames = sorted(floor_field("sparse", 3012, (500, 500), movers=1).frames, key=lambda frame: frame.mid)
    wcs = frames[1].wcs.deepcopy()
    wcs.wcs.cd = wcs.wcs.cd @ np.array([[1.0, 0.004], [-0.004, 1.0]])
    wcs.wcs.crpix = wcs.wcs.crpix + np.array([-150.0, 90.0])
    moved = np.full_like(frames[1].data, np.median(frames[1].data))
    moved[90:, :-150] = frames[1].data[:-90, 150:]
    field = register([frames[0], replace(frames[1], wcs=wcs, data=moved), *frames[2:]])
    assert field.shape[1] >= 640
    assert field.shape[0] >= 580
    corner = np.array([480.0]), np.array([20.0])
    x, y = field.wcs.all_world2pix(*wcs.all_pix2world(*corner, 0), 0)
    column, row = field.to_frame(1, x - field.pointing[0], y - field.pointing[1])
    assert np.hypot(column - corner[0], row - corner[1]).item() < 8  # the stars have the last word
    place, pixels = field.places[1], field.pixels[1]
    at = round(float(y[0] - field.pointing[1] - place.dy)), round(float(x[0] - field.pointing[0] - place.dx))
    assert not pixels.bad[at]
