"""Peaks of the score maps, and coarse maps of the best score nearby."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

Image = NDArray[np.float32]

BLOCK = 2
"""Pixels of a side of a cell of the coarse map."""

MOST_PEAKS = 6000
"""Of a frame that are looked at: in crowded fields the faintest ones are left."""

_STEPS = 16.0  # of a coarse score, for one standard deviation
_NEIGHBOURS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx]


@dataclass(frozen=True, eq=False)
class Peaks:
    """Local maxima of one frame: x, y [pixel], score; shape (n,), by falling score."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    score: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)

    def part(self, rows: NDArray[np.generic]) -> Peaks:
        """Return some of them."""
        return Peaks(self.x[rows], self.y[rows], self.score[rows])


def find_peaks(score: Image, least: float, most: int) -> Peaks:
    """Return local maxima above a score, the highest `most` of them."""
    rows, columns = np.nonzero(score[1:-1, 1:-1] > least)
    rows, columns = rows + 1, columns + 1
    value = score[rows, columns]
    top = np.ones(len(rows), bool)
    for dy, dx in _NEIGHBOURS:
        top &= value >= score[rows + dy, columns + dx]
    rows, columns, value = rows[top], columns[top], value[top]
    order = np.argsort(-value, kind="stable")[:most]
    return Peaks(columns[order].astype(np.float32), rows[order].astype(np.float32), value[order])


@dataclass(frozen=True, eq=False)
class Coarse:
    """The best score within some pixels, less what noise alone gives on average, in steps of 1/16.

    Parameters
    ----------
    cells : ndarray of int8, shape (cells_y + 2, cells_x + 2)
        With a border of zeros, which also stand for what no frame saw.
    """

    cells: NDArray[np.int8]

    def at(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.int8]:
        """Return the value at points of the grid; 0 outside."""
        height, width = self.cells.shape
        column = (x / BLOCK + (1 + 0.5 / BLOCK)).astype(np.int32)
        row = (y / BLOCK + (1 + 0.5 / BLOCK)).astype(np.int32)
        np.clip(column, 0, width - 1, out=column)
        np.clip(row, 0, height - 1, out=row)
        return self.cells.ravel()[row * width + column]


def coarse_map(score: Image, seen: NDArray[np.bool_], reach: int) -> Coarse:
    """Return the coarse map of the best score within `reach` cells.

    The mean that noise gives is the median of the map itself.
    """
    ny, nx = (size - size % BLOCK for size in score.shape)
    blocks = score[:ny, :nx].reshape(ny // BLOCK, BLOCK, nx // BLOCK, BLOCK).max(axis=(1, 3))
    observed = seen[:ny:BLOCK, :nx:BLOCK]
    best = maximum_filter(blocks, 2 * reach + 1)
    mean = float(np.median(best[observed][::11])) if observed.any() else 0.0
    steps = np.where(observed, np.clip((best - mean) * _STEPS, -127, 127), 0)
    return Coarse(np.pad(steps.astype(np.int8), 1))


def in_sigma(steps: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return coarse values as standard deviations."""
    return np.asarray(steps, np.float32) / np.float32(_STEPS)
