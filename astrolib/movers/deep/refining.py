"""Paths drawn to where the frames' scores are best, and what they then sum to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.hypotheses import Hypotheses

Values = NDArray[np.float64]
Image = NDArray[np.float32]

_CHUNK = 4000
_LEAST = 1.0  # a lower score does not draw
_HIGHEST = 8.0  # a higher one draws no more


def refine(
    paths: Hypotheses, score: Image, minutes: Values, radii: tuple[int, ...] = (4, 3, 2), degree: int = 1
) -> Hypotheses:
    """Draw paths to the best scores within a few pixels of them, again and again within fewer.

    Parameters
    ----------
    paths : Hypotheses
        To start from.
    score : ndarray of float32, shape (frames, ny, nx)
        Significance of a point; 0 where nothing was seen.
    minutes : ndarray, shape (frames,)
        From the middle [min].
    radii : tuple of int
        How far from the path is looked, a fit each [pixel].
    degree : int
        Of the fitted paths, 1 or 2.
    """
    x, y = paths.x.copy(), paths.y.copy()
    for first in range(0, len(paths), _CHUNK):
        part = np.s_[first : first + _CHUNK]
        for radius in radii:
            best_x, best_y, best = _best_near(score, minutes, x[part], y[part], radius)
            x[part], y[part] = _fitted(minutes, best_x, best_y, best, (x[part], y[part]), degree, radius)
    return Hypotheses(x, y, paths.support)


def places(paths: Hypotheses, minutes: Values) -> tuple[Values, Values]:
    """Return x and y at each time, shape (n, frames)."""
    powers = np.vander(minutes, 3, increasing=True).T
    return paths.x @ powers, paths.y @ powers


def scores_along(paths: Hypotheses, score: Image, minutes: Values) -> Values:
    """Return the score at each place of a path, shape (n, frames), bilinear; 0 outside."""
    x, y = places(paths, minutes)
    return np.stack(
        [interpolate(score[number], x[:, number], y[:, number]) for number in range(len(minutes))], 1
    )


def interpolate(image: Image, x: Values, y: Values) -> Values:
    """Return an image between its pixels; 0 outside."""
    ny, nx = image.shape
    inside = (x >= 0) & (y >= 0) & (x < nx - 1) & (y < ny - 1)
    column, row = np.where(inside, x, 0).astype(np.int64), np.where(inside, y, 0).astype(np.int64)
    right, up = np.where(inside, x, 0) - column, np.where(inside, y, 0) - row
    value = (
        image[row, column] * (1 - right) * (1 - up)
        + image[row, column + 1] * right * (1 - up)
        + image[row + 1, column] * (1 - right) * up
        + image[row + 1, column + 1] * right * up
    )
    return np.where(inside, value, 0.0)


def _best_near(
    score: Image, minutes: Values, x: Values, y: Values, radius: int
) -> tuple[Values, Values, Values]:
    """Return place and height of the best score within a radius of each place of each path."""
    powers = np.vander(minutes, 3, increasing=True).T
    column, row = np.rint(x @ powers).astype(np.int64), np.rint(y @ powers).astype(np.int64)
    dy, dx = (axis.ravel() for axis in np.mgrid[-radius : radius + 1, -radius : radius + 1])
    round_ = dx**2 + dy**2 <= radius**2 + 1
    dx, dy = dx[round_], dy[round_]
    _, ny, nx = score.shape
    best_x, best_y, best = (np.empty(column.shape) for _ in range(3))
    for number in range(len(minutes)):
        columns, rows = column[:, number, None] + dx, row[:, number, None] + dy
        inside = (columns >= 0) & (rows >= 0) & (columns < nx) & (rows < ny)
        index = np.where(inside, rows * nx + columns, 0)
        window = np.where(inside, score[number].ravel()[index], np.float32(0))
        top = np.argmax(window, axis=1)
        chosen = np.arange(len(top))
        best[:, number] = window[chosen, top]
        best_x[:, number], best_y[:, number] = columns[chosen, top], rows[chosen, top]
    return best_x, best_y, best


def _fitted(
    minutes: Values,
    best_x: Values,
    best_y: Values,
    best: Values,
    old: tuple[Values, Values],
    degree: int,
    radius: int,
) -> tuple[Values, Values]:
    """Return paths through the best places, by weights of the squared score, held by the old path."""
    weight = np.clip(best - _LEAST, 0, _HIGHEST) ** 2
    powers = np.vander(minutes, degree + 1, increasing=True)
    hold = 0.05 * np.ones_like(weight)
    every = np.vander(minutes, 3, increasing=True).T
    normal = np.einsum("nk,ki,kj->nij", weight + hold, powers, powers)
    fitted = []
    for place, path in ((best_x, old[0]), (best_y, old[1])):
        right = (weight * place + hold * (path @ every)) @ powers
        solved = np.linalg.solve(normal, right[..., None])[..., 0]
        fitted.append(np.pad(solved, ((0, 0), (0, 2 - degree))))
    return fitted[0], fitted[1]
