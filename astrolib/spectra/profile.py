"""What an emission line looks like in numbers: its strength, and the peaks of a disc that turns."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.table import QTable, hstack
from numpy.typing import ArrayLike

from astrolib.core.errors import ParameterError
from astrolib.spectra.peaks import Peaks, Values, find_peaks
from astrolib.spectra.resampling import pixel_edges
from astrolib.spectra.robust import deviation
from astrolib.spectra.velocity import velocity

REACH = 3000.0
"""Half the range that the equivalent width counts [km/s]: the wings of hydrogen in a star of type A."""


def measure_profile(
    wavelength: ArrayLike,
    flux: ArrayLike,
    line: float,
    resolving_power: float,
    *,
    ivar: ArrayLike | None = None,
    continuum_error: float = 0.0,
) -> QTable:
    """Measure a line in spectra that share a wavelength grid.

    Parameters
    ----------
    wavelength : array_like of float, shape (pixels,)
        In the medium of `line`, in the frame of the star or near it [angstrom].
    flux : array_like, shape (spectra, pixels) or (pixels,)
        Over the continuum, finite.
    line : float
        The wavelength of the line at rest [angstrom].
    resolving_power : float
        Of the spectra.
    ivar : array_like, of the shape of `flux`, optional
        Inverse variance of `flux`. Where it is not given, not finite or 0, the scatter of neighbouring
        pixels tells the noise: LAMOST has 0 where it took strong emission lines for cosmic hits.
    continuum_error : float
        Relative error of the continuum, which counts in the equivalent width.

    Returns
    -------
    QTable, one row a spectrum
        ``equivalent_width`` within 3000 km/s as far as the pixels reach, positive in absorption [angstrom];
        ``peak``, the highest, over the continuum; where there are two peaks ``separation`` [km/s],
        ``peak_ratio`` (V/R: the peak of shorter wavelength over the other one, each over the continuum) and
        ``dip``, how far the flux between them falls below the lower one; each with its standard ``_error``. A
        peak counts from 3 standard deviations above the continuum, a dip from 3 below its lower peak; else
        NaN.

    Raises
    ------
    ParameterError
        If the line is not among the wavelengths.

    Notes
    -----
    The error of the equivalent width is that of Vollmann and Eversberg (2006, AN 327, 862) with the noise of
    each pixel. Peaks are found in the flux under a Gaussian of half the resolution element, and placed by a
    parabola through the pixels about them, whose covariance gives the errors; to that of a place a tenth of
    the resolution element is added, to that of a height 0.4 %, as peaks are no parabolas.
    """
    speed = velocity(wavelength, line)
    if not speed[0] <= 0 <= speed[-1]:
        lam = np.asarray(wavelength)
        raise ParameterError(
            f"no line at {line:g} angstrom among {lam[0]:.1f} to {lam[-1]:.1f}",
            remedy="give spectra that cover it, or another line",
        )
    rows = np.atleast_2d(np.asarray(flux, dtype=np.float64))
    known = _inverse_variance(rows, ivar)
    size = np.where(np.abs(speed) <= REACH, np.diff(pixel_edges(wavelength)), 0)
    strength = _equivalent_width(size, rows, known, continuum_error)
    return hstack([strength, _peak_table(find_peaks(speed, rows, known, resolving_power))])


def _equivalent_width(size: Values, flux: Values, ivar: Values, continuum_error: float) -> QTable:
    """Return the table of it; `size` is that of each pixel that counts, and 0 of the others [angstrom]."""
    counted = size > 0
    noise = (1 / ivar[:, counted]) @ size[counted] ** 2
    level = continuum_error * (flux @ size)
    error = np.sqrt(noise + level**2)
    return QTable({"equivalent_width": (1 - flux) @ size * u.AA, "equivalent_width_error": error * u.AA})


def _peak_table(peaks: Peaks) -> QTable:
    blueward = peaks.second.velocity < peaks.first.velocity
    pairs = list(zip(peaks.first, peaks.second, strict=True))
    blue = type(peaks.first)(*(np.where(blueward, second, first) for first, second in pairs))
    red = type(peaks.first)(*(np.where(blueward, first, second) for first, second in pairs))
    ratio = blue.height / red.height
    relative = np.hypot(blue.height_error / blue.height, red.height_error / red.height)
    pair = {
        "separation": (red.velocity - blue.velocity) * u.km / u.s,
        "separation_error": np.hypot(blue.velocity_error, red.velocity_error) * u.km / u.s,
        "peak_ratio": ratio,
        "peak_ratio_error": ratio * relative,
        "dip": peaks.dip,
        "dip_error": peaks.dip_error,
    }
    highest = {"peak": peaks.first.height, "peak_error": peaks.first.height_error}
    return QTable(
        {name: np.where(peaks.lit, values, np.nan) for name, values in highest.items()}
        | {name: np.where(peaks.double, values, np.nan) for name, values in pair.items()}
    )


def _inverse_variance(flux: Values, ivar: ArrayLike | None) -> Values:
    """Return it as given where that is above 0, else from the scatter."""
    scatter = _from_scatter(flux)
    if ivar is None:
        return scatter
    given = np.atleast_2d(np.asarray(ivar, dtype=np.float64))
    return np.where(np.isfinite(given) & (given > 0), given, scatter)


def _from_scatter(flux: Values) -> Values:
    """Return the inverse variance that differences between pixels tell (DER_SNR), the same for all."""
    difference = 2 * flux[:, 2:-2] - flux[:, :-4] - flux[:, 4:]
    noise = deviation(difference, np.ones(difference.shape, dtype=bool)) / np.sqrt(6)
    return np.broadcast_to(1 / np.maximum(noise, 1e-6)[:, None] ** 2, flux.shape)
