"""ECSV of a million rows in seconds, and in little memory: astropy does the header, pyarrow the body.

ECSV is a header in YAML and then a CSV body (Astropy Proposal for Enhancement 6).
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.errors import HostileFileError, UnreadableFileError
from astrolib.core.files import whole_file

MOST_BYTES = 4_000_000_000
_BODY = pyarrow.csv.WriteOptions(include_header=False, delimiter=" ", quoting_style="needed")


def write_ecsv(table: QTable, path: Path) -> None:
    """Write a table of one-dimensional columns, whole or not at all."""
    head = io.StringIO()
    table[:0].write(head, format="ascii.ecsv")
    columns = [_plain(getattr(table[name], "value", table[name])) for name in table.colnames]
    body = pa.Table.from_arrays([pa.array(column) for column in columns], table.colnames)
    with whole_file(path) as temporary, temporary.open("wb") as stream:
        stream.write(head.getvalue().encode())
        pyarrow.csv.write_csv(body, stream, _BODY)


def read_ecsv(path: Path) -> QTable:
    """Read a table that a stranger may have made; its texts are never masked.

    Raises
    ------
    UnreadableFileError
        If it is not there, or no ECSV.
    HostileFileError
        If it is larger than `MOST_BYTES`.
    """
    if not path.is_file():
        raise UnreadableFileError(
            "no such file", where=path, remedy="check the path, or classify spectra first"
        )
    if path.stat().st_size > MOST_BYTES:
        raise HostileFileError(f"more than {MOST_BYTES} bytes", where=path.name, remedy="do not trust it")
    try:
        return _read(path)
    except Exception as error:  # the parsers raise anything
        raise UnreadableFileError(
            f"not ECSV ({error})", where=path.name, remedy="classify again, or export it again"
        ) from error


def texts(column: Any) -> NDArray[np.str_]:
    """Return a column as texts; '' where it is masked."""
    return np.ma.filled(np.ma.asarray(column).astype(str), "")


def _read(path: Path) -> QTable:
    head, has_rows = _head(path)
    if not has_rows:
        return _never_masked(QTable.read(path, format="ascii.ecsv"))
    table = _plain_table(path, head)
    return _never_masked(QTable.read(path, format="ecsv", engine="pyarrow")) if table is None else table


def _plain_table(path: Path, head: list[str]) -> QTable | None:
    """Read one column after the other; None where something is not plain."""
    if any("subtype:" in line for line in head):
        return None
    empty = QTable.read(head, format="ascii.ecsv")
    body = _body(path, len(head) - 1, empty) if _is_plain(head, empty) else None
    if body is None:
        return None
    table = QTable(meta=empty.meta)
    for name in empty.colnames:
        like, values = empty[name], _values(body.pop(0))
        table[name] = u.Quantity(values, like.unit, copy=False) if isinstance(like, u.Quantity) else values
        table[name].info.description = like.info.description
    return table


def _never_masked(table: QTable) -> QTable:
    for name in table.colnames:
        if table[name].dtype.kind in "OU":
            table[name] = texts(table[name])
    return table


def _head(path: Path) -> tuple[list[str], bool]:
    """Return the lines of the header and of the names, and whether there are more."""
    head: list[str] = []
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if head and not head[-1].startswith("#"):
                return head, True
            head.append(line.rstrip("\n"))
    return head, False


def _is_plain(head: list[str], empty: QTable) -> bool:
    """Say whether all columns are texts, numbers or truth values of one dimension, with blanks between."""
    names = next(csv.reader(head[-1:], delimiter=" "), [])
    columns = (empty[name] for name in empty.colnames)
    return names == empty.colnames and all(
        one.ndim == 1 and one.dtype.kind in "Ufiub" and (one.unit is None or isinstance(one, u.Quantity))
        for one in columns
    )


def _body(path: Path, skip: int, like: QTable) -> list[pa.ChunkedArray] | None:
    """Read the columns; None where a number is left out, which astropy masks."""
    kinds = {name: like[name].dtype for name in like.colnames}
    types = {
        name: pa.string() if kind.kind == "U" else pa.from_numpy_dtype(kind) for name, kind in kinds.items()
    }
    body = pyarrow.csv.read_csv(
        path,
        pyarrow.csv.ReadOptions(skip_rows=skip),
        pyarrow.csv.ParseOptions(delimiter=" "),
        pyarrow.csv.ConvertOptions(column_types=types, null_values=[""]),
    )
    columns: list[pa.ChunkedArray] = body.columns
    return None if any(column.null_count for column in columns) else columns


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column as numpy has it, without an object for each text of it at once."""
    if not pa.types.is_string(column.type):
        return np.array(column.to_numpy())
    longest = pc.max(pc.utf8_length(column)).as_py() or 1
    values = np.empty(len(column), dtype=f"U{longest}")
    first = 0
    for chunk in column.chunks:
        values[first : first + len(chunk)] = chunk.to_numpy(zero_copy_only=False)
        first += len(chunk)
    return values


def _plain(values: Any) -> NDArray[Any]:
    """Return what pyarrow writes as ECSV has it: truth values are words."""
    array = np.ma.filled(np.ma.asarray(values), np.nan if values.dtype.kind == "f" else None)
    return np.where(array, "True", "False") if array.dtype.kind == "b" else array
