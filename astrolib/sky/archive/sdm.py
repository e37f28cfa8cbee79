"""One spectrum as a file: a VOTable of the Spectrum Data Model 1.1, or a FITS table of the same columns."""

from __future__ import annotations

import io

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from astrolib.core.spectrum import Spectrum
from astrolib.sky.archive.columns import sdm_params
from astrolib.sky.archive.entry import Entry
from astrolib.sky.archive.votable import Field, binary_table, document, element, info, resource

FITS_TYPE = "application/fits"

_DATA = "spec:Spectrum.Data."
_FORMATS = {"double": "D", "int": "J"}


def to_votable(spectrum: Spectrum, entry: Entry) -> bytes:
    """Return a spectrum as a VOTable whose numbers are exactly those of the arrays.

    Parameters
    ----------
    spectrum : Spectrum
        Perhaps a part of the whole.
    entry : Entry
        What is known of it.
    """
    fields, arrays = _columns(spectrum, entry)
    instance = binary_table(fields, arrays, name="instance")
    instance.set("utype", "spec:Spectrum")
    for number, described in enumerate(sdm_params(entry)):
        instance.insert(number, described)
    frame = element("COOSYS", {"ID": "system", "system": "ICRS"})
    return document(
        resource("results", info("QUERY_STATUS", "OK"), frame, instance, utype="spec:Spectrum"),
    )


def to_fits(spectrum: Spectrum, entry: Entry) -> bytes:
    """Return a spectrum as a FITS file with one table, and the keys of Ondrejov's archive."""
    fields, arrays = _columns(spectrum, entry)
    columns = [
        fits.Column(field.name, _FORMATS[field.datatype], field.unit or None, array=array)
        for field, array in zip(fields, arrays, strict=True)
    ]
    hdu = fits.BinTableHDU.from_columns(columns)
    known = {
        "OBJECT": entry.target,
        "RA": entry.ra,
        "DEC": entry.dec,
        "TMID": entry.mjd,
        "TELAPSE": entry.exptime,
        "DS_IDPUB": entry.did,
        "INSTRUME": entry.instrument,
        "FLUX_CAL": entry.calibration,
        "SPECUCD": entry.ucd,
    }
    hdu.header.update({key: value for key, value in known.items() if value == value})  # FITS has no NaN
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(stream)
    return stream.getvalue()


def _columns(spectrum: Spectrum, entry: Entry) -> tuple[list[Field], list[NDArray[np.generic]]]:
    unit, flux = spectrum.flux_unit, "phot.flux.density;em.wl"
    about = "Wavelength" if entry.medium == "unknown" else f"Wavelength in {entry.medium}"
    fields = [
        Field("spectral", "double", about, "Angstrom", entry.ucd, f"{_DATA}SpectralAxis.Value"),
        Field("flux", "double", "Flux", unit, flux, f"{_DATA}FluxAxis.Value"),
    ]
    arrays: list[NDArray[np.generic]] = [spectrum.wavelength, spectrum.flux.astype(np.float64)]
    if spectrum.ivar is not None:
        utype = f"{_DATA}FluxAxis.Accuracy.StatError"
        about = "Standard error of the flux"
        fields.append(Field("flux_error", "double", about, unit, f"stat.error;{flux}", utype))
        arrays.append(_errors(spectrum.ivar))
    if spectrum.mask is not None:
        ucd, utype = "meta.code.qual;phot.flux.density", f"{_DATA}FluxAxis.Quality"
        fields.append(Field("quality", "int", "0 where the flux is good", "", ucd, utype))
        arrays.append(spectrum.mask.astype(np.int32))
    return fields, arrays


def _errors(ivar: NDArray[np.float32]) -> NDArray[np.float64]:
    errors = np.full(len(ivar), np.nan)
    errors[ivar > 0] = 1 / np.sqrt(ivar[ivar > 0].astype(np.float64))
    return errors
