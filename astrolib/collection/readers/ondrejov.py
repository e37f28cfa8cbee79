"""The CCD700 archive of the Perek 2-m telescope at Ondrejov.

https://voarchive.asu.cas.cz/ and https://stelweb.asu.cas.cz/:

As the archive serves it
    A binary table ``spectral`` (air wavelength [angstrom]) and ``flux`` (rectified), one row a pixel, with
    the object in the table's header (`sdm_fits` reads the layout).
As the telescope wrote it
    A one-dimensional IRAF image, raw counts on a linear axis, or a rectified flux; ``DATE-OBS`` and ``UT``
    are the start in UTC (`iraf` reads the layout).

Wavelengths are in air and heliocentric. No header says so, but telluric lines do: in each of fifteen files
tried, of both layouts, they stand off their wavelengths at rest by the heliocentric correction,
which images carry as ``VHELIO``. ``TMID`` is in UTC.
"""

from __future__ import annotations

import numpy as np
from astropy.io import fits

from astrolib.collection.readers import dispersion, headers, iraf, sdm_fits
from astrolib.core.spectrum import RestFrame, Spectrum

_RESOLVING_POWER = 13_000.0
_ARCHIVE = {
    "instrument": "Ondrejov CCD700",
    "resolving_power": _RESOLVING_POWER,
    "medium": "air",
    "rest_frame": "heliocentric",
}


def recognises(hdus: fits.HDUList) -> bool:
    """Say whether a header names the archive or the observatory."""
    if sdm_fits.recognises(hdus):
        return "ccd700" in headers.text(hdus[1].header, "DS_IDPUB", "TITLE").lower()
    header = hdus[0].header
    return headers.text(header, "OBSERVAT").upper() == "ONDREJOV" and iraf.recognises(hdus)


def read(hdus: fits.HDUList, where: str) -> list[Spectrum]:
    """Read either layout."""
    if sdm_fits.recognises(hdus):
        return [sdm_fits.spectrum(hdus, where, **_ARCHIVE, **_utc(hdus[1].header))]
    header = hdus[0].header
    return iraf.spectra(
        hdus,
        where,
        instrument=f"Ondrejov {headers.text(header, 'INSTRUME', 'DETECTOR')}".strip(),
        resolving_power=_resolving_power(header),
        medium="air",
        rest_frame=_frame(header),
    )


def _utc(header: fits.Header) -> dict[str, str]:
    """Return the scale of the archive's ``TMID``, which its headers leave out."""
    return {"time_scale": "UTC"} if "TMID" in header and "TIMESYS" not in header else {}


def _resolving_power(header: fits.Header) -> float:
    """Return the middle wavelength over ``SPECRES`` [angstrom], else the spectrograph's nominal value."""
    resolution = headers.number(header, "SPECRES")
    if resolution > 0:
        return float(np.median(dispersion.linear(header, ""))) / resolution
    return _RESOLVING_POWER if headers.text(header, "INSTRUME") == "COUDE700" else np.nan


def _frame(header: fits.Header) -> RestFrame:
    """Return what ``SPECSYS`` says; a ``VHELIO`` without it has been applied."""
    if "SPECSYS" in header or "VHELIO" not in header:
        return headers.rest_frame(header)
    return "heliocentric"
