"""Which rows of a table of metadata are meant: by values, ranges and place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError


def matching(table: QTable, conditions: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Say which rows fulfil every condition.

    Parameters
    ----------
    table : QTable
        The metadata, or those columns of it that the conditions name.
    conditions : mapping
        For a column: a value (equal to it), a list or set (one of them), or a pair as a tuple (from the
        first to the second, both included; None is open). Plain numbers are in the unit of the column.

    Returns
    -------
    ndarray of bool, shape (len(table),)
        A row whose value is not known (NaN) fulfils no condition on it.

    Raises
    ------
    ParameterError
        If a condition does not suit the kind of its column.
    """
    chosen = np.ones(len(table), dtype=bool)
    for name, wanted in conditions.items():
        try:
            chosen &= _fulfils(table[name], wanted)
        except (u.UnitsError, TypeError, ValueError) as error:
            raise ParameterError(
                f"{name} cannot be compared with {wanted!r}", where="select", remedy=str(error)
            ) from error
    return chosen


def in_cone(table: QTable, centre: SkyCoord, radius: u.Quantity) -> NDArray[np.bool_]:
    """Say which rows lie within `radius` of `centre`; a row without a position lies nowhere."""
    known = np.isfinite(table["ra"]) & np.isfinite(table["dec"])
    chosen = np.zeros(len(table), dtype=bool)
    place = SkyCoord(table["ra"][known], table["dec"][known], frame="icrs")
    chosen[known] = place.separation(centre) <= radius
    return chosen


def _fulfils(values: Any, wanted: Any) -> NDArray[np.bool_]:
    values, unit = (
        (values.value, values.unit) if isinstance(values, u.Quantity) else (np.asarray(values), None)
    )
    if isinstance(wanted, tuple):
        low, high = (None if end is None else _plain(end, unit, values) for end in wanted)
        inside = values == values if values.dtype.kind == "f" else np.ones(values.shape, dtype=bool)
        inside &= True if low is None else values >= low
        return inside & (True if high is None else values <= high)
    if isinstance(wanted, list | set | frozenset):
        return np.isin(values, [_plain(each, unit, values) for each in wanted])
    return values == _plain(wanted, unit, values)


def _plain(value: Any, unit: u.Unit | None, values: NDArray[Any]) -> Any:
    plain = value.to_value(unit or u.one) if isinstance(value, u.Quantity) else value
    if isinstance(plain, str) != (values.dtype.kind == "U"):
        raise TypeError("give text for a column of text, and a number for one of numbers")
    return plain
