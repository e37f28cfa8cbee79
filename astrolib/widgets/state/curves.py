"""Spectra as a viewer shows them: in one medium, masked, over the continuum, with their errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrolib.core.spectrum import Spectrum
from astrolib.widgets.state.functions import SpectrumFunctions


@dataclass(frozen=True)
class Curve:
    """One spectrum as it is shown.

    Parameters
    ----------
    spectrum : Spectrum
    wavelength : ndarray of float64, shape (n,)
        In the medium on show [angstrom].
    flux : ndarray of float32, shape (n,)
        Without offset; NaN where masked.
    error : ndarray of float32, shape (n,), or None
        Standard deviation of the flux; not finite where nothing is known.
    """

    spectrum: Spectrum
    wavelength: np.ndarray
    flux: np.ndarray
    error: np.ndarray | None


def prepare(spectrum: Spectrum, medium: str, normalised: bool, functions: SpectrumFunctions) -> Curve:
    """Return a spectrum in a medium, and over its continuum where asked.

    One whose medium is unknown stays as it is.
    """
    wavelength, flux, error = spectrum.wavelength, spectrum.flux, _error(spectrum)
    if spectrum.mask is not None:
        flux = np.where(spectrum.mask, np.float32(np.nan), flux)
    if normalised:
        flux, measured = functions.normalise(wavelength, flux), flux
        error = None if error is None else _over(error, measured, flux)
    if spectrum.medium not in (medium, "unknown"):
        wavelength = (functions.to_air if medium == "air" else functions.to_vacuum)(wavelength)
    return Curve(spectrum, wavelength, flux, error)


def _error(spectrum: Spectrum) -> np.ndarray | None:
    """Return the standard deviation of the flux, or None where nothing is known of it."""
    if spectrum.ivar is None:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spectrum.ivar > 0, 1 / np.sqrt(spectrum.ivar), np.float32(np.nan))


def _over(error: np.ndarray, flux: np.ndarray, normalised: np.ndarray) -> np.ndarray:
    """Return the error divided by the continuum that `normalised` was divided by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return error * np.abs(normalised / flux)
