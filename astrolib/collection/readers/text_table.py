"""Spectra in text: ECSV, and CSV with units in its header.

https://github.com/astropy/astropy-APEs/blob/main/APE6.rst (ECSV). The columns are ``wavelength`` and
``flux``, and may be ``ivar`` and ``mask``. In CSV the unit stands in brackets::

    # target: gam Cas
    # medium: air
    wavelength [angstrom],flux [erg / (s cm2 angstrom)]

A flux without brackets is normalised. What is known of the spectrum stands in ``meta`` of the ECSV,
or in CSV in comment lines before the header, under the names of the fields of `Spectrum`.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import ascii as astropy_ascii
from astropy.table import Table

from astrolib.collection.readers import headers
from astrolib.core.errors import HostileFileError, UnreadableFileError
from astrolib.core.spectrum import Spectrum

MAX_BYTES = 64_000_000

_COMMENT = re.compile(r"#\s*(?P<key>\w+)\s*:\s*(?P<value>.*)")
_NUMBERS = ("ra", "dec", "exptime", "resolving_power")
_TEXTS = (
    *("target", "obstime", "time_scale", "time_ref", "instrument", "medium", "rest_frame"),
    *("licence", "accref", "source"),
)


def read(path: Path) -> list[Spectrum]:
    """Read one spectrum from text.

    Raises
    ------
    UnreadableFileError
        If a column or the unit of the wavelength is missing, or a value is no number.
    HostileFileError
        If it is larger than `MAX_BYTES`.
    """
    if path.stat().st_size > MAX_BYTES:
        raise HostileFileError(
            f"more than {MAX_BYTES} bytes of text", where=path.name, remedy="convert it to FITS"
        )
    try:
        table = Table.read(path, format="ascii.ecsv") if path.suffix.lower() == ".ecsv" else _csv(path)
    except (ValueError, TypeError, KeyError, IndexError, OSError) as error:
        raise UnreadableFileError(
            f"not a table ({error})",
            where=path.name,
            remedy="write wavelength [angstrom],flux above the columns",
        ) from error
    return [_spectrum(table, path.name)]


def _csv(path: Path) -> Table:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    content = [line for line in lines if line.strip() and not line.startswith("#")]
    table = astropy_ascii.read(content, format="csv", guess=False)
    for name in table.colnames:
        heading, _, unit = name.partition("[")
        table[name].unit = None
        table[name].info.meta = {"unit": unit.strip().removesuffix("]")}
        table.rename_column(name, heading.strip().lower())
    table.meta = {m["key"].lower(): m["value"].strip() for m in map(_COMMENT.match, comments) if m}
    return table


def _spectrum(table: Table, where: str) -> Spectrum:
    for name in ("wavelength", "flux"):
        if name not in table.colnames:
            raise UnreadableFileError(
                f"no column {name!r} among {', '.join(table.colnames)[:200]}",
                where=where,
                remedy="write wavelength [angstrom],flux above the columns",
            )
    arrays = {
        name: _numbers(table, name, where)
        for name in ("wavelength", "flux", "ivar")
        if name in table.colnames
    }
    wavelength = headers.to_angstrom(arrays["wavelength"], _unit(table, "wavelength"), where, "wavelength")
    mask = _numbers(table, "mask", where) != 0 if "mask" in table.colnames else None
    return Spectrum(
        wavelength,
        arrays["flux"],
        flux_unit=headers.flux_unit(_unit(table, "flux"), where, "flux"),
        ivar=arrays.get("ivar"),
        mask=mask,
        **{"source": where, **_metadata(table.meta, where)},
    )


def _unit(table: Table, name: str) -> str:
    column = table[name]
    return str(column.unit or (column.info.meta or {}).get("unit", ""))


def _numbers(table: Table, name: str, where: str) -> np.ndarray:
    values = np.ma.asarray(table[name])
    if values.dtype.kind in "US" and name == "mask":
        return np.char.lower(values.astype(str)) == "true"
    if values.dtype.kind not in "iufb":
        raise UnreadableFileError(
            f"column {name} holds text", where=where, remedy="leave a cell empty where there is no value"
        )
    return np.ma.filled(values.astype(np.float64), np.nan)


def _metadata(meta: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        numbers = {name: float(meta[name]) for name in _NUMBERS if meta.get(name) not in (None, "")}
    except (TypeError, ValueError) as error:
        raise UnreadableFileError(f"{error}", where=where, remedy="write numbers") from error
    # Lists that name each other are a bomb when written out.
    plain = {name: meta[name] for name in _TEXTS if isinstance(meta.get(name), str | int | float | date)}
    return numbers | {name: str(value) for name, value in plain.items() if value}
