"""The tables that travel between rooms: their columns, kinds and units, written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import astropy.units as u
import numpy as np
from astropy.table import QTable

from astrolib.core.errors import SchemaError

Kind = Literal["str", "float", "int", "bool"]

_DTYPE_KINDS: dict[str, str] = {"str": "UO", "float": "f", "int": "iu", "bool": "b"}
_DTYPES: dict[str, Any] = {"str": str, "float": np.float64, "int": np.int64, "bool": np.bool_}


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, unit (as astropy parses it) and meaning."""

    name: str
    kind: Kind
    about: str
    unit: str = ""


@dataclass(frozen=True)
class TableSchema:
    """The columns that a table between rooms has at least; more may follow.

    Parameters
    ----------
    name : str
        What one row is.
    columns : tuple of Column
        In the order in which people see them.
    """

    name: str
    columns: tuple[Column, ...]

    def table(self, rows: Iterable[Mapping[str, Any]] = ()) -> QTable:
        """Build a table of this schema from mappings; what a row leaves out is '', NaN, 0 or False."""
        rows = list(rows)
        table = QTable()
        for column in self.columns:
            dtype = _DTYPES[column.kind]
            blank = np.nan if column.kind == "float" else dtype()
            values = np.array([row.get(column.name, blank) for row in rows], dtype=dtype)
            table[column.name] = values * u.Unit(column.unit) if column.unit else values
        return table

    def check(self, table: QTable) -> QTable:
        """Return `table` if it has every column of the schema.

        Raises
        ------
        SchemaError
            Naming the first column that is missing, of another kind or in another unit.
        """
        for column in self.columns:
            self._check_column(table, column)
        return table

    def _check_column(self, table: QTable, column: Column) -> None:
        if column.name not in table.colnames:
            raise SchemaError(
                f"no column {column.name!r}", where=f"table of {self.name}", remedy=f"it holds {column.about}"
            )
        found = table[column.name]
        if found.dtype.kind not in _DTYPE_KINDS[column.kind]:
            raise SchemaError(
                f"{column.name} holds {found.dtype}",
                where=f"table of {self.name}",
                remedy=f"give {column.kind}",
            )
        unit = getattr(found, "unit", None)
        if column.unit and (unit is None or not u.Unit(unit).is_equivalent(column.unit)):
            raise SchemaError(
                f"{column.name} is in {unit}", where=f"table of {self.name}", remedy=f"give {column.unit}"
            )


_WHERE_AND_WHEN = (
    Column("target", "str", "the object's name as the archive gives it"),
    Column("ra", "float", "right ascension, ICRS", "deg"),
    Column("dec", "float", "declination, ICRS", "deg"),
    Column("obstime", "str", "epoch, ISO 8601 without a zone"),
    Column("time_scale", "str", "UTC, TAI, TT or TDB; empty where the archive does not say"),
    Column("time_ref", "str", "start or middle of the exposure; empty where the archive does not say"),
    Column("exptime", "float", "exposure time", "s"),
    Column("instrument", "str", "instrument, or the archive's collection"),
    Column("resolving_power", "float", "wavelength over its full width at half maximum"),
)

SPECTRUM_OFFER = TableSchema(
    "spectra on offer",
    (
        Column("pubdid", "str", "publisher DID; the accref where there is none"),
        *_WHERE_AND_WHEN,
        Column("band_min", "float", "shortest wavelength", "Angstrom"),
        Column("band_max", "float", "longest wavelength", "Angstrom"),
        Column("title", "str", "the dataset's title"),
        Column("format", "str", "MIME type of what the accref gives"),
        Column("size", "float", "estimated size", "kbyte"),
        Column("accref", "str", "address of the whole file"),
        Column("datalink", "str", "address of its DataLink document; empty where there is none"),
    ),
)
"""What an archive answers to a query: one row a spectrum, not yet downloaded."""

COLLECTED_SPECTRUM = TableSchema(
    "collected spectra",
    (
        Column("id", "str", "16 hex digits of SHA-256 over wavelength and flux"),
        Column("source", "str", "file name or publisher DID"),
        Column("accref", "str", "the address it was fetched from"),
        *_WHERE_AND_WHEN,
        Column("medium", "str", "air, vacuum or unknown"),
        Column("rest_frame", "str", "topocentric, heliocentric, barycentric or unknown"),
        Column("flux_unit", "str", "unit of the flux; empty for a normalised one"),
        Column("n_pixels", "int", "number of pixels"),
        Column("wave_min", "float", "shortest wavelength", "Angstrom"),
        Column("wave_max", "float", "longest wavelength", "Angstrom"),
        Column("licence", "str", "licence as stated by whoever published it"),
    ),
)
"""The metadata of a collection: one row a spectrum on disk."""
