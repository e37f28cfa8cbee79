"""Many frames into one by a clipped mean, in bounded memory.

The values of a pixel are sorted by Batcher's odd-even merge sort (Knuth, The Art of Computer Programming 3,
section 5.2.2, algorithm M): a fixed list of comparisons, so that each runs over thousands of pixels at once.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent

SIGMA_OF_MAD = 1.482602218505602
"""The standard deviation of a Gaussian is this many median absolute deviations."""

_BLOCK = 1 << 15  # pixels at once: their values of all frames stay in the cache


class Rows(Protocol):
    """A frame of which some rows can be had: an array, a memory-mapped file, or a raw chip."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""

    def __getitem__(self, rows: slice, /) -> Any:
        """Return some rows, all columns."""


@dataclass(frozen=True, eq=False)
class Combined:
    """A clipped mean.

    Parameters
    ----------
    mean, error : ndarray of float32, shape (ny, nx)
        The mean of the values that were kept, and its standard error; of a single one `least`.
    spread : ndarray of float32, shape (ny, nx)
        Standard deviation of one frame, from the median absolute deviation.
    rejected : int
        How many values were clipped.
    """

    mean: NDArray[np.float32]
    error: NDArray[np.float32]
    spread: NDArray[np.float32]
    rejected: int


def combine(
    frames: Sequence[Rows],
    *,
    sigma: float = 4.0,
    least: float = 0.0,
    scales: Sequence[float] | None = None,
    progress: Progress | None = None,
) -> Combined:
    """Return the mean over frames without the values far from their median.

    Parameters
    ----------
    frames : sequence of Rows, each of shape (ny, nx)
        Read some rows at a time.
    sigma : float
        A value is clipped if it is further from the median than this many standard deviations.
    least : float
        The standard deviation is at least this, in the unit of the frames: that of few frames is often far
        too small by chance.
    scales : sequence of float, optional
        What each frame is multiplied by.
    progress : Progress, optional
        Told of each block of rows.
    """
    ny, nx = frames[0].shape
    factors = np.asarray(scales if scales is not None else np.ones(len(frames)), dtype=np.float32)
    mean, error, spread = (np.empty((ny, nx), dtype=np.float32) for _ in range(3))
    rejected = 0
    for rows in _blocks(ny, nx):
        values = np.stack([np.asarray(frame[rows], dtype=np.float32) for frame in frames])
        values *= factors[:, None, None]
        mean[rows], error[rows], spread[rows], clipped = _clipped(values, sigma, least)
        rejected += clipped
        (progress or silent)(rows.stop, ny)
    return Combined(mean, error, spread, rejected)


def _blocks(ny: int, nx: int) -> Iterator[slice]:
    step = max(1, _BLOCK // nx)
    for first in range(0, ny, step):
        yield slice(first, min(first + step, ny))


def _clipped(values: NDArray[np.float32], sigma: float, least: float) -> tuple[Any, Any, Any, int]:
    """Return mean, its error, the spread and the number of values clipped, for a block of pixels.

    Values that are no numbers do not count; a pixel without any other is none itself.
    """
    whole = math.isfinite(float(values.sum()))
    known = values.size if whole else int(np.isfinite(values).sum())
    median = _median if whole else _median_of_known
    centre = median(values.copy())
    away = np.abs(values - centre)
    spread = np.float32(SIGMA_OF_MAD) * median(away.copy())
    kept = away <= np.float32(sigma) * np.maximum(spread, np.float32(least))
    count = kept.sum(axis=0, dtype=np.float32)
    np.subtract(values, centre, out=values)
    if not whole:
        values[~np.isfinite(values)] = 0
    values *= kept
    some = np.maximum(count, 1)
    offset = values.sum(axis=0) / some
    variance = np.square(values).sum(axis=0) / some - offset**2
    error = np.sqrt(np.maximum(variance, 0) / np.maximum(count - 1, 1))
    error = np.where(count > 1, error, np.float32(least))
    return centre + offset, error, spread, known - int(count.sum(dtype=np.float64))


def _median_of_known(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the median over the first axis of what is a number; NaN where nothing is."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # a pixel without any is NaN
        return np.nanmedian(np.where(np.isfinite(values), values, np.nan), axis=0).astype(np.float32)


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the median over the first axis; `values` is sorted in place."""
    lower = np.empty_like(values[0])
    for low, high in _network(len(values)):
        np.minimum(values[low], values[high], out=lower)
        np.maximum(values[low], values[high], out=values[high])
        values[low] = lower
    middle = len(values) // 2
    return values[middle].copy() if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


@cache
def _network(n: int) -> tuple[tuple[int, int], ...]:
    """Return the comparisons that sort `n` values."""
    pairs = []
    p = 1
    while p < n:
        k = p
        while k >= 1:
            for j in range(k % p, n - k, 2 * k):
                for i in range(min(k, n - j - k)):
                    if (i + j) // (2 * p) == (i + j + k) // (2 * p):
                        pairs.append((i + j, i + j + k))
            k //= 2
        p *= 2
    return tuple(pairs)
