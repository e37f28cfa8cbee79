"""The continuum of spectra on one grid, all of them at once: running quantile, spline, polynomial.

`astrolib.spectra.continuum` serves the eye, one spectrum at a time; this one serves measurements and
preparation, where thousands share a grid.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import BSpline
from scipy.ndimage import percentile_filter, uniform_filter1d

from astrolib.core.errors import ParameterError
from astrolib.spectra.robust import deviation

ContinuumMethod = Literal["none", "quantile", "spline", "polynomial"]

QUANTILE = 0.6
"""A little above the median: lines of a normal star go down."""

WINDOW = 0.5
"""Width of the running quantile, as a share of the range."""

DEGREE = 2
"""Of the polynomial: two hundred angstrom of a continuum have a slope and a bend."""

INNER_KNOTS = 1
"""Of the cubic spline."""

ROUNDS = 8
CLIP_BELOW, CLIP_ABOVE = 1.5, 2.5
"""Where pixels are clipped, in standard deviations: absorption is commoner than emission."""


def fit_continuum(
    wavelength: ArrayLike,
    flux: ArrayLike,
    method: ContinuumMethod = "polynomial",
    *,
    mask: ArrayLike | None = None,
    degree: int = DEGREE,
) -> NDArray[np.float64]:
    """Fit a continuum to each spectrum.

    Parameters
    ----------
    wavelength : array_like of float, shape (pixels,)
        [angstrom].
    flux : array_like of float, shape (..., pixels)
        Finite, in any unit.
    method : {'polynomial', 'spline', 'quantile', 'none'}
        A Legendre polynomial of `degree`; a cubic spline with one inner knot; the running 0.6 quantile over
        half the range, smoothed; 1. Polynomial and spline are fitted again and again to the pixels that stand
        off them by less than 1.5 standard deviations below and 2.5 above, the deviation from the median
        absolute one.
    mask : array_like of bool, shape (..., pixels), optional
        True where a pixel is left out of polynomial and spline: bad ones, and those of a line that is known
        to be there, which clipping alone does not always get rid of.
    degree : int
        Of the polynomial.

    Returns
    -------
    ndarray of float64, shape (..., pixels)
        In the unit of `flux`.

    Raises
    ------
    ParameterError
        If nobody here knows the method.
    """
    wavelength, flux = np.asarray(wavelength, dtype=np.float64), np.asarray(flux, dtype=np.float64)
    rows = flux.reshape(-1, wavelength.size)
    good = np.ones(rows.shape, dtype=bool) if mask is None else ~np.asarray(mask).reshape(rows.shape)
    x = 2 * (wavelength - wavelength[0]) / (wavelength[-1] - wavelength[0]) - 1
    if method == "none":
        found = np.ones(rows.shape)
    elif method == "quantile":
        found = _running_quantile(rows)
    elif method == "polynomial":
        found = _clipped_fit(legendre.legvander(x, degree), rows, good)
    elif method == "spline":
        found = _clipped_fit(_spline_basis(x), rows, good)
    else:
        raise ParameterError(
            f"unknown continuum {method!r}", remedy="choose polynomial, spline, quantile or none"
        )
    return found.reshape(flux.shape)


def _running_quantile(flux: NDArray[np.float64]) -> NDArray[np.float64]:
    width = max(3, int(WINDOW * flux.shape[1]))
    level = percentile_filter(flux, 100 * QUANTILE, size=(1, width), mode="nearest")
    return uniform_filter1d(level, max(3, width // 2), axis=1, mode="nearest")


def _spline_basis(x: NDArray[np.float64]) -> NDArray[np.float64]:
    inner = np.linspace(-1, 1, INNER_KNOTS + 2)[1:-1]
    knots = np.concatenate([[-1] * 4, inner, [1] * 4])
    return BSpline.design_matrix(x, knots, 3).toarray()


def _clipped_fit(
    basis: NDArray[np.float64], flux: NDArray[np.float64], good: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Fit by least squares, clipping and fitting again, every row until its own pixels stay the same."""
    level = np.empty(flux.shape)
    kept, open_rows = good.copy(), np.arange(len(flux))
    for _ in range(ROUNDS):
        level[open_rows] = _fit(basis, flux[open_rows], kept[open_rows])
        residual = flux[open_rows] - level[open_rows]
        sigma = deviation(residual, kept[open_rows])
        near = (residual >= -CLIP_BELOW * sigma[:, None]) & (residual <= CLIP_ABOVE * sigma[:, None])
        near &= good[open_rows]
        changed = (near != kept[open_rows]).any(axis=1) & (near.sum(axis=1) > 3 * basis.shape[1])
        kept[open_rows[changed]] = near[changed]
        open_rows = open_rows[changed]
        if open_rows.size == 0:
            break
    return level


def _fit(
    basis: NDArray[np.float64], flux: NDArray[np.float64], kept: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the least-squares fit of the basis to the kept pixels of each row."""
    terms = basis.shape[1]
    pairs = (basis[:, :, None] * basis[:, None, :]).reshape(len(basis), -1)
    normal = (kept @ pairs).reshape(-1, terms, terms)
    # A trace of ridge: a row with too few pixels stays solvable, and a good one does not notice.
    normal += 1e-10 * len(basis) * np.eye(terms)
    right = np.where(kept, flux, 0) @ basis
    return np.linalg.solve(normal, right[:, :, None])[:, :, 0] @ basis.T
