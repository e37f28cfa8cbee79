"""What is true of the movers of a field, one row a mover and frame."""

from __future__ import annotations

from dataclasses import replace

import astropy.units as u
import numpy as np
from astropy.table import QTable, vstack
from astropy.time import Time, TimeDelta

from astrolib.sky.nights.conditions import EXPOSURE, Exposure
from astrolib.sky.nights.motion import Movers
from astrolib.sky.nights.placement import PIXEL_SCALE, pixels
from astrolib.sky.nights.psf import Values
from astrolib.sky.nights.snr import flux_of, snr


def with_magnitudes(movers: Movers, ratios: Values, exposures: list[Exposure], read_noise: float) -> Movers:
    """Give movers the magnitudes at which their median signal-to-noise ratio over frames is as wanted."""
    mags = [_magnitude(movers, ratios, exposure, read_noise) for exposure in exposures]
    return replace(movers, mag=np.median(mags, axis=0))


def _magnitude(movers: Movers, ratios: Values, exposure: Exposure, read_noise: float) -> Values:
    """Return the mean magnitudes that give the ratios in one exposure."""
    noise2 = exposure.sky + read_noise**2
    flux = flux_of(ratios, noise2, exposure.psf.fwhm, _trail(movers, exposure) / PIXEL_SCALE)
    return exposure.zero_point - 2.5 * np.log10(flux) - movers.fading(exposure.middle)


def mover_truth(
    movers: Movers, exposures: list[Exposure], read_noise: float, start: Time, names: list[str]
) -> QTable:
    """Return the truth, by frame and mover; a mover that is off a frame has no row for it.

    Columns: ``mover`` (number), ``frame`` (name), ``obstime`` (middle of the exposure), ``ra``, ``dec``
    (ICRS), ``x``, ``y`` (0-based pixel), ``mag``, ``flux`` [e-], ``snr`` (by `snr.snr`), ``rate``,
    ``position_angle``, ``trail`` (length) and ``curved``.
    """
    moments = [start + TimeDelta(exposure.middle, format="sec") for exposure in exposures]
    return vstack(
        [
            _frame_truth(movers, exposure, read_noise, moment, name)
            for exposure, moment, name in zip(exposures, moments, names, strict=True)
        ]
    )


def _frame_truth(movers: Movers, exposure: Exposure, read_noise: float, moment: Time, name: str) -> QTable:
    ra, dec = movers.at(exposure.middle)
    x, y = pixels(exposure.wcs, ra, dec)
    east, north = movers.velocity_at(exposure.middle).T
    mag = movers.mag + movers.fading(exposure.middle)
    flux = 10 ** (0.4 * (exposure.zero_point - mag))
    trail = _trail(movers, exposure)
    noise2 = exposure.sky + read_noise**2
    table = QTable(
        {
            "mover": np.arange(len(movers)),
            "frame": np.full(len(movers), name),
            "obstime": np.full(len(movers), moment.isot),
            "ra": ra * u.deg,
            "dec": dec * u.deg,
            "x": x,
            "y": y,
            "mag": mag * u.mag,
            "flux": flux * u.electron,
            "snr": snr(flux, noise2, exposure.psf.fwhm, trail / PIXEL_SCALE),
            "rate": np.hypot(east, north) * 60 * u.arcsec / u.min,
            "position_angle": np.degrees(np.arctan2(east, north)) % 360 * u.deg,
            "trail": trail * u.arcsec,
            "curved": movers.curved,
        }
    )
    width, height = exposure.wcs.pixel_shape
    return table[(x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5)]


def _trail(movers: Movers, exposure: Exposure) -> Values:
    return np.hypot(*movers.velocity_at(exposure.middle).T) * EXPOSURE
