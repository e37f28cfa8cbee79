"""Fewer points for the same picture: the extremes of each pixel column of the visible range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def decimate(x: Floats, y: Floats, first: float, last: float, columns: int) -> tuple[Floats, Floats]:
    """Return the points that draw the curve from `first` to `last` just as all of its points would.

    Each column keeps its lowest and its highest point, and one NaN where it has any, so that no spike and no
    gap is lost. One point beyond either end is kept too: the curve runs to the edge of the plot. Where the
    curve has two points a column or fewer, all are kept.

    Parameters
    ----------
    x : ndarray of float, shape (n,)
        Strictly increasing.
    y : ndarray of float, shape (n,)
        NaN where nothing was measured.
    first, last : float
        The range, in the unit of `x`; ``first < last``.
    columns : int
        Pixel columns over that range.

    Returns
    -------
    x, y : ndarray, shape (m,)
        ``m <= 3 * columns + 6``, in the order of `x`.
    """
    begin = max(int(np.searchsorted(x, first)) - 1, 0)
    end = int(np.searchsorted(x, last, side="right")) + 1
    x, y = x[begin:end], y[begin:end]
    spanned = (min(last, x[-1]) - max(first, x[0])) / (last - first) if x.size else 0
    if x.size <= 2 * columns * spanned + 2:
        return x, y
    column = np.floor((x - first) * (columns / (last - first)))
    kept = _extremes(column, y)
    return x[kept], y[kept]


def _extremes(column: Floats, y: Floats) -> NDArray[np.intp]:
    """Return the indices of the lowest, the highest and the first missing point of each column, sorted."""
    starts = np.flatnonzero(np.diff(column, prepend=-np.inf))
    lengths = np.diff(starts, append=column.size)
    lowest = np.repeat(np.fmin.reduceat(y, starts), lengths)
    highest = np.repeat(np.fmax.reduceat(y, starts), lengths)
    matches = (y == lowest, y == highest, np.isnan(y))
    return np.unique(np.concatenate([_first_of_each(np.flatnonzero(match), column) for match in matches]))


def _first_of_each(indices: NDArray[np.intp], column: Floats) -> NDArray[np.intp]:
    return indices[np.diff(column[indices], prepend=-np.inf) > 0]


def as_rows(curves: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Return curves of unequal length as the rows of two matrices; a short one stays at its last point.

    Returns
    -------
    x : ndarray of float64, shape (n_curves, longest)
    y : ndarray of float32, shape (n_curves, longest)
        NaN in the row of a curve without points.
    """
    longest = max(x.size for x, _ in curves)
    xs = np.zeros((len(curves), longest))
    ys = np.full((len(curves), longest), np.nan, dtype=np.float32)
    for row, (x, y) in enumerate(curves):
        if x.size:
            xs[row], ys[row] = x[-1], y[-1]
        xs[row, : x.size], ys[row, : y.size] = x, y
    return xs, ys
