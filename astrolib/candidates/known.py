"""What a collection knows of spectra, in the order of others."""

from __future__ import annotations

from typing import Any

import astropy.units as u
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.schema import COLLECTED_SPECTRUM, Column, TableSchema

_KNOWN = TableSchema("known", COLLECTED_SPECTRUM.columns[1:])


def joined(ids: NDArray[np.str_], metadata: QTable | None) -> dict[str, Any]:
    """Return the columns of metadata in the order of `ids`; blank where nothing is known.

    Parameters
    ----------
    ids : ndarray of str, shape (n,)
        The spectra.
    metadata : QTable, optional
        With a column ``id`` and any of those of `COLLECTED_SPECTRUM`.
    """
    if metadata is None or not len(metadata):
        return {column.name: _blank(column, len(ids)) for column in _KNOWN.columns}
    found = pc.index_in(pa.array(ids.tolist(), pa.string()), pa.array(map(str, metadata["id"]), pa.string()))
    rows = pc.fill_null(found, -1).to_numpy()
    return {
        column.name: _taken(metadata[column.name], rows, column)
        if column.name in metadata.colnames
        else _blank(column, len(ids))
        for column in _KNOWN.columns
    }


def _blank(column: Column, count: int) -> Any:
    values = np.full(count, {"str": "", "float": np.nan, "int": 0, "bool": False}[column.kind])
    return values * u.Unit(column.unit) if column.unit else values


def _taken(values: Any, rows: NDArray[np.int64], column: Column) -> Any:
    """Return the values of some rows; blank for row -1."""
    taken, unknown = values[rows], rows < 0
    if unknown.any():
        taken[unknown] = _blank(column, int(unknown.sum()))
    return taken
