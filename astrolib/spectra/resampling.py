"""From one wavelength grid to another: the mean flux of each new pixel, or the value at its centre.

Both are linear in the flux. So the weights are found once a grid, as a sparse matrix, and all spectra on it
go through one product (`astrolib.spectra.carry`).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from astrolib.core.errors import ParameterError
from astrolib.spectra.carry import Carried, carry

Resampling = Literal["conserving", "linear"]


def resample(
    wavelength: ArrayLike,
    flux: ArrayLike,
    grid: ArrayLike,
    *,
    method: Resampling = "conserving",
    ivar: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> Carried:
    """Resample spectra that share one wavelength grid onto another.

    Parameters
    ----------
    wavelength : array_like of float, shape (pixels,)
        Centres of the pixels, increasing [angstrom].
    flux : array_like, shape (..., pixels)
        Flux density, in any unit; pixels that are not finite are left out.
    grid : array_like of float, shape (wanted,)
        Centres of the wanted pixels, increasing [angstrom].
    method : {'conserving', 'linear'}
        ``conserving`` gives the mean flux density over each wanted pixel (Carnall 2017, arXiv:1705.05165):
        line fluxes and equivalent widths stay, noise goes down as pixels are joined. ``linear`` gives the
        value at its centre between two neighbours: it serves to repeat work that was done so, and a grid
        much finer than the data.
    ivar : array_like, shape (..., pixels), optional
        Inverse variance of `flux`.
    mask : array_like of bool, shape (..., pixels), optional
        True where a pixel is left out.

    Returns
    -------
    Carried
        Flux, inverse variance and mask on `grid`; wanted pixels outside the range are masked, their flux NaN.
    """
    return carry(weights(wavelength, grid, method), flux, ivar=ivar, mask=mask)


def weights(wavelength: ArrayLike, grid: ArrayLike, method: Resampling) -> csr_array:
    """Return the share that each pixel has in each wanted one, shape (wanted, pixels); rows sum to 1 or 0.

    Raises
    ------
    ParameterError
        If nobody here knows the method.
    """
    methods = {"conserving": _conserving, "linear": _linear}
    if method not in methods:
        raise ParameterError(f"unknown resampling {method!r}", remedy=f"choose one of {', '.join(methods)}")
    return methods[method](np.asarray(wavelength, dtype=np.float64), np.asarray(grid, dtype=np.float64))


def pixel_edges(centres: ArrayLike) -> NDArray[np.float64]:
    """Return the edges of pixels: halfway between centres, the outermost as far out as the next one in."""
    centres = np.asarray(centres, dtype=np.float64)
    inner = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - inner[0]], inner, [2 * centres[-1] - inner[-1]]])


def _conserving(wavelength: NDArray[np.float64], grid: NDArray[np.float64]) -> csr_array:
    have, want = pixel_edges(wavelength), pixel_edges(grid)
    first = np.clip(np.searchsorted(have, want[:-1], side="right") - 1, 0, wavelength.size - 1)
    last = np.clip(np.searchsorted(have, want[1:], side="left") - 1, 0, wavelength.size - 1)
    counts = last - first + 1
    row = np.repeat(np.arange(grid.size), counts)
    column = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[row]
    overlap = np.minimum(have[column + 1], want[row + 1]) - np.maximum(have[column], want[row])
    overlap = np.maximum(overlap, 0)
    total = np.bincount(row, overlap, grid.size)
    whole = total > 0.5 * np.diff(want)  # half a pixel of light tells nothing of the other half
    share = overlap * np.where(whole, 1 / np.where(total > 0, total, 1), 0)[row]
    return csr_array((share, (row, column)), shape=(grid.size, wavelength.size))


def _linear(wavelength: NDArray[np.float64], grid: NDArray[np.float64]) -> csr_array:
    left = np.clip(np.searchsorted(wavelength, grid, side="right") - 1, 0, wavelength.size - 2)
    right = (grid - wavelength[left]) / (wavelength[left + 1] - wavelength[left])
    inside = (grid >= wavelength[0]) & (grid <= wavelength[-1])
    row = np.repeat(np.arange(grid.size), 2)
    column = np.stack([left, left + 1], axis=1).ravel()
    share = np.where(inside[:, None], np.stack([1 - right, right], axis=1), 0).ravel()
    return csr_array((share, (row, column)), shape=(grid.size, wavelength.size))
