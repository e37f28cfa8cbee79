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

    What is missing at the end of a curve is left out, and a curve without points is one point at the origin:
    neither draws anything, and every row ends with numbers, as bqplot wants them.

    Returns
    -------
    x : ndarray of float64, shape (n_curves, longest)
        At least two points.
    y : ndarray of float32, shape (n_curves, longest)
    """
    ended = [_ended(x, y) for x, y in curves]
    longest = max(2, *(x.size for x, _ in ended))
    xs = np.zeros((len(ended), longest))
    ys = np.zeros((len(ended), longest), dtype=np.float32)
    for row, (x, y) in enumerate(ended):
        xs[row], ys[row] = x[-1], y[-1]
        xs[row, : x.size], ys[row, : y.size] = x, y
    return xs, ys


def _ended(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return a curve up to its last number."""
    known = np.flatnonzero(np.isfinite(y))
    return (x[: known[-1] + 1], y[: known[-1] + 1]) if known.size else (np.zeros(1), np.zeros(1))
