"""What of a star's light lies outside an aperture: the wings of the mean star."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray

APERTURE = 1.2
"""Radius in which fluxes are summed, in units of the full width at half maximum."""

BEST = 0.68
"""Radius in which a faint star stands out most from the sky, if it is a Gaussian, in the same units."""

LEAST_STARS = 5
"""Fewer make no mean star."""

USUAL = 3.2
"""Exponent of the wings of stars: 2.5 to 4 on the ground."""

_SPREAD = 0.35  # of its logarithm
_HEIGHT = 0.1  # relative error of the light outside, as it follows from that inside
_PIXEL = 0.34  # by how much pixels broaden the square of the width of a core, and not the wings [pixel^2]
_WHOLE = 5.0  # radius to which the wings are looked at
_RINGS, _SECTORS = 24, 6
_BETAS = (1.8, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 5.0, 6.0, 8.0, 15.0, 50.0)


def share(radius: float, beta: float = USUAL) -> float:
    """Return the share of a Moffat profile inside a radius in units of its full width at half maximum."""
    return float(1 - (1 + radius**2 / _alpha2(beta)) ** (1 - beta))


def growth(
    data: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    fwhm: float,
    inner: NDArray[np.float64],
    noise: float,
) -> float:
    """Return the flux of a whole star over that in the aperture, from bright stars.

    Outside the aperture the light of the mean star is that of a Moffat profile (1969, A&A 3, 455) beside a
    remnant of sky. The profile is the median over stars at each distance, which neighbours do not change, in
    sectors, as stars may be elliptical. What a few stars cannot tell is told beforehand: the profile belongs
    to the light inside, the sky has been taken out, and wings are about as wide as they usually are.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        Without the sky.
    x, y, inner : ndarray, shape (stars,)
        Their centres [pixel], and fluxes in the aperture.
    fwhm : float
        [pixel]
    noise : float
        Of a pixel of empty sky, in the unit of the data.
    """
    lit = inner > 0
    if lit.sum() < LEAST_STARS:
        return 1 / share(APERTURE)
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
    r, light, pixels = _profile(stamps / inner[:, None, None], distance, bins)
    core = math.sqrt(max(fwhm**2 - _PIXEL, 0.5 * fwhm**2))
    weight = np.sqrt(pixels) * float(np.median(inner)) / (noise * core**2)
    return _wings(r / core, light * core**2, weight, APERTURE * fwhm / core)


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
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # a ring may hold no pixel
        r, f = (np.nanmean(np.reshape(each, (_RINGS, _SECTORS)), axis=1) for each in values)
    seen = np.isfinite(r)
    return r[seen], f[seen], np.bincount(number // _SECTORS, minlength=_RINGS)[seen].astype(float)


def _wings(
    r: NDArray[np.float64], light: NDArray[np.float64], weight: NDArray[np.float64], edge: float
) -> float:
    """Return 1 and what Moffat profiles hold outside the aperture, each as likely as it fits.

    Parameters
    ----------
    r, light, weight : ndarray, shape (rings,)
        Distance in units of the full width at half maximum, light in that unit of area over that in the
        aperture, and the reciprocal of its standard deviation.
    edge : float
        Radius of the aperture, likewise.
    """
    values, misses = [], []
    for beta in _BETAS:
        alpha2 = _alpha2(beta)
        expected = (beta - 1) / (np.pi * alpha2 * share(edge, beta))
        model = np.stack([expected * (1 + r**2 / alpha2) ** -beta, np.ones_like(r)], axis=1)
        rows = np.concatenate([model * weight[:, None], [[1 / _HEIGHT, 0]]])
        told = np.append(light * weight, 1 / _HEIGHT)
        found, *_ = np.linalg.lstsq(rows, told, rcond=None)
        values.append(1 + found[0] * (1 / share(edge, beta) - 1))
        misses.append(np.sum((rows @ found - told) ** 2) + (math.log(beta / USUAL) / _SPREAD) ** 2)
    likely = np.exp(-0.5 * (np.array(misses) - min(misses)))
    return max(1.0, float(np.average(values, weights=likely)))


def _alpha2(beta: float) -> float:
    """Return the square of the radius of a Moffat profile, in units of its full width at half maximum."""
    return 0.25 / (2 ** (1 / beta) - 1)
