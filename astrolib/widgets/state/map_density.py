"""Thousands of curves as an image: how many pass through each place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

COLUMNS = 420
ROWS = 220
_OUTLIERS = 0.002  # share of the fluxes beyond either end of the axis


def flux_range(flux: NDArray[np.float32], reference: NDArray[np.float32]) -> tuple[float, float]:
    """Return the ends of a flux axis that holds the reference vector and all but the wildest fluxes."""
    low, high = float(reference.min()), float(reference.max())
    if flux.size:
        ends = np.quantile(flux, (_OUTLIERS, 1 - _OUTLIERS))
        low, high = min(low, float(ends[0])), max(high, float(ends[1]))
    room = 0.05 * (high - low) or 0.5
    return low - room, high + room


def density(flux: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Return how many curves pass through each place of a plot, on a logarithmic scale of 0 to 255.

    Each curve is counted once in every row between its lowest and highest point of a column: at both ends
    of that stretch a difference is noted, and their running sum is the count.

    Parameters
    ----------
    flux : ndarray, shape (curves, pixels)
        The curves.
    low, high : float
        Ends of the flux axis.

    Returns
    -------
    ndarray of uint8, shape (rows, columns)
        From the top down.
    """
    flux = _between_pixels(flux)
    columns = min(COLUMNS, flux.shape[1] - 1)
    edges = np.linspace(0, flux.shape[1] - 1, columns + 1).round().astype(int)
    row = np.clip(np.floor((high - flux) / (high - low) * ROWS), -1, ROWS).astype(np.int32)
    differences = np.zeros(columns * (ROWS + 3), np.int64)
    starts = np.arange(columns) * (ROWS + 3)
    for ends, step in ((_over(np.minimum, row, edges), 1), (_over(np.maximum, row, edges) + 1, -1)):
        differences += step * np.bincount((starts + ends + 1).ravel(), minlength=len(differences))
    count = differences.reshape(columns, ROWS + 3).cumsum(axis=1)[:, 1 : ROWS + 1].T
    return np.round(255 * np.log1p(count) / np.log1p(max(1, count.max()))).astype(np.uint8)


def _between_pixels(flux: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return curves with straight lines between their pixels, in steps as fine as the columns."""
    steps = -(-COLUMNS // (flux.shape[1] - 1))
    parts = np.arange(steps, dtype=np.float32) / np.float32(steps)
    fine = flux[:, :-1, np.newaxis] + np.diff(flux, axis=1)[:, :, np.newaxis] * parts
    return np.concatenate([fine.reshape(len(flux), -1), flux[:, -1:]], axis=1)


def _over(take: np.ufunc, row: NDArray[np.int32], edges: Sequence[int] | NDArray) -> NDArray[np.int32]:
    """Return the lowest or highest row of each curve in each column, both of its ends included."""
    inside = take.reduceat(row, edges[:-1], axis=1)
    return take(inside, row[:, edges[1:]])
