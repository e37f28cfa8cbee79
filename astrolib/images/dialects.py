"""Headers of observatories that have names of their own, brought to the standard's."""

from __future__ import annotations

from astropy.io.fits import Header

_WISE = {"DATE_OBS": "DATE-AVG", "MJD_OBS": "MJD-AVG", "MAGZP": "MAGZPT"}
_WISE_STATION = "C51"


def standard(header: Header) -> Header:
    """Return a header in which the standard's keys hold what the observatory's own say.

    WISE and NEOWISE (single-exposure images of level 1b): ``DATE_OBS`` and ``MJD_OBS`` are the middle of the
    exposure, ``BAND`` is a number, ``MAGZP`` the magnitude of 1 DN in the exposure. Gain and read noise are
    not in the header, and stay unsaid.
    """
    if str(header.get("TELESCOP", "")).strip() != "WISE" or "DATE_OBS" not in header:
        return header
    header = header.copy()
    for own, key in _WISE.items():
        if own in header:
            header[key] = header[own]
    header["FILTER"] = f"W{header.get('BAND', '')}"
    header["OBSCODE"] = _WISE_STATION
    return header
