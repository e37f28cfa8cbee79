"""Tables of labels in files: ECSV for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable, Table
from astropy.time import Time

from astrolib.core.csv_cells import quoted, unquoted
from astrolib.core.errors import RefusedError, UnreadableFileError
from astrolib.core.files import whole_file

_COLUMNS = ("id", "label", "who", "time", "flags", "note")


def write_labels(path: Path, table: QTable) -> None:
    """Write a table of labels as ECSV or CSV, by the suffix, whole or not at all.

    In CSV a text that a spreadsheet would run as a formula (it begins with = + - @, and is no number) gets
    an apostrophe before it, which `read_rows` takes off again.

    Raises
    ------
    RefusedError
        If the suffix is neither ``.ecsv`` nor ``.csv``.
    """
    _check_suffix(path)
    with whole_file(path) as temporary:
        if path.suffix == ".ecsv":
            _without_comments(table).write(temporary, format="ascii.ecsv", overwrite=True)
        else:
            _write_csv(temporary, table)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Give the rows of a table of labels, each text by the name of its column.

    Raises
    ------
    UnreadableFileError
        If there is no such file, it is no table, or lacks the column `id` or `label`.
    RefusedError
        If the suffix is neither ``.ecsv`` nor ``.csv``.
    """
    _check_suffix(path)
    if not path.is_file():
        raise UnreadableFileError("no such file", where=path, remedy="check the path")
    return _read_csv(path) if path.suffix == ".csv" else _read_ecsv(path)


def _read_csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            reader = csv.DictReader(stream, restval="", strict=True)
            _check_columns(path, reader.fieldnames or ())
            for row in reader:
                yield {name: unquoted(text) for name, text in row.items() if isinstance(text, str)}
        except (csv.Error, UnicodeDecodeError) as error:
            raise UnreadableFileError(
                f"not CSV in UTF-8 ({error})", where=path.name, remedy="export it again"
            ) from error


def _read_ecsv(path: Path) -> Iterator[dict[str, str]]:
    try:
        table = Table.read(path, format="ascii.ecsv")
    except Exception as error:  # astropy's parsers raise anything
        raise UnreadableFileError(f"not ECSV ({error})", where=path.name, remedy="export it again") from error
    _check_columns(path, table.colnames)
    names = [name for name in _COLUMNS if name in table.colnames]
    columns = [_texts(table[name]) for name in names]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _texts(column: Any) -> list[str]:
    if isinstance(column, Time):
        return [f"{text}Z" for text in Time(column.utc, precision=6).isot]
    return ["" if value is np.ma.masked else str(value) for value in column]


def _check_columns(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in ("id", "label") if name not in names]
    if missing:
        raise UnreadableFileError(
            f"no column {missing[0]!r}",
            where=path.name,
            remedy="columns are id, label, and who and time if known",
        )


def _check_suffix(path: Path) -> None:
    if path.suffix not in (".ecsv", ".csv"):
        raise RefusedError("neither .ecsv nor .csv", where=path.name, remedy="choose one of these")


def _without_comments(table: QTable) -> QTable:
    """Put a number first where a row would begin with #: readers of ECSV skip such a row as a comment."""
    if any(str(value).startswith("#") for value in table[table.colnames[0]]):
        return table[["version", *(name for name in table.colnames if name != "version")]]
    return table


def _write_csv(path: Path, table: QTable) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.colnames)
        for row in table.iterrows():
            writer.writerow([quoted(str(value)) for value in row])
