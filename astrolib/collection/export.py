"""A table of metadata for other programs: VOTable, CSV or ECSV."""

from __future__ import annotations

import csv
import io
import math
import warnings
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
from astropy.io.votable import from_table
from astropy.table import QTable, Table

from astrolib.core.csv_cells import quoted
from astrolib.core.errors import ParameterError
from astrolib.core.files import whole_file, write_text


def export(table: QTable, path: Path) -> None:
    """Write a table in the format that the suffix names, whole or not at all.

    Parameters
    ----------
    table : QTable
        Of one-dimensional columns.
    path : Path
        Ending in ``.vot`` or ``.xml`` (VOTable 1.4), ``.csv`` (units in brackets in the header; a text that a
        spreadsheet would take for a formula is preceded by an apostrophe), or ``.ecsv``.

    Raises
    ------
    ParameterError
        If the suffix names none of these.
    """
    writers = {".vot": _write_votable, ".xml": _write_votable, ".csv": _write_csv, ".ecsv": _write_ecsv}
    if path.suffix.lower() not in writers:
        raise ParameterError(
            f"no format for {path.suffix!r}", where=path.name, remedy=f"end it in one of {', '.join(writers)}"
        )
    writers[path.suffix.lower()](table, path)


def cell(value: Any) -> str:
    """Return a value as a CSV cell that no spreadsheet takes for a formula; -12.3 stays a number."""
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else repr(float(value))
    return quoted(str(value))


def _write_csv(table: QTable, path: Path) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_heading(table, name) for name in table.colnames])
    columns = [getattr(table[name], "value", table[name]) for name in table.colnames]
    writer.writerows([cell(value) for value in row] for row in zip(*columns, strict=True))
    write_text(path, stream.getvalue())


def _heading(table: QTable, name: str) -> str:
    unit = getattr(table[name], "unit", None)
    return f"{name} [{unit}]" if unit else name


def _write_votable(table: QTable, path: Path) -> None:
    with whole_file(path) as temporary, warnings.catch_warnings():
        # VOUnit deprecates the angstrom, which every program in use reads.
        warnings.simplefilter("ignore", u.UnitsWarning)
        from_table(Table(table)).to_xml(str(temporary))


def _write_ecsv(table: QTable, path: Path) -> None:
    with whole_file(path) as temporary:
        Table(table).write(temporary, format="ascii.ecsv", overwrite=True)
