"""Images between their pixels: cubic convolution (Keys 1981, IEEE Trans. ASSP 29, 1153), or the nearest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Image = NDArray[np.float32]


def nearest(images: Image, x: Values, y: Values) -> Values:
    """Return the value of each frame's image at the nearest pixel; inf outside."""
    _, ny, nx = images.shape
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    inside = (column >= 0) & (row >= 0) & (column < nx) & (row < ny)
    value = images[np.arange(len(x)), np.where(inside, row, 0), np.where(inside, column, 0)]
    return np.where(inside, value, np.inf).astype(np.float64)


def cubic(image: Image | Values, x: Values, y: Values) -> Values:
    """Return an image between its pixels by cubic convolution (Keys 1981); the edge is repeated."""
    return cubic_of(image, (), x, y)


def cubic_each(images: Image | Values, x: Values, y: Values) -> Values:
    """Return each frame's image between its pixels; x and y of shape (..., frames)."""
    return cubic_of(images, (np.arange(len(images)),), x, y)


def cubic_of(images: Image | Values, frames: tuple[NDArray[np.intp], ...], x: Values, y: Values) -> Values:
    """Return images between their pixels; `frames` says of which, where there are several."""
    ny, nx = images.shape[-2:]
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    columns = [np.clip(column + step, 0, nx - 1) for step in (-1, 0, 1, 2)]
    weights_x, weights_y = _keys(x - column), _keys(y - row)
    total = np.zeros(np.shape(x))
    for step, weight in zip((-1, 0, 1, 2), weights_y, strict=True):
        rows = np.clip(row + step, 0, ny - 1)
        total += weight * sum(
            share * images[(*frames, rows, place)] for share, place in zip(weights_x, columns, strict=True)
        )
    return total


def _keys(share: Values) -> tuple[Values, Values, Values, Values]:
    """Return the weights of four neighbours at a share of a pixel."""
    s = share
    return (
        (-(s**3) + 2 * s**2 - s) / 2,
        (3 * s**3 - 5 * s**2 + 2) / 2,
        (-3 * s**3 + 4 * s**2 + s) / 2,
        (s**3 - s**2) / 2,
    )
