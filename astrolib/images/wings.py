"""What of a star's light lies outside an aperture: the wings of the mean star."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

APERTURE = 1.2
"""Radius in which fluxes are summed, in units of the full width at half maximum."""

LEAST_STARS = 5
"""Fewer make no mean star."""

_WHOLE = 5.0  # radius to which the wings are looked at
_RINGS, _SECTORS = 24, 6
_BETAS = (1.8, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 5.0, 6.0, 8.0, 15.0, 50.0)


def growth(
    data: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    fwhm: float,
    inner: NDArray[np.float64],
) -> float:
    """Return the flux of a whole star over that in the aperture, from bright stars.

    Outside the aperture the light of the mean star is that of the Moffat profile (1969, A&A 3, 455) that fits
    it best, beside a remnant of sky. The profile is the median over stars at each distance, which neighbours
    do not change, in sectors, as stars may be elliptical.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        Without the sky.
    x, y, inner : ndarray, shape (stars,)
        Their centres [pixel], and fluxes in the aperture.
    fwhm : float
        [pixel]
    """
    lit = inner > 0
    if lit.sum() < LEAST_STARS:
        return 1.0
    x, y, inner = x[lit], y[lit], inner[lit]
    half = math.ceil(_WHOLE * fwhm)
    grid = np.arange(-half, half + 1)
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    stamps = np.pad(data, half, constant_values=np.nan)[
        (row + half)[:, None, None] + grid[:, None], (column + half)[:, None, None] + grid
    ]
    across, up = grid + (column - x)[:, None], grid + (row - y)[:, None]
    distance = np.hypot(across[:, None, :], up[:, :, None])
    angle = np.arctan2(up[:, :, None], across[:, None, :]) % np.pi
    bins = (
        np.digitize(distance, np.geomspace(APERTURE, _WHOLE, _RINGS + 1) * fwhm) - 1,
        np.minimum((angle / np.pi * _SECTORS).astype(int), _SECTORS - 1),
    )
    return _wings(*_profile(stamps / inner[:, None, None], distance, bins), fwhm)


def _profile(
    light: NDArray, distance: NDArray[np.float64], bins: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return distance, light and number of pixels of each ring outside the aperture."""
    known = np.isfinite(light) & (bins[0] >= 0) & (bins[0] < _RINGS)
    number = bins[0][known] * _SECTORS + bins[1][known]
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=_RINGS * _SECTORS))[:-1]
    values = [
        [np.median(part) if len(part) else np.nan for part in np.split(each[known][order], ends)]
        for each in (distance, light)
    ]
    r, f = (np.nanmean(np.reshape(each, (_RINGS, _SECTORS)), axis=1) for each in values)
    return r, f, np.bincount(number // _SECTORS, minlength=_RINGS).astype(float)


def _wings(
    r: NDArray[np.float64], light: NDArray[np.float64], pixels: NDArray[np.float64], fwhm: float
) -> float:
    """Return 1 and what the best Moffat profile holds outside the aperture."""
    best, least = 1.0, np.inf
    weight = np.sqrt(pixels)
    for beta in _BETAS:
        alpha2 = (fwhm / 2) ** 2 / (2 ** (1 / beta) - 1)
        model = np.stack([(1 + r**2 / alpha2) ** -beta, np.ones_like(r)], axis=1)
        (height, sky), *_ = np.linalg.lstsq(model * weight[:, None], light * weight, rcond=None)
        miss = float(np.sum((weight * (light - height * model[:, 0] - sky)) ** 2))
        if miss < least:
            edge = (1 + (APERTURE * fwhm) ** 2 / alpha2) ** (1 - beta)
            best, least = 1 + float(height) * np.pi * alpha2 / (beta - 1) * edge, miss
    return max(1.0, best)
