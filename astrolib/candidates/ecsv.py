"""ECSV of a million rows in seconds: astropy reads and writes the header, pyarrow the body.

ECSV is a header in YAML and then a CSV body (Astropy Proposal for Enhancement 6).
"""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
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
        quick = {"format": "ecsv", "engine": "pyarrow"}  # which stumbles over texts where there is no row
        table = QTable.read(path, **quick if _has_rows(path) else {"format": "ascii.ecsv"})
    except Exception as error:  # astropy's parsers raise anything
        raise UnreadableFileError(
            f"not ECSV ({error})", where=path.name, remedy="classify again, or export it again"
        ) from error
    for name in table.colnames:
        if table[name].dtype.kind in "OU":
            table[name] = texts(table[name])
    return table


def texts(column: Any) -> NDArray[np.str_]:
    """Return a column as texts; '' where it is masked."""
    return np.ma.filled(np.ma.asarray(column).astype(str), "")


def _has_rows(path: Path) -> bool:
    with path.open("rb") as stream:
        lines = (line for line in stream if not line.startswith(b"#"))
        return len(list(itertools.islice(lines, 2))) == 2


def _plain(values: Any) -> NDArray[Any]:
    """Return what pyarrow writes as ECSV has it: truth values are words."""
    array = np.ma.filled(np.ma.asarray(values), np.nan if values.dtype.kind == "f" else None)
    return np.where(array, "True", "False") if array.dtype.kind == "b" else array
