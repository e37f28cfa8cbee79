"""LAMOST, all data releases.

https://dr1.lamost.org/doc/data-production-description, and the same page of the later releases:

DR1 and the pilot survey
    Primary image of five rows: flux, inverse variance, continuum-subtracted flux, and-mask, or-mask. The
    wavelength is ``10**(CRVAL1 + i * CD1_1)``.
DR2 to DR7
    The same with the wavelength in the third row; ``EXTEN0`` names the rows.
DR8 and later, and the medium-resolution survey
    Binary tables of one row that holds arrays: ``FLUX``, ``IVAR``, ``WAVELENGTH`` (or ``LOGLAM``) and masks;
    a coadded spectrum for each arm in ``COADD``, ``COADD_B``, ``COADD_R``.

Wavelengths are in vacuum and heliocentric where ``VACUUM`` and ``HELIO`` say so; flux is relative.
``DATE-OBS`` is the median of the exposures in UTC, ``DATE-BEG`` and ``DATE-END`` are in the local time of
Beijing, and ``MJD`` can be a day off, so that it is not read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from astropy.io import fits

from astrolib.collection import epochs
from astrolib.collection.readers import binary_table, headers
from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Spectrum

_BEIJING = timedelta(hours=8)
_LOW, _MEDIUM = 1800.0, 7500.0


def recognises(hdus: fits.HDUList) -> bool:
    """Say whether LAMOST's pipeline wrote this."""
    return headers.text(hdus[0].header, "TELESCOP").upper().startswith("LAMOST")


def read(hdus: fits.HDUList, where: str) -> list[Spectrum]:
    """Read the coadded spectra."""
    known = _metadata(hdus[0].header, where)
    if hdus[0].header["NAXIS"] == 2:
        return [_of_image(hdus[0], known, where)]
    tables = [hdu for hdu in hdus if isinstance(hdu, fits.BinTableHDU)]
    coadded = [hdu for hdu in tables if hdu.name.startswith("COADD")] or tables
    if not coadded:
        raise UnreadableFileError("no spectrum in it", where=where, remedy="fetch the spec- or med- file")
    return [_of_table(hdu, known, where) for hdu in coadded]


def _of_image(hdu: fits.PrimaryHDU, known: dict[str, Any], where: str) -> Spectrum:
    header, rows = hdu.header, hdu.data
    if rows.shape[0] < 5:
        raise UnreadableFileError(f"{rows.shape[0]} rows, not 5", where=where, remedy="fetch it again")
    if "WAVELENGTH" in headers.text(header, "EXTEN0").upper():
        wavelength = rows[2]
    else:
        wavelength = 10 ** (header["CRVAL1"] + header["CD1_1"] * np.arange(rows.shape[1]))
    return Spectrum(wavelength, rows[0], ivar=rows[1], mask=rows[3] != 0, **known)


def _of_table(hdu: fits.BinTableHDU, known: dict[str, Any], where: str) -> Spectrum:
    columns = dict(zip(map(str.upper, binary_table.names(hdu)), binary_table.columns(hdu), strict=True))
    if "FLUX" not in columns or not {"WAVELENGTH", "LOGLAM"} & set(columns):
        raise UnreadableFileError(
            f"{hdu.name} has no FLUX and WAVELENGTH", where=where, remedy="fetch the spec- or med- file"
        )
    arrays = {name: np.ravel(values) for name, values in columns.items()}
    wavelength = arrays["WAVELENGTH"] if "WAVELENGTH" in arrays else 10 ** arrays["LOGLAM"].astype("f8")
    flags = arrays.get("ANDMASK", arrays.get("PIXMASK"))
    mask = None if flags is None else flags != 0
    low = hdu.name == "COADD"
    own = {**known, "resolving_power": _LOW if low else _MEDIUM, "instrument": _instrument(low)}
    return Spectrum(wavelength, arrays["FLUX"], ivar=arrays.get("IVAR"), mask=mask, **own)


def _metadata(header: fits.Header, where: str) -> dict[str, Any]:
    known = {
        "source": where,
        "target": headers.text(header, "DESIG", "OBJNAME"),
        "instrument": _instrument(low=True),
        "resolving_power": _LOW,  # at 5500 angstrom, with the slit of two thirds
        "medium": headers.medium(header),
        "rest_frame": "heliocentric" if header.get("HELIO") is True else "unknown",
    }
    return known | headers.position(header, where) | vars(_epoch(header, where))


def _epoch(header: fits.Header, where: str) -> epochs.Epoch:
    """Return the median of the exposures, as their middle unless it lies outside them, which does happen."""
    exptime = epochs.exposure(header, where)
    if not header.get("DATE-OBS"):
        return epochs.Epoch(exptime=exptime)
    median = epochs.instant(header, "DATE-OBS", where)
    inside = True
    if header.get("DATE-BEG") and header.get("DATE-END"):
        begin, end = (epochs.instant(header, key, where) - _BEIJING for key in ("DATE-BEG", "DATE-END"))
        inside = begin <= median <= end
    return epochs.Epoch(epochs.iso(median), "UTC", "middle" if inside else "", exptime)


def _instrument(low: bool) -> str:
    return "LAMOST LRS" if low else "LAMOST MRS"
