"""Defects look like what they are called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import label

from astrolib.sky.nights import defects

SHAPE = (200, 220)


@given(arrays(np.float32, (12, 4), elements=st.floats(0, 400, width=32)))
def test_bleeding_fills_no_pixel_over_the_well_and_makes_no_charge(image):
    before = image.copy()
    full = defects.bleed(image, 100.0)
    assert image.max() <= 100.001
    assert (image.sum(axis=0) <= before.sum(axis=0) * 1.00001 + 1e-3).all()
    assert (image[~full] >= before[~full] - 1e-3).all()


def test_charge_bleeds_up_and_down_its_column():
    image = np.zeros((21, 3), dtype=np.float32)
    image[10, 1] = 500.0
    full = defects.bleed(image, 100.0)
    assert np.flatnonzero(full[:, 1]).tolist() == [8, 9, 10, 11, 12]
    assert image[:, [0, 2]].sum() == 0
    assert image.sum() == 500


def test_cosmic_hits_are_points_and_tracks():
    image = defects.cosmic_rays(SHAPE, 60, np.random.default_rng(1))
    tracks, count = label(image > 0, np.ones((3, 3)))
    sizes = np.bincount(tracks.ravel())[1:]
    assert 35 < count < 85
    assert sizes.min() <= 2
    assert sizes.max() > 10
    assert image[image > 0].min() > 1


def test_a_trail_crosses_the_frame():
    image = defects.satellite_trail(SHAPE, 4.0, 20.0, np.random.default_rng(2))
    bright = image > image.max() / 4
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    assert max(np.ptp(rows) / SHAPE[0], np.ptp(columns) / SHAPE[1]) > 0.7


def test_a_ghost_is_a_ring():
    image = defects.ghost(SHAPE, (110.0, 100.0), 30.0, 5.0)
    assert image[100, 110] == 0
    assert image[100, 130] == 5
    assert image[100, 145] == 0
    assert image.sum() == pytest.approx(5 * np.pi * (30**2 - 10**2), rel=0.02)


def test_hot_pixels_are_few_and_the_bad_column_one():
    rng = np.random.default_rng(3)
    hot = defects.hot_pixels(SHAPE, 1e-3, 20.0, rng)
    column = defects.bad_column(SHAPE, 20.0, rng)
    assert 15 < np.count_nonzero(hot) < 80
    assert len(np.unique(np.nonzero(column)[1])) == 1
    assert np.abs(column).max() >= 100
