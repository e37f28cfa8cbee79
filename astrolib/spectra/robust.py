"""Medians of many rows at once, each over its own good pixels, and the noise that they tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SCALE_OF_MAD = 1.482602  # from the median absolute deviation to a standard deviation


def median_of_good(values: NDArray[np.floating], good: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the median of each row's good values, the lower one of two; NaN where none is good.

    Parameters
    ----------
    values : ndarray of float, shape (rows, n)
        Of any size where they are not good.
    good : ndarray of bool, shape (rows, n)
        Which count.
    """
    ordered = np.sort(np.where(good, values, np.inf), axis=1)
    count = good.sum(axis=1)
    middle = ordered[np.arange(len(ordered)), np.maximum(count - 1, 0) // 2]
    return np.where(count > 0, middle, np.nan)


def deviation(residual: NDArray[np.floating], good: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the standard deviation of each row of residuals, from the median absolute one."""
    return _SCALE_OF_MAD * median_of_good(np.abs(residual), good)


def signal_to_noise(
    flux: NDArray[np.floating], ivar: NDArray[np.floating] | None, good: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the median signal-to-noise ratio a pixel of each spectrum.

    From the inverse variance where it is known, else from the flux itself by DER_SNR (Stoehr et al. 2008,
    ASP Conf. 394, 505): noise = 1.482602 / sqrt(6) median(abs(2 f[i] - f[i-2] - f[i+2])).

    Parameters
    ----------
    flux : ndarray, shape (spectra, pixels)
        As observed: joined or smoothed pixels hide their noise.
    ivar : ndarray, shape (spectra, pixels), or None
        A row of NaN where unknown.
    good : ndarray of bool, shape (spectra, pixels)
        Which pixels count.
    """
    found = np.empty(len(flux))
    known = np.zeros(len(flux), dtype=bool) if ivar is None else np.isfinite(ivar).all(axis=1)
    found[~known] = _from_scatter(flux[~known], good[~known])
    if ivar is not None and known.any():
        found[known] = _as_stated(flux[known], ivar[known], good[known])
    return np.nan_to_num(found, posinf=np.inf)


def _as_stated(
    flux: NDArray[np.floating], ivar: NDArray[np.floating], good: NDArray[np.bool_]
) -> NDArray[np.float64]:
    return median_of_good(flux * np.sqrt(np.maximum(ivar, 0)), good & (ivar > 0))


def _from_scatter(flux: NDArray[np.floating], good: NDArray[np.bool_]) -> NDArray[np.float64]:
    middle, left, right = (flux[:, part] for part in (slice(2, -2), slice(None, -4), slice(4, None)))
    three = good[:, 2:-2] & good[:, :-4] & good[:, 4:]
    with np.errstate(invalid="ignore", divide="ignore"):
        noise = deviation(2 * middle - left - right, three) / np.sqrt(6)
        return median_of_good(flux, good) / noise
