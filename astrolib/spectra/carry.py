"""Flux, inverse variance and mask carried together through weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

LEAST_SHARE = 0.5
"""A pixel of which less than this came from good pixels is masked."""


class Carried(NamedTuple):
    """Spectra on a new grid.

    Parameters
    ----------
    flux : ndarray of float64, shape (..., pixels)
        NaN where it is masked.
    ivar : ndarray of float64, shape (..., pixels), or None
        0 where it is masked. Neighbours are correlated afterwards; this is the diagonal alone.
    mask : ndarray of bool, shape (..., pixels)
        True where the pixels that were left out had too large a share.
    """

    flux: NDArray[np.float64]
    ivar: NDArray[np.float64] | None
    mask: NDArray[np.bool_]


def carry(
    weights: csr_array, flux: ArrayLike, *, ivar: ArrayLike | None = None, mask: ArrayLike | None = None
) -> Carried:
    """Carry spectra through weights; pixels that are masked or not finite are left out.

    Parameters
    ----------
    weights : csr_array, shape (wanted, pixels)
        The share of each pixel in each wanted one.
    flux : array_like, shape (..., pixels)
        In any unit.
    ivar : array_like, shape (..., pixels), optional
        Inverse variance of `flux`; it says how sure the flux is, and leaves no pixel out. LAMOST has 0 where
        it took strong emission lines for cosmic hits.
    mask : array_like of bool, shape (..., pixels), optional
        True where a pixel is left out.
    """
    columns = np.unique(weights.indices[weights.data != 0])
    weights = weights[:, columns]
    part = np.asarray(flux)[..., columns]
    values = part.reshape(-1, columns.size).astype(np.float64)
    good = np.isfinite(values)
    if mask is not None:
        good &= ~np.asarray(mask)[..., columns].reshape(good.shape)
    variance = None
    if ivar is not None:
        inverse = np.asarray(ivar)[..., columns].reshape(good.shape).astype(np.float64)
        with np.errstate(divide="ignore"):
            variance = 1 / np.maximum(inverse, 0)
    found = _product(weights, values, variance, good)
    shape = (*part.shape[:-1], weights.shape[0])
    return Carried(*(None if each is None else each.reshape(shape) for each in found))  # type: ignore[arg-type]


def _product(
    weights: csr_array,
    values: NDArray[np.float64],
    variance: NDArray[np.float64] | None,
    good: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None, NDArray[np.bool_]]:
    squares = weights.power(2)
    if good.all():
        share = np.broadcast_to(weights.sum(axis=1), (len(values), weights.shape[0]))
    else:
        values, share = np.where(good, values, 0), good @ weights.T
        variance = None if variance is None else np.where(good, variance, 0.0)
    masked = share < LEAST_SHARE
    with np.errstate(divide="ignore", invalid="ignore"):
        flux = np.where(masked, np.nan, (values @ weights.T) / share)
        ivar = None if variance is None else np.where(masked, 0, share**2 / (variance @ squares.T))
    return flux, ivar, masked
