"""The velocity that takes a wavelength from the observatory's frame to that of the Sun's barycentre."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Literal

import astropy.units as u
import numpy as np
from astropy.coordinates import EarthLocation, SkyCoord
from astropy.time import Time
from astropy.utils import iers

from astrolib.core.errors import ParameterError
from astrolib.core.spectrum import Spectrum
from astrolib.spectra.velocity import SPEED_OF_LIGHT


def site(name: str) -> EarthLocation:
    """Return the place of an observatory of ``sites.toml``, without asking the network.

    Raises
    ------
    ParameterError
        If the list has no such site.
    """
    known = _sites()
    if name not in known:
        raise ParameterError(
            f"unknown site {name!r}", remedy=f"give an EarthLocation, or one of {', '.join(known)}"
        )
    entry = known[name]
    return EarthLocation.from_geodetic(entry["longitude"], entry["latitude"], entry["height"])


def middle_of_exposure(obstime: str, scale: str, ref: str, exptime: float) -> Time:
    """Return the middle of an exposure.

    Parameters
    ----------
    obstime : str
        ISO 8601 without a zone.
    scale : {'UTC', 'TAI', 'TT', 'TDB'}
        Scale of `obstime`.
    ref : {'start', 'middle'}
        What `obstime` marks.
    exptime : float
        Exposure time [s]; only asked for where `obstime` is the start.

    Raises
    ------
    ParameterError
        If the epoch, its scale or its meaning is not known, or its exposure time where that is needed.
    """
    if not obstime or not scale or ref not in ("start", "middle"):
        raise ParameterError(
            f"epoch {obstime!r} with scale {scale!r}, marking {ref!r} of the exposure",
            remedy="say all three, in the file or the archive's table",
        )
    # datetime knows more ways to write a date than astropy.
    epoch = Time(datetime.fromisoformat(obstime).isoformat(), scale=scale.lower(), format="isot")
    if ref == "middle":
        return epoch
    if not np.isfinite(exptime):
        raise ParameterError(
            f"epoch {obstime} is a start, and the exposure time is not known", remedy="give it"
        )
    return epoch + exptime / 2 * u.s


def barycentric_correction(
    position: SkyCoord,
    location: EarthLocation | str,
    middle: Time,
    frame: Literal["barycentric", "heliocentric"] = "barycentric",
) -> float:
    """Return the velocity to add to one measured at the observatory.

    Parameters
    ----------
    position : SkyCoord
        Where the star is.
    location : EarthLocation or str
        Where the telescope is, or the name of a site in ``sites.toml``.
    middle : Time
        Middle of the exposure; `middle_of_exposure` finds it.
    frame : {'barycentric', 'heliocentric'}
        Where to; the two differ by at most 0.014 km/s.

    Returns
    -------
    float
        [km/s], positive while the Earth approaches the star (Wright and Eastman 2014, PASP 126, 838, to the
        few m/s that wavelengths for looking need). The Earth's rotation comes from the tables that ship
        with astropy.
    """
    return float(barycentric_corrections(position, location, middle, frame))


def barycentric_corrections(
    position: SkyCoord,
    location: EarthLocation | str,
    middle: Time,
    frame: Literal["barycentric", "heliocentric"] = "barycentric",
) -> np.ndarray:
    """Return the `barycentric_correction` [km/s] of each of many places and times of one shape."""
    if isinstance(location, str):
        location = site(location)
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("auto_max_age", None):
        found = position.radial_velocity_correction(frame, obstime=middle, location=location)
    return np.asarray(found.to_value(u.km / u.s))


def correction_of(spectrum: Spectrum, location: EarthLocation | str) -> float:
    """Return the `barycentric_correction` [km/s] of a spectrum from its own position and epoch.

    Raises
    ------
    ParameterError
        If its position or epoch is not known, or its wavelengths are not topocentric.
    """
    if spectrum.rest_frame != "topocentric":
        raise ParameterError(
            f"its wavelengths are {spectrum.rest_frame}",
            where=spectrum.source,
            remedy="nothing is to correct",
        )
    if not np.isfinite([spectrum.ra, spectrum.dec]).all():
        raise ParameterError("its position is not known", where=spectrum.source, remedy="give ra and dec")
    middle = middle_of_exposure(spectrum.obstime, spectrum.time_scale, spectrum.time_ref, spectrum.exptime)
    return barycentric_correction(SkyCoord(spectrum.ra, spectrum.dec, unit="deg"), location, middle)


def corrected(wavelength: np.ndarray, correction: float) -> np.ndarray:
    """Take wavelengths [angstrom] into the frame that `correction` [km/s] leads to."""
    return np.asarray(wavelength, dtype=np.float64) * (1 + correction / SPEED_OF_LIGHT)


@cache
def _sites() -> dict[str, dict]:
    return tomllib.loads((resources.files(__package__) / "sites.toml").read_text(encoding="utf-8"))
