"""SDSS spectra.

https://data.sdss.org/datamodel/files/SPECTRO_REDUX/RUN2D/spectra/PLATE4/spec.html:

``spec-PLATE-MJD-FIBER`` (DR8 and later)
    A binary table ``COADD`` with ``loglam``, ``flux``, ``ivar``, ``and_mask``; the object's place in the
    table after it.
``spSpec-MJD-PLATE-FIBER`` (DR1 to DR7, https://classic.sdss.org/dr7/dm/flatFiles/spSpec.php)
    Primary image of five rows: flux, continuum-subtracted flux, error, mask.

Wavelengths are in vacuum and heliocentric; flux is in 1e-17 erg / (s cm2 angstrom). ``RA`` and ``DEC`` are
the telescope's, not the object's. ``TAI-BEG`` and ``TAI-END`` enclose the exposures [s of TAI since MJD 0].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from astrolib.collection import epochs
from astrolib.collection.readers import binary_table, headers
from astrolib.core.spectrum import Spectrum

FLUX_UNIT = "1e-17 erg / (Angstrom s cm2)"

_DAY = 86400.0


def recognises(hdus: fits.HDUList) -> bool:
    """Say whether this is one of the two layouts."""
    header = hdus[0].header
    if not headers.text(header, "TELESCOP").upper().startswith("SDSS") and "PLATEID" not in header:
        return False
    return _is_old(header) or "loglam" in binary_table.names(binary_table.table(hdus, 1))


def read(hdus: fits.HDUList, where: str) -> list[Spectrum]:
    """Read the coadded spectrum."""
    header = hdus[0].header
    known = _metadata(hdus, where) | vars(_epoch(header, where))
    return [_of_image(hdus[0], known) if _is_old(header) else _of_table(_columns(hdus[1]), known)]


def _of_table(table: dict[str, NDArray[Any]], known: dict[str, Any]) -> Spectrum:
    return Spectrum(
        10 ** table["loglam"].astype("f8"),
        table["flux"],
        ivar=table["ivar"],
        mask=table["and_mask"] != 0,
        **known,
    )


def _of_image(hdu: fits.PrimaryHDU, known: dict[str, Any]) -> Spectrum:
    header, rows = hdu.header, hdu.data
    wavelength = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(rows.shape[1]))
    error = rows[2].astype("f8")
    ivar = np.divide(1, error**2, out=np.zeros_like(error), where=error > 0)
    return Spectrum(wavelength, rows[0], ivar=ivar, mask=(rows[3] != 0) | (error <= 0), **known)


def _metadata(hdus: fits.HDUList, where: str) -> dict[str, Any]:
    header = hdus[0].header
    return {
        "source": where,
        "target": "SDSS {}-{}-{}".format(*(header.get(key) for key in ("PLATEID", "MJD", "FIBERID"))),
        "instrument": "SDSS spectrograph" if header.get("MJD", 0) < 55000 else "BOSS spectrograph",
        "flux_unit": FLUX_UNIT,
        "medium": headers.medium(header),
        "rest_frame": "heliocentric" if "HELIO_RV" in header else "unknown",
        **_place(hdus, where),
    }


def _place(hdus: fits.HDUList, where: str) -> dict[str, float]:
    header = hdus[0].header
    for ra, dec in (("RAOBJ", "DECOBJ"), ("PLUG_RA", "PLUG_DEC")):
        if ra in header:
            return headers.position(header, where, ra, dec)
    info = binary_table.table(hdus, 2)
    if info is not None and "plug_ra" in binary_table.names(info):
        row = _columns(info)
        return {"ra": float(row["plug_ra"][0]), "dec": float(row["plug_dec"][0])}
    return {}


def _epoch(header: fits.Header, where: str) -> epochs.Epoch:
    exptime = epochs.exposure(header, where)
    begin, end = headers.number(header, "TAI-BEG"), headers.number(header, "TAI-END")
    if end >= begin:
        middle = epochs.of_mjd((begin + end) / 2 / _DAY)
        return epochs.Epoch(epochs.iso(middle), "TAI", "middle", exptime)
    single = headers.number(header, "TAI")  # of one of the exposures; which, the header does not say
    if single > 0:
        return epochs.Epoch(epochs.iso(epochs.of_mjd(single / _DAY)), "TAI", "", exptime)
    return epochs.Epoch(exptime=exptime)


def _is_old(header: fits.Header) -> bool:
    return header["NAXIS"] == 2 and "COEFF0" in header and headers.text(header, "ARRAY1") == "SPECTRUM"


def _columns(hdu: fits.BinTableHDU) -> dict[str, NDArray[Any]]:
    return dict(zip(binary_table.names(hdu), binary_table.columns(hdu), strict=True))
