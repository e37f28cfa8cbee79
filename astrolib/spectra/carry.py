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

    Attributes
    ----------
    flux : ndarray of float64, shape (..., pixels)
        NaN where it is masked.
    ivar : ndarray of float64, shape (..., pixels)
        NaN where it is unknown, 0 where it is masked. Neighbours are correlated afterwards; this is the
        diagonal alone.
    mask : ndarray of bool, shape (..., pixels)
        True where the pixels that were left out had too large a share.
    """

    flux: NDArray[np.float64]
    ivar: NDArray[np.float64]
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
    weights = weights.copy()
    weights.eliminate_zeros()
    columns = np.unique(weights.indices)
    weights = weights[:, columns]
    part = np.asarray(flux)[..., columns]
    rows = (-1, columns.size)
    good = np.isfinite(part).reshape(rows)
    if mask is not None:
        good &= ~np.asarray(mask)[..., columns].reshape(rows)
    share = _share(weights, good)
    masked = share < LEAST_SHARE
    with np.errstate(divide="ignore", invalid="ignore"):
        values = _used(part, good) @ weights.T / share
        known = np.full(values.shape, np.nan)
        if ivar is not None:
            inverse = np.asarray(ivar)[..., columns].astype(np.float64)
            known = share**2 / (_used(1 / np.maximum(inverse, 0), good) @ weights.power(2).T)
    shape = (*part.shape[:-1], weights.shape[0])
    values, known = np.where(masked, np.nan, values), np.where(masked, 0, known)
    return Carried(values.reshape(shape), known.reshape(shape), masked.reshape(shape))


def _share(weights: csr_array, good: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of good pixels in each wanted one, shape (spectra, wanted)."""
    if good.all():
        return np.broadcast_to(weights.sum(axis=1), (len(good), weights.shape[0]))
    return good @ weights.T


def _used(values: NDArray[np.floating], good: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values as rows, 0 where they are left out."""
    rows = values.reshape(good.shape).astype(np.float64)
    return rows if good.all() else np.where(good, rows, 0)
