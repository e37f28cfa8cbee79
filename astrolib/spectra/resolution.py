"""To a lower resolving power: a Gaussian between the line spread functions of both ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.special import ive

from astrolib.core.errors import ParameterError
from astrolib.spectra.carry import Carried, carry

FWHM = 2 * np.sqrt(2 * np.log(2))
"""Full width at half maximum of a Gaussian over its standard deviation."""

NEARLY = 0.98
"""A resolving power that falls short of the wanted one by less than this is taken for it."""

REACH = 5.0
"""Where the kernel ends, in standard deviations."""


def degrade(
    wavelength: ArrayLike,
    flux: ArrayLike,
    have: float,
    want: float,
    *,
    ivar: ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> Carried:
    """Degrade spectra that share one wavelength grid to a lower resolving power.

    Parameters
    ----------
    wavelength : array_like of float, shape (pixels,)
        [angstrom].
    flux : array_like, shape (..., pixels)
        In any unit.
    have, want : float
        Wavelength over the full width at half maximum of a line, at either end, pixels included.
    ivar, mask : array_like, shape (..., pixels), optional
        Inverse variance of the flux; True where a pixel is left out.

    Returns
    -------
    Carried
        On the same grid; the ends are extended.

    Raises
    ------
    ParameterError
        If `want` is higher than `have`: what was not resolved does not come back.
    """
    wavelength = np.asarray(wavelength, dtype=np.float64)
    return carry(gaussian_weights(sigma_pixels(wavelength, have, want)), flux, ivar=ivar, mask=mask)


def sigma_pixels(wavelength: NDArray[np.float64], have: float, want: float) -> NDArray[np.float64]:
    """Return the standard deviation [pixels] of the Gaussian that leads from one resolving power to another.

    Widths add in squares: (wavelength / FWHM)^2 (1 / want^2 - 1 / have^2), over the size of each pixel.

    Raises
    ------
    ParameterError
        If `want` is higher than `have`.
    """
    if not have >= NEARLY * want:
        raise ParameterError(
            f"a resolving power of {have:g} does not reach {want:g}", remedy="choose a lower resolution"
        )
    width = wavelength / FWHM * np.sqrt(max(0.0, want**-2.0 - have**-2.0))
    return width / np.gradient(wavelength)


def gaussian_weights(sigma: ArrayLike) -> csr_array:
    """Return a Gaussian for each pixel, shape (pixels, pixels), the ends extended.

    Parameters
    ----------
    sigma : array_like of float, shape (pixels,)
        Standard deviation about each pixel [pixels].

    Notes
    -----
    A Gaussian taken at whole pixels is too narrow where sigma is below half a pixel. Its discrete analogue
    (Lindeberg 1990, IEEE PAMI 12, 234), exp(-t) I_n(t) with t = sigma^2, has the variance t at every sigma.
    """
    t = np.asarray(sigma, dtype=np.float64) ** 2
    reach = int(np.ceil(REACH * np.sqrt(t.max(initial=0)))) + (2 if t.any() else 0)
    offsets = np.arange(-reach, reach + 1)
    return _banded(ive(np.abs(offsets), t[:, None]), offsets)


def sampled_gaussian_weights(pixels: int, sigma: float, truncate: float = 4.0) -> csr_array:
    """Return a Gaussian taken at whole pixels, the same for each, the ends extended.

    Parameters
    ----------
    pixels : int
        Of the spectrum.
    sigma : float
        Standard deviation [pixels].
    truncate : float
        Where it ends, in standard deviations: sigma 7 has 57 taps, as published work has them.
    """
    reach = int(truncate * sigma + 0.5)
    offsets = np.arange(-reach, reach + 1)
    return _banded(np.tile(np.exp(-0.5 * (offsets / sigma) ** 2), (pixels, 1)), offsets)


def _banded(kernel: NDArray[np.float64], offsets: NDArray[np.int64]) -> csr_array:
    """Return kernels, one a row, about the diagonal; what falls off an end goes to the pixel there."""
    pixels = len(kernel)
    kernel = kernel / kernel.sum(axis=1, keepdims=True)
    row = np.repeat(np.arange(pixels), offsets.size)
    column = np.clip(np.arange(pixels)[:, None] + offsets, 0, pixels - 1).ravel()
    return csr_array((kernel.ravel(), (row, column)), shape=(pixels, pixels))
