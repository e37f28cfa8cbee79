"""Normalisation for looking: a robust continuum, quick enough for every spectrum on the screen."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike, NDArray

_SEGMENTS = 120
_ROUNDS = 8
_CLIP_BELOW, _CLIP_ABOVE = 1.5, 2.5  # absorption is commoner than emission
_SCALE_OF_MAD = 1.4826  # from the median absolute deviation to a standard deviation


def continuum(wavelength: ArrayLike, flux: ArrayLike, degree: int | None = None) -> NDArray[np.float64]:
    """Fit a smooth continuum that lines and cosmic hits do not bend.

    The pixels are gathered into about a hundred segments; a Legendre polynomial is fitted to their medians,
    and segments that stand off it are clipped, more readily below than above, until nothing changes. The
    cost grows linearly with the number of pixels. It serves the eye; measurements need a continuum of their
    own.

    Parameters
    ----------
    wavelength : array_like of float, shape (n,)
        [angstrom].
    flux : array_like of float, shape (n,)
        In any unit; NaN where nothing was measured.
    degree : int, optional
        Of the polynomial: by default 3 around a single line, 8 over the whole optical range, at most 12.
        Lowered where there are too few finite segments.

    Returns
    -------
    ndarray of float64, shape (n,)
        In the unit of `flux`; NaN where no flux is finite at all.
    """
    wavelength = np.asarray(wavelength, dtype=np.float64)
    x, y = _segment_medians(_unit_interval(wavelength), np.asarray(flux, dtype=np.float64))
    if x.size == 0:
        return np.full(wavelength.shape, np.nan)
    wanted = _degree(wavelength) if degree is None else degree
    coefficients = _clipped_fit(x, y, min(wanted, x.size - 1))
    return np.asarray(legendre.legval(_unit_interval(wavelength), coefficients), dtype=np.float64)


def normalise(wavelength: ArrayLike, flux: ArrayLike, degree: int | None = None) -> NDArray[np.float64]:
    """Divide the flux by its `continuum`.

    Parameters
    ----------
    wavelength, flux, degree
        As for `continuum`.

    Returns
    -------
    ndarray of float64, shape (n,)
        Near 1 away from lines; NaN where the continuum is not positive.
    """
    level = continuum(wavelength, flux, degree)
    level[~(level > 0)] = np.nan
    return np.asarray(flux, dtype=np.float64) / level


def _degree(wavelength: NDArray[np.float64]) -> int:
    """Return a degree that grows with the range: what bends a continuum has a width in log wavelength."""
    return min(12, 3 + round(5.5 * float(np.log(wavelength[-1] / wavelength[0]))))


def _unit_interval(wavelength: NDArray[np.float64]) -> NDArray[np.float64]:
    first, last = wavelength[0], wavelength[-1]
    return (wavelength - (first + last) / 2) / ((last - first) / 2)


def _segment_medians(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean position and the median of each segment's finite pixels."""
    good = np.isfinite(y)
    x, y = x[good], y[good]
    length = max(1, x.size // _SEGMENTS)
    whole = x.size // length * length
    rows = (-1, length)
    return x[:whole].reshape(rows).mean(axis=1), np.median(y[:whole].reshape(rows), axis=1)


def _clipped_fit(x: NDArray[np.float64], y: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    kept = np.ones(x.size, dtype=bool)
    for _ in range(_ROUNDS):
        coefficients = legendre.legfit(x[kept], y[kept], degree)
        residual = y - legendre.legval(x, coefficients)
        sigma = _SCALE_OF_MAD * np.median(np.abs(residual[kept]))
        good = (residual >= -_CLIP_BELOW * sigma) & (residual <= _CLIP_ABOVE * sigma)
        if (good == kept).all() or good.sum() <= 2 * degree:
            break
        kept = good
    return np.asarray(coefficients, dtype=np.float64)
