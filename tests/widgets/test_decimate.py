"""Decimation draws the same picture: nothing that a column of pixels would show is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.widgets.state.decimate import as_rows, decimate


def plain(x, y, first, last, columns):
    """Look at each column by itself: its lowest, its highest and whether it has a gap."""
    found = {}
    for place, value in zip(x, y, strict=True):
        column = np.floor((place - first) * (columns / (last - first)))
        low, high, gap = found.get(column, (np.inf, -np.inf, False))
        if np.isnan(value):
            gap = True
        else:
            low, high = min(low, value), max(high, value)
        found[column] = (low, high, gap)
    return found


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 1000),
    size=st.integers(2, 3000),
    columns=st.integers(5, 200),
    ends=st.tuples(st.floats(-0.2, 0.4), st.floats(0.5, 1.2)),
    holes=st.sampled_from([0.0, 0.1, 0.9, 1.0]),
)
def test_every_column_keeps_its_extremes_and_its_gaps(seed, size, columns, ends, holes):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 1, size)) + np.arange(size) * 1e-9
    y = rng.normal(size=size).astype(np.float32)
    y[rng.uniform(size=size) < holes] = np.nan
    first, last = ends
    shown_x, shown_y = decimate(x, y, first, last, columns)
    inside = (x >= first) & (x <= last)
    wanted = plain(x[inside], y[inside], first, last, columns)
    kept = (shown_x >= first) & (shown_x <= last)
    assert plain(shown_x[kept], shown_y[kept], first, last, columns) == wanted
    assert (np.diff(shown_x) > 0).all()
    assert shown_x.size <= 3 * columns + 6


def test_a_cosmic_hit_among_300_000_pixels_is_there():
    x = np.linspace(3000, 10000, 300_000)
    y = np.ones(x.size, dtype=np.float32)
    y[123_457] = 99
    shown_x, shown_y = decimate(x, y, 3000, 10000, 900)
    assert shown_x.size < 3000
    assert shown_x[shown_y.argmax()] == x[123_457]


def test_curves_run_to_the_edge_of_the_plot():
    x = np.linspace(0, 100, 101)
    shown, _ = decimate(x, x, 20.5, 30.5, 1000)
    assert shown[0] <= 20.5
    assert shown[-1] >= 30.5


@pytest.mark.parametrize("ends", [(-20.0, -10.0), (200.0, 300.0)])
def test_a_range_beside_the_spectrum_shows_nothing_inside(ends):
    x = np.linspace(0, 100, 101)
    shown, _ = decimate(x, x, *ends, 10)
    assert not ((shown >= ends[0]) & (shown <= ends[1])).any()


def test_unequal_curves_become_rows_that_draw_nothing_after_their_end():
    x, y = as_rows([(np.arange(3.0), np.arange(3.0)), (np.arange(5.0), np.arange(5.0))])
    np.testing.assert_array_equal(x, [[0, 1, 2, 2, 2], [0, 1, 2, 3, 4]])
    np.testing.assert_array_equal(y, x)


def test_a_curve_without_points_is_one_place_that_draws_nothing():
    x, y = as_rows([(np.empty(0), np.empty(0))])
    np.testing.assert_array_equal((x, y), np.zeros((2, 1, 2)))


def test_every_row_ends_with_a_number():
    _, y = as_rows([(np.arange(4.0), np.array([1, np.nan, 3, np.nan])), (np.arange(4.0), np.full(4, np.nan))])
    np.testing.assert_array_equal(y, [[1, np.nan, 3], [0, 0, 0]])
