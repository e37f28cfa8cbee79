"""A spectrum in a VOTable, as SSAP, DataLink and SODA deliver it: IVOA Spectrum Data Model 1.1.

https://www.ivoa.net/documents/SpectrumDM/: a table whose FIELDs are marked by utype
(``...Data.SpectralAxis.Value``, ``...Data.FluxAxis.Value``), by UCD, or named ``spectral`` and ``flux``; what
is known of the spectrum stands in PARAMs with utypes of the same model. ``obs.atmos`` in the UCD of the
spectral axis means wavelengths in air.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io.votable.tree import Field, Param, TableElement
from numpy.typing import NDArray

from astrolib.collection import epochs
from astrolib.collection.readers import headers
from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Medium, Spectrum
from astrolib.core.votable import read_votable

_SCALES = ("UTC", "TAI", "TT", "TDB")
_FRAMES = {"TOPOCENTER": "topocentric", "HELIOCENTER": "heliocentric", "BARYCENTER": "barycentric"}


def read(path: Path) -> list[Spectrum]:
    """Read the spectrum of the first table that has a spectral and a flux axis.

    Raises
    ------
    UnreadableFileError
        If there is none, or the document says that the service failed.
    HostileFileError
        If it reaches outside itself or claims more than it holds.
    """
    document = read_votable(path)
    for table in document.iter_tables():
        axes = (
            _axis(table, "spectralaxis.value", "spectral", "em."),
            _axis(table, "fluxaxis.value", "flux", "phot."),
        )
        if None not in axes:
            return [_spectrum(table, *axes, path.name)]
    said = next((info.content for info in document.infos if info.value == "ERROR" and info.content), "")
    raise UnreadableFileError(
        f"no spectrum in it {said[:200]}".strip(),
        where=path.name,
        remedy="give a VOTable with a spectral and a flux axis; a list of spectra is a query's answer",
    )


def _spectrum(table: TableElement, axis: Field, level: Field, where: str) -> Spectrum:
    wavelength = headers.to_angstrom(_column(table, axis), str(axis.unit or ""), where, f"FIELD {axis.name}")
    flux = _column(table, level)
    error = _axis(table, "fluxaxis.accuracy.staterror", "flux_error", "stat.error;phot.")
    ivar = None
    if error is not None:
        sigma = _column(table, error)
        ivar = np.divide(1, sigma**2, out=np.zeros_like(sigma), where=sigma > 0)
    order = slice(None, None, -1) if wavelength.size and wavelength[0] > wavelength[-1] else slice(None)
    return Spectrum(
        wavelength[order],
        flux[order],
        ivar=None if ivar is None else ivar[order],
        flux_unit=headers.flux_unit(str(level.unit or ""), where, f"FIELD {level.name}"),
        medium=_medium(axis),
        **_metadata(_parameters(table), where),
    )


def _metadata(said: dict[str, Any], where: str) -> dict[str, Any]:
    """Return what the PARAMs say, by the end of their utypes."""
    place = said.get("char.spatialaxis.coverage.location.value", said.get("target.pos", ()))
    ra, dec = (float(angle) for angle in place) if np.size(place) == 2 else (math.nan,) * 2
    instrument = said.get("dataid.instrument") or said.get("dataid.collection") or ""
    frame = str(said.get("coordsys.spectralframe.refpos", "")).upper()
    return {
        "source": str(said.get("curation.publisherdid") or where),
        "target": str(said.get("target.name") or ""),
        "ra": ra,
        "dec": dec,
        "instrument": str(instrument),
        "resolving_power": _resolving_power(said),
        "rest_frame": _FRAMES.get(frame, "unknown"),
        **_epoch(said),
    }


def _epoch(said: dict[str, Any]) -> dict[str, Any]:
    exptime = _number(said, "char.timeaxis.coverage.bounds.extent")
    middle = _number(said, "char.timeaxis.coverage.location.value")
    if math.isnan(middle):
        return {"exptime": exptime}
    scale = str(said.get("coordsys.timeframe.name", "")).upper()
    return {
        "obstime": epochs.iso(epochs.of_mjd(middle)),
        "time_scale": scale if scale in _SCALES else "",
        "time_ref": "middle",
        "exptime": exptime if exptime > 0 else math.nan,
    }


def _resolving_power(said: dict[str, Any]) -> float:
    power = _number(said, "char.spectralaxis.respower")
    if power > 0:
        return power
    middle = _number(said, "char.spectralaxis.coverage.location.value")
    resolution = _number(said, "char.spectralaxis.resolution")
    return middle / resolution if resolution > 0 else math.nan


def _parameters(table: TableElement) -> dict[str, Any]:
    """Return the PARAMs by utype without its first word, in lower case."""
    params = [each for each in table.iter_fields_and_params() if isinstance(each, Param) and each.utype]
    return {each.utype.lower().partition(".")[2]: each.value for each in params if each.value is not None}


def _axis(table: TableElement, utype: str, name: str, ucd: str) -> Field | None:
    tests = (
        lambda field: (field.utype or "").lower().endswith(utype),
        lambda field: field.name.lower() == name,
        lambda field: (field.ucd or "").lower().startswith(ucd),
    )
    found = [field for test in tests for field in table.fields if test(field)]
    return found[0] if found else None


def _column(table: TableElement, field: Field) -> NDArray[Any]:
    return np.ravel(np.ma.filled(table.array[field.name].astype(np.float64), np.nan))


def _medium(axis: Field) -> Medium:
    described = f"{axis.ucd or ''} {axis.description or ''}".lower()
    if "obs.atmos" in described or "air wavelength" in described:
        return "air"
    return "vacuum" if "vacuum" in described else "unknown"


def _number(said: dict[str, Any], key: str) -> float:
    try:
        return float(said[key])
    except (KeyError, TypeError, ValueError):
        return math.nan
