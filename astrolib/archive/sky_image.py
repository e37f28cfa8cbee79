"""A picture of a piece of sky: the hips2fits service of CDS, or the simulated sky of this machine."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.units import Quantity
from numpy.typing import NDArray

from astrolib.archive import local
from astrolib.archive.http import Client, with_params
from astrolib.archive.query import in_unit
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError, RefusedError, ServiceError
from astrolib.core.fits import open_fits
from astrolib.core.outcome import Status
from astrolib.core.settings import Settings

HIPS2FITS = "https://alasky.cds.unistra.fr/hips-image-services/hips2fits"

DSS2_RED = "CDS/P/DSS2/red"
"""Photographic plates of all the sky: the red ones show H-alpha, and reach 20th magnitude."""

_LARGEST = 1000  # pixels on a side
_MOST_BYTES = 32_000_000
_TOLERANCE = 0.01  # of the field: how far an image may lie from what was asked


@dataclass(frozen=True, eq=False)
class SkyImage:
    """A picture of a piece of sky.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none`` where the survey does not reach.
    pixels : ndarray of float32, shape (n, n), or None
        First row at the bottom, east to the left; NaN where nothing was measured.
    fov : float
        Side of the picture [arcsec].
    survey : str
        Which survey took it.
    reason : str
        Why it failed, on one line.
    """

    status: Status
    pixels: NDArray[np.float32] | None = None
    fov: float = 0.0
    survey: str = ""
    reason: str = ""


def sky_image(
    position: SkyCoord,
    fov: Quantity,
    size: int = 300,
    settings: Settings | None = None,
    survey: str = DSS2_RED,
) -> SkyImage:
    """Ask for a square picture around a position, north up and east to the left.

    Parameters
    ----------
    position : SkyCoord
        The centre, scalar.
    fov : Quantity
        The side, an angle up to a degree.
    size : int
        Pixels on a side.
    settings : Settings, optional
        Those in force by default. The profile ``local`` asks the archive on this machine.
    survey : str
        A survey in the form of HiPS, by its identifier.

    Raises
    ------
    RefusedError
        If the angle or the number of pixels is out of range.
    """
    degrees = in_unit(fov, u.deg, "fov")
    if not 0 < degrees <= 1 or not 1 <= size <= _LARGEST:
        raise RefusedError(f"{size} pixels of {fov}", remedy=f"ask for up to 1 degree and {_LARGEST} pixels")
    settings = settings or core_settings.load()
    place = position.icrs
    asked = {
        "hips": survey,
        "ra": f"{place.ra.deg:.8f}",
        "dec": f"{place.dec.deg:.8f}",
        "fov": f"{degrees:.8f}",
    }
    asked |= {
        "width": str(size),
        "height": str(size),
        "projection": "TAN",
        "coordsys": "icrs",
        "format": "fits",
    }
    live = settings.profile == "live"
    try:
        address = HIPS2FITS if live else _local()
        pixels = _fetched(with_params(address, asked), place, degrees, size, settings)
    except (AstrolibError, OSError) as error:
        return SkyImage("failed", survey=survey, reason=" ".join(str(error).split()))
    seen = np.isfinite(pixels) & (pixels != pixels.flat[0])
    name = survey if live else "simulated sky"
    return SkyImage("found", pixels, 3600 * degrees, name) if seen.any() else SkyImage("none", survey=name)


def _local() -> str:
    address = local.addresses().get("hips2fits", "")
    if not address:
        raise ServiceError("no local archive that has pictures runs", remedy=local.REMEDY)
    return address


def _fetched(
    address: str, place: SkyCoord, degrees: float, size: int, settings: Settings
) -> NDArray[np.float32]:
    with tempfile.TemporaryDirectory(prefix="astrolib-image-") as folder:
        path = Path(folder) / "image.fits"
        with Client(AddressGuard.of(address), settings) as client:
            client.save(address, path)
        with open_fits(path, max_bytes=_MOST_BYTES) as hdus:
            _check(hdus[0].header, place, degrees, size)
            return np.asarray(hdus[0].data, dtype=np.float32).reshape(size, size)


def _check(header: fits.Header, place: SkyCoord, degrees: float, size: int) -> None:
    """Refuse a picture of another place, scale or orientation, on which every mark would be wrong."""
    shape = [header.get(f"NAXIS{axis}") for axis in range(1, header.get("NAXIS", 0) + 1)]
    told = [header.get(key) for key in ("CRVAL1", "CRVAL2", "CDELT1", "CDELT2", "CRPIX1", "CRPIX2")]
    told[2:4] = [header.get("CD1_1", told[2]), header.get("CD2_2", told[3])]
    step, middle = degrees / size, (size + 1) / 2
    wanted = [float(place.ra.deg), float(place.dec.deg), -step, step, middle, middle]
    slack = [degrees * _TOLERANCE] * 2 + [step * _TOLERANCE] * 2 + [1.0] * 2
    fits_in = [
        isinstance(value, int | float) and abs(value - ideal) <= room
        for value, ideal, room in zip(told, wanted, slack, strict=True)
    ]
    if shape != [size, size] or not all(fits_in):
        raise ServiceError(
            "a picture of another place, size or orientation than was asked for", remedy="try again later"
        )
