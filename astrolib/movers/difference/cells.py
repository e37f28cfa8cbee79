"""An image cell by cell: its smooth background, and by how much it scatters more than it should."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

Image = NDArray[np.float32]

_CELL = 48  # side of a cell [pixel]
_BEYOND = 1.15  # a larger scatter around a cell is no chance


def medians(image: Image) -> Image:
    """Return the smooth background of an image: the medians of its cells, on its pixels."""
    return _spread(np.median(_cells(image), axis=2), image.shape)


def scatter(score: Image) -> Image:
    """Return by how much the scatter around each cell exceeds 1, where that is beyond chance; else 1."""
    wide = uniform_filter(1.4826 * np.median(np.abs(_cells(score)), axis=2), 3)
    return _spread(np.where(wide > _BEYOND, wide, 1).astype(np.float32), score.shape)


def _cells(image: Image) -> Image:
    """Return the pixels of each whole cell, shape (cells_y, cells_x, pixels)."""
    height, width = (size // _CELL for size in image.shape)
    whole = image[: height * _CELL, : width * _CELL].reshape(height, _CELL, width, _CELL)
    return whole.swapaxes(1, 2).reshape(height, width, -1)


def _spread(values: Image, shape: tuple[int, int]) -> Image:
    """Return values of cells on all pixels, linear between the cells' centres."""
    rows, columns = ((np.arange(size) + 0.5) / _CELL - 0.5 for size in shape)
    height, width = values.shape
    row, column = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    low, left = np.minimum(row.astype(int), height - 2), np.minimum(column.astype(int), width - 2)
    up, right = (row - low).astype(np.float32)[:, None], (column - left).astype(np.float32)
    strip = values[:, left] * (1 - right) + values[:, left + 1] * right
    return strip[low] * (1 - up) + strip[low + 1] * up
