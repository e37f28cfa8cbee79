"""Find a table's columns by what they mean: utype, then UCD, then name; constants (PARAM) count too."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import astropy.units as u
import numpy as np
from astropy.io.votable.tree import Field, Param, TableElement
from astropy.table import Table
from numpy.typing import NDArray


@dataclass(frozen=True)
class Role:
    """What a column may be called, in lower case: utypes without prefix, UCDs, names; the best first."""

    utypes: tuple[str, ...] = ()
    ucds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Columns:
    """The columns and constants of a VOTable's table.

    Parameters
    ----------
    table : TableElement
        The table, parsed.
    """

    def __init__(self, table: TableElement) -> None:
        self._table = table
        self._known: list[Field] = list(table.iter_fields_and_params())

    def __len__(self) -> int:
        return len(self._table.array)

    def find(self, role: Role) -> Field | None:
        """Return the column or constant of a role, or None."""
        for wanted, told in ((role.utypes, _utype), (role.ucds, _ucd), (role.names, _name)):
            for meaning in wanted:
                for field in self._known:
                    if told(field) == meaning:
                        return field
        return None

    def by_id(self, id_: str) -> Field | None:
        """Return the column or constant with an XML ID, or None."""
        return next((field for field in self._known if id_ == field.ID), None)

    def text(self, what: Role | Field | None) -> NDArray[np.str_]:
        """Return texts; '' where there are none."""
        field = self.find(what) if isinstance(what, Role) else what
        values = [""] * len(self) if field is None else [_as_text(value) for value in self._values(field)]
        return np.array(values, dtype=str)

    def number(self, what: Role | Field, unit: str = "", default_unit: str = "") -> NDArray[np.float64]:
        """Return numbers in `unit`; NaN where there are none.

        Parameters
        ----------
        what : Role or Field
            What to look for, or where it was found.
        unit : str
            The unit to convert to; spectral units convert into each other.
        default_unit : str
            The unit that the standard prescribes, for a column that states none.
        """
        field = self.find(what) if isinstance(what, Role) else what
        if field is None:
            return np.full(len(self), np.nan)
        values = np.array([_as_number(value) for value in self._values(field)], dtype=np.float64)
        return _converted(values, field.unit or u.Unit(default_unit), u.Unit(unit))

    def pair(self, role: Role) -> NDArray[np.float64]:
        """Return a role's two-element vectors, shape (n, 2); NaN where there are none."""
        field = self.find(role)
        pairs = np.full((len(self), 2), np.nan)
        if field is not None:
            for row, value in enumerate(self._values(field)):
                pairs[row] = _as_pair(value)
        return pairs

    def native(self) -> Table:
        """Return the table as the archive gave it, names and units untouched."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", u.UnitsWarning)
            return self._table.to_table(use_names_over_ids=True)

    def _values(self, field: Field) -> Iterable[Any]:
        if isinstance(field, Param):
            return [field.value] * len(self)
        return self._table.array[field.ID]


def _utype(field: Field) -> str:
    return (field.utype or "").rsplit(":", 1)[-1].lower().removeprefix("spectrum.")


def _ucd(field: Field) -> str:
    return (field.ucd or "").lower()


def _name(field: Field) -> str:
    return (field.name or field.ID or "").lower()


def _as_text(value: Any) -> str:
    if value is None or value is np.ma.masked:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value).strip()


def _as_number(value: Any) -> float:
    try:
        return np.nan if value is None or value is np.ma.masked else float(value)
    except (TypeError, ValueError):
        return np.nan


def _as_pair(value: Any) -> tuple[float, float]:
    parts = _as_text(value).replace(",", " ").split() if isinstance(value, str | bytes) else np.ravel(value)
    numbers = [_as_number(part) for part in parts]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (np.nan, np.nan)


def _converted(values: NDArray[np.float64], stated: Any, wanted: u.UnitBase) -> NDArray[np.float64]:
    if wanted == u.dimensionless_unscaled:
        return values
    try:
        with np.errstate(divide="ignore"):
            return stated.to(wanted, values, equivalencies=u.spectral())
    except (u.UnitConversionError, ValueError, AttributeError):  # a unit of another kind, or of nobody's
        return np.full(len(values), np.nan)
