"""What is left of the static sky after the subtraction: it is fitted where it can be, and is noise elsewhere.

Seeing that changes over the field and a flux scale that is off by a per cent leave the derivatives of the
static sky, each with a coefficient that varies linearly over the field (the linear kernel of Alard and Lupton
1998, ApJ 503, 325, in Taylor's form).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Values = NDArray[np.float64]

_BRIGHT = 8.0  # standard deviations of the static sky where the residual is fitted
_FEWEST = 1000  # pixels that tell the residual
_SAMPLE = 60_000  # pixels that it is fitted to
_UNLIKE = 0.02  # of the static sky, which no derivative fits
_ROUNDS, _OFF = 3, 3.0  # of the robust fit, and standard deviations from which a pixel counts less
_STAYS, _CHANCE = 0.5, 1.0  # of a star's light is in every frame, but for so much noise [sigma]
_SEEN = 2.0  # standard deviations of the static sky: where less is seen, there is no star
_ALONE = 6.0  # standard deviations there, which no star left
_PART = 500_000  # pixels at a time
_LEVELS = np.array([0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0, 1e9])
_EVERY = 7  # pixels one is looked at
_ENOUGH = 100  # pixels that tell the scatter at a level


def take_out(difference: Image, static: Image, sigma: Image, valid: Mask, lowest: Image) -> None:
    """Fit and subtract what is left of the static sky, in place; `lowest` is there in every frame."""
    bright = valid & (static > _BRIGHT * sigma)
    rows, columns = np.nonzero(bright & _stays(lowest, static, sigma))
    if len(rows) < _FEWEST:
        return
    step = max(1, len(rows) // _SAMPLE)
    coefficients = _fitted(difference, static, sigma, rows[::step], columns[::step])
    rows, columns = np.nonzero(valid & (static > _SEEN * sigma))
    for first in range(0, len(rows), _PART):
        part = rows[first : first + _PART], columns[first : first + _PART]
        difference[part] -= (coefficients @ _basis(static, *part)).astype(np.float32)


def _fitted(difference: Image, static: Image, sigma: Image, rows: Places, columns: Places) -> Values:
    """Return the coefficients of the static sky's derivatives; pixels that stand off count less."""
    basis = _basis(static, rows, columns)
    value = difference[rows, columns]
    weight = 1 / np.hypot(sigma[rows, columns], _UNLIKE * static[rows, columns])
    coefficients = np.zeros(len(basis))
    for _ in range(_ROUNDS):
        left = (value - coefficients @ basis) * weight
        robust = weight * np.sqrt(1 / (1 + (left / _OFF) ** 2))
        coefficients = np.linalg.lstsq((basis * robust).T, value * robust, rcond=1e-9)[0]
    return coefficients


def _basis(static: Image, rows: Places, columns: Places) -> Values:
    """Return the static sky and its derivatives to the second order, each also times x and y."""

    def at(dy: int, dx: int) -> Image:
        return static[
            np.clip(rows + dy, 0, static.shape[0] - 1), np.clip(columns + dx, 0, static.shape[1] - 1)
        ]

    middle, right, left, up, down = at(0, 0), at(0, 1), at(0, -1), at(1, 0), at(-1, 0)
    cross = (at(1, 1) + at(-1, -1) - at(1, -1) - at(-1, 1)) / 4
    slopes = (right - left) / 2, (up - down) / 2
    parts = np.stack([middle, *slopes, right + left - 2 * middle, up + down - 2 * middle, cross])
    x, y = columns / static.shape[1] - 0.5, rows / static.shape[0] - 0.5
    return np.concatenate([parts, parts * x, parts * y])


def widened(difference: Image, static: Image, sigma: Image, valid: Mask, lowest: Image) -> Image:
    """Return the noise widened to what the residuals of stars show at each brightness."""
    at = np.flatnonzero(valid)[::_EVERY]
    noise = sigma.ravel()[at]
    brightness, ratio = static.ravel()[at] / noise, np.abs(difference.ravel()[at]) / noise
    stays = _stays(lowest.ravel()[at], static.ravel()[at], noise)
    known = np.where(brightness < _SEEN, ratio < _ALONE, stays)
    level, ratio = np.digitize(brightness[known], _LEVELS), ratio[known]
    centres, factors = [], []
    for number in range(len(_LEVELS) + 1):
        chosen = ratio[level == number]
        if len(chosen) >= _ENOUGH:
            centres.append(_LEVELS[max(number - 1, 0)])
            half, most = np.quantile(chosen, [0.5, 0.9])
            factors.append(max(1.4826 * float(half), float(most) / 1.645))
    if not centres:
        return sigma
    ordered = np.maximum.accumulate(factors)
    return (sigma * np.interp(static / sigma, centres, ordered)).astype(np.float32)


def _stays(lowest: Image, static: Image, sigma: Image) -> Mask:
    """Say where the static sky is in every frame, but for noise; the light of a slow mover in two is not."""
    return lowest > _STAYS * static - _CHANCE * sigma
