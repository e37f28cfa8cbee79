"""The celestial WCS of a header, refused where it cannot be true."""

from __future__ import annotations

import warnings

import numpy as np
from astropy.io.fits import Header
from astropy.utils.exceptions import AstropyWarning
from astropy.wcs import WCS

from astrolib.core.errors import UnreadableFileError

_SCALES = (1e-3, 1800.0)
"""Of a pixel that a telescope or a wide lens has [arcsec]."""

_REMEDY = "place it on the sky (reduce_night does), or correct the header"


def celestial(header: Header, shape: tuple[int, int], where: str) -> WCS:
    """Return the celestial WCS of a header.

    Parameters
    ----------
    header : astropy.io.fits.Header
        Of the image.
    shape : (int, int)
        Rows and columns of the image.
    where : str
        The file, for the error message.

    Returns
    -------
    astropy.wcs.WCS
        Of two axes, right ascension and declination, ICRS or FK5 of equinox 2000 [deg].

    Raises
    ------
    UnreadableFileError
        If there is none, it cannot be used, or it gives places or pixel scales that cannot be.
    """
    if "CTYPE1" not in header or "CTYPE2" not in header:
        raise UnreadableFileError("no WCS (CTYPE1, CTYPE2)", where=where, remedy=_REMEDY)
    if fault := _fault_of_cards(header):
        raise UnreadableFileError(fault, where=where, remedy=_REMEDY)
    try:
        with warnings.catch_warnings(action="ignore", category=AstropyWarning):
            wcs = WCS(header, naxis=2)
            fault = _fault(wcs, header, shape)
    except Exception as error:  # what wcslib makes of a stranger's header has no bounds
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise UnreadableFileError(
            f"a WCS (CTYPE, CRVAL, CD) that cannot be used ({said[-1].strip()})", where=where, remedy=_REMEDY
        ) from error
    if fault:
        raise UnreadableFileError(fault, where=where, remedy=_REMEDY)
    return wcs


def corners(wcs: WCS, shape: tuple[int, int]) -> np.ndarray:
    """Return right ascension and declination [deg] of the centre and the four corners, shape (5, 2)."""
    rows, columns = shape
    x, y = columns - 1.0, rows - 1.0
    return wcs.all_pix2world([[x / 2, y / 2], [0, 0], [x, 0], [0, y], [x, y]], 0)


def _fault_of_cards(header: Header) -> str:
    """Say which number of the WCS cannot be; wcslib would speak of its own lines of code."""
    for key, most in (("CRVAL1", 360.0), ("CRVAL2", 90.0), ("CRPIX1", 1e6), ("CRPIX2", 1e6)):
        value = header.get(key, 0.0)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and abs(value) <= most):
            return f"{key} is {value!r}, which is nowhere on the sky"
    return ""


def _fault(wcs: WCS, header: Header, shape: tuple[int, int]) -> str:
    if not wcs.has_celestial or wcs.wcs.lngtyp != "RA":
        return f"CTYPE1 and CTYPE2 are {header['CTYPE1']!r} and {header['CTYPE2']!r}, no equatorial WCS"
    if wcs.wcs.radesys not in ("", "ICRS", "FK5") or not (
        np.isnan(wcs.wcs.equinox) or wcs.wcs.equinox == 2000
    ):
        return f"its WCS is in {wcs.wcs.radesys} of equinox {wcs.wcs.equinox:g}, not in ICRS or J2000"
    scales = np.sqrt(np.sum(wcs.pixel_scale_matrix**2, axis=0)) * 3600
    if not (scales.min() >= _SCALES[0] and scales.max() <= _SCALES[1]):
        return f"its WCS (CD) has pixels of {scales[0]:.3g} by {scales[1]:.3g} arcsec"
    if not np.isfinite(corners(wcs, shape)).all():
        return "its WCS places a corner of the frame nowhere on the sky"
    return ""
