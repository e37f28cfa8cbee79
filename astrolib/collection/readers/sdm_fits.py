"""A spectrum in a FITS binary table, as the Virtual Observatory serves it.

IVOA Spectrum Data Model 1.1, section 9 (https://www.ivoa.net/documents/SpectrumDM/): one row a pixel,
columns that ``TUTYPn`` marks as the spectral and the flux axis; DaCHS calls them ``spectral`` and ``flux``.
``TMID`` is the middle of the exposure [MJD, in a scale that only ``TIMESYS`` says] and ``TELAPSE`` its length
[s].
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from astropy.io import fits

from astrolib.collection import epochs
from astrolib.collection.readers import binary_table, headers
from astrolib.core.spectrum import Spectrum

_SPECTRAL, _FLUX, _ERROR = "spectralaxis.value", "fluxaxis.value", "fluxaxis.accuracy.staterror"
_LENGTHS = ("TELAPSE", "EXPTIME", "EXPOSURE")


def recognises(hdus: fits.HDUList) -> bool:
    """Say whether the first extension holds a spectral and a flux axis, one row a pixel."""
    if (table := binary_table.table(hdus, 1)) is None:
        return False
    header = table.header
    return bool(_column(header, _SPECTRAL, "spectral") and _column(header, _FLUX, "flux"))


def read(hdus: fits.HDUList, where: str) -> list[Spectrum]:
    """Read the spectrum of the first extension."""
    return [spectrum(hdus, where)]


def spectrum(hdus: fits.HDUList, where: str, **known: Any) -> Spectrum:
    """Read the spectrum of the first extension; `known` wins over what the header says."""
    header, columns = hdus[1].header, binary_table.columns(hdus[1])
    axis, level = _column(header, _SPECTRAL, "spectral"), _column(header, _FLUX, "flux")
    error = _column(header, _ERROR, "flux_error")
    values = np.ravel(columns[axis - 1])
    wavelength = headers.to_angstrom(values, headers.text(header, f"TUNIT{axis}"), where, f"TUNIT{axis}")
    said = {
        "source": where,
        "target": headers.text(header, "OBJECT"),
        "instrument": headers.text(header, "INSTRUME", "DS_COLL", "COLLECT1"),
        "flux_unit": headers.flux_unit(headers.text(header, f"TUNIT{level}"), where, f"TUNIT{level}"),
        "resolving_power": _resolving_power(header),
        "medium": _medium(header, axis),
        "rest_frame": headers.rest_frame(header),
        **headers.position(header, where),
        **vars(epoch(header, where)),
    }
    # Frequencies and energies that ascend are wavelengths that fall.
    falls = values[0] < values[-1] and wavelength[0] > wavelength[-1]
    order = slice(None, None, -1 if falls else None)
    flux = np.ravel(columns[level - 1])[order]
    ivar = _inverse_variance(np.ravel(columns[error - 1]))[order] if error else None
    return Spectrum(wavelength[order], flux, ivar=ivar, **(said | known))


def epoch(header: fits.Header, where: str) -> epochs.Epoch:
    """Return the middle that ``TMID`` gives, else what the usual keys say.

    Raises
    ------
    UnreadableFileError
        If both are there and disagree by more than a second.
    """
    if not np.isfinite(middle := headers.number(header, "TMID")):
        return epochs.of_header(header, where)
    length = epochs.exposure(header, where, _LENGTHS)
    found = {"TMID": epochs.of_mjd(middle)}
    if len(headers.text(header, "DATE-OBS")) > len("2010-01-01") and np.isfinite(length):
        start = epochs.instant(header, "DATE-OBS", where)
        found["DATE-OBS and half the exposure"] = start + timedelta(seconds=length / 2)
    epochs.agree(found, where)
    return epochs.Epoch(epochs.iso(found["TMID"]), epochs.scale(header, where, default=""), "middle", length)


def _column(header: fits.Header, utype: str, name: str) -> int:
    """Return the number of the column with a utype that ends so, else of one with that name; 0 for none."""
    numbers = range(1, header.get("TFIELDS", 0) + 1)
    marked = [n for n in numbers if headers.text(header, f"TUTYP{n}").lower().endswith(utype)]
    named = [n for n in numbers if headers.text(header, f"TTYPE{n}").lower() == name]
    return next(iter(marked + named), 0)


def _medium(header: fits.Header, axis: int) -> Any:
    """Return air or vacuum from the column's UCD (obs.atmos is air) or comment, else from the header."""
    described = f"{headers.text(header, f'TUCD{axis}')} {header.comments[f'TTYPE{axis}']}".lower()
    if "obs.atmos" in described or "air wavelength" in described:
        return "air"
    return "vacuum" if "vacuum" in described else headers.medium(header)


def _resolving_power(header: fits.Header) -> float:
    power, middle, resolution = (headers.number(header, key) for key in ("SPEC_RP", "SPEC_VAL", "SPEC_RES"))
    return power if power > 0 else middle / resolution


def _inverse_variance(error: np.ndarray) -> np.ndarray:
    error = error.astype("f8")
    return np.divide(1, error**2, out=np.zeros_like(error), where=error > 0)
