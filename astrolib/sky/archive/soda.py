"""A part of a spectrum: SODA 1.0, with the recalibration and the formats that DaCHS offers."""

from __future__ import annotations

import dataclasses

import numpy as np

from astrolib.core.errors import AstrolibError, ParameterError
from astrolib.core.spectrum import ANGSTROM_PER_METRE, Spectrum
from astrolib.sky.archive import sdm
from astrolib.sky.archive.entry import Entry, read_entry
from astrolib.sky.archive.index import Index
from astrolib.sky.archive.parameters import Interval, Parameters, interval
from astrolib.sky.archive.votable import MEDIA_TYPE, Field, Node, element, param
from astrolib.spectra import normalise

CALIBRATIONS = ("RELATIVE", "NORMALIZED")
"""RELATIVE has its maximum at 1, NORMALIZED its continuum."""

FORMATS = {
    MEDIA_TYPE: sdm.to_votable,
    f"{MEDIA_TYPE};serialization=tabledata": sdm.to_votable,
    sdm.FITS_TYPE: sdm.to_fits,
}


class NotFoundError(AstrolibError):
    """The archive holds nothing of that name."""


class NothingLeftError(AstrolibError):
    """The part that was asked for lies outside the spectrum."""


def inputs(limits: Interval) -> list[Node]:
    """Return the input parameters of the service, with the wavelengths [m] that there are."""
    low, high = limits
    band = Field("BAND", "double", "Wavelengths to keep", "m", "em.wl", "", "interval", "2")
    ends = element(
        "VALUES", None, element("MIN", {"value": repr(low)}), element("MAX", {"value": repr(high)})
    )
    calibration = Field(
        "FLUXCALIB", "char", "Recalibrate the flux", "", "phot.calib", "ssa:Char.FluxAxis.Calibration"
    )
    media = Field("FORMAT", "char", "Media type of the answer", "", "meta.code.mime", "ssa:Access.Format")
    return [
        param(band, "", ends),
        param(calibration, "", _options(CALIBRATIONS)),
        param(media, "", _options(tuple(FORMATS))),
    ]


def process(index: Index, query: Parameters) -> tuple[bytes, str]:
    """Return what a query asks for, and its media type.

    Raises
    ------
    ParameterError
        If the query cannot be understood.
    NotFoundError
        If the archive has no such spectrum.
    NothingLeftError
        If no pixel lies within BAND.
    """
    media = query.only("FORMAT") or MEDIA_TYPE
    if media not in FORMATS:
        raise ParameterError(f"FORMAT is {media[:80]!r}", remedy=f"one of {', '.join(FORMATS)}")
    band, calibration = query.only("BAND"), query.only("FLUXCALIB").upper()
    if calibration and calibration not in CALIBRATIONS:
        raise ParameterError(f"FLUXCALIB is {calibration[:80]!r}", remedy=f"one of {', '.join(CALIBRATIONS)}")
    limits = interval("BAND", band) if band else None
    entry = find(index, query.only("ID"))
    spectrum = _recalibrated(read_entry(entry.path), entry, calibration)
    if limits:
        spectrum = cut(spectrum, limits)
    part = entry.of_part(spectrum, calibration or entry.calibration)
    return FORMATS[media](spectrum, part), media


def find(index: Index, did: str) -> Entry:
    """Return the entry of a publisher DID.

    Raises
    ------
    ParameterError
        If none is given.
    NotFoundError
        If the archive has no such spectrum.
    """
    if not did:
        raise ParameterError("no ID", remedy="give the publisher DID of a spectrum")
    if did not in index.by_did:
        raise NotFoundError(
            "no spectrum of this ID", where=did[:200], remedy="ask the SSAP service for its IDs"
        )
    return index.by_did[did]


def cut(spectrum: Spectrum, limits: Interval) -> Spectrum:
    """Return the pixels of a spectrum whose wavelengths lie within `limits` [m].

    Raises
    ------
    NothingLeftError
        If fewer than two do.
    """
    low, high = (limit * ANGSTROM_PER_METRE for limit in limits)
    # The rounding of metres to angstroms must not drop a pixel that lies on the limit.
    slack = 1e-12 * spectrum.wavelength
    kept = (spectrum.wavelength >= low - slack) & (spectrum.wavelength <= high + slack)
    if kept.sum() < 2 or not np.isfinite(spectrum.flux[kept]).any():
        raise NothingLeftError("no pixel within BAND", where=spectrum.source, remedy="ask for a wider BAND")
    arrays = {
        name: getattr(spectrum, name)[kept]
        for name in ("wavelength", "flux", "ivar", "mask")
        if getattr(spectrum, name) is not None
    }
    return dataclasses.replace(spectrum, **arrays)


def _recalibrated(spectrum: Spectrum, entry: Entry, calibration: str) -> Spectrum:
    if calibration in ("", entry.calibration) and calibration != "RELATIVE":
        return spectrum
    flux = spectrum.flux.astype(np.float64)
    if calibration == "RELATIVE":
        divisor = np.full_like(flux, np.nanmax(flux))
    else:
        divisor = flux / normalise(spectrum.wavelength, flux)
    ivar = None if spectrum.ivar is None else (spectrum.ivar * divisor**2).astype(np.float32)
    return dataclasses.replace(spectrum, flux=(flux / divisor).astype(np.float32), ivar=ivar, flux_unit="")


def _options(values: tuple[str, ...]) -> Node:
    return element("VALUES", None, *(element("OPTION", {"value": value}) for value in values))
