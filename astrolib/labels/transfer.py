"""Labels to and from files: ECSV for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable, Table
from astropy.time import Time

from astrolib.core.errors import AstrolibError, RefusedError, UnreadableFileError
from astrolib.core.files import sha256, whole_file
from astrolib.labels.event import Kind, LabelEvent
from astrolib.labels.question import Question
from astrolib.labels.store import LabelStore

_COLUMNS = ("id", "label", "who", "time", "flags", "note")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_FORMULA = re.compile(r"'*[=+\-@]")


def write_labels(path: Path, table: QTable) -> None:
    """Write a table of labels as ECSV or CSV, by the suffix, whole or not at all.

    In CSV a text that a spreadsheet would run as a formula (it begins with = + - @, and is no number) gets
    an apostrophe before it, which `import_labels` takes off again.

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


def import_labels(
    store: LabelStore, path: Path, question: Question, *, who: str = "", naive_is_utc: bool = False
) -> int:
    """Store labels made elsewhere as events, and return how many were new.

    The file has columns `id` and `label`, and may have `who`, `time`, `flags` (parted by semicolons) and
    `note`. Importing it again, renamed or with more rows, adds only what is new. All rows are stored or none.

    Parameters
    ----------
    store : LabelStore
        Where to.
    path : Path
        ECSV or CSV.
    question : Question
        What was asked; each label must be one of its answers.
    who : str
        Who labelled, where the file does not say.
    naive_is_utc : bool
        Take times without a zone as UTC; else they are refused. A time column of ECSV with its own scale is
        converted. Without a time, that of the import stands.

    Raises
    ------
    UnreadableFileError
        If it is no table, or lacks a column.
    RefusedError
        Naming the row: no answer to the question, nobody who said it, or a time without a zone.
    """
    _check_suffix(path)
    origin = f"imported {path.name[:400]} sha256:{sha256(path)}"
    reading = _Reading(question, who, origin, naive_is_utc)
    events: list[LabelEvent] = []
    for number, row in enumerate(_read_csv(path) if path.suffix == ".csv" else _read_ecsv(path), 1):
        try:
            events += reading.events(row)
        except AstrolibError as error:
            raise RefusedError(error.what, where=f"{path.name}, row {number}", remedy=error.remedy) from error
    return store.append_all(events)


@dataclass(frozen=True)
class _Reading:
    """How the rows of one file are to be understood."""

    question: Question
    who: str
    origin: str
    naive_is_utc: bool

    def events(self, row: Mapping[str, str]) -> list[LabelEvent]:
        """Return what a row says: an answer, flags, a note."""
        flags = [flag for flag in row.get("flags", "").split(";") if flag]
        said: list[tuple[Kind, str]] = [("flag", flag) for flag in flags]
        if row["label"] or not (flags or row.get("note")):
            self.question.check_answer(row["label"])
            said.insert(0, ("answer", row["label"]))
        for flag in flags:
            self.question.check_flag(flag)
        if row.get("note"):
            said.append(("note", row["note"]))
        return [self._event(row, kind, value) for kind, value in said]

    def _event(self, row: Mapping[str, str], kind: Kind, value: str) -> LabelEvent:
        event = LabelEvent(
            object=row["id"],
            question=self.question.name,
            version=self.question.version,
            kind=kind,
            value=value,
            who=row.get("who") or self.who,
            when=_when(row.get("time", ""), self.naive_is_utc),
            origin=self.origin,
        )
        # The same words at the same time are the same event, whichever file they come in.
        digest = hashlib.sha256(json.dumps([*event.said, row.get("time", "")]).encode()).hexdigest()
        return dataclasses.replace(event, id=f"import-{digest[:32]}")


def _when(text: str, naive_is_utc: bool) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"time {text[:40]!r}", remedy="write it as 2026-01-31T21:00:00Z") from error
    if when.tzinfo is None and not naive_is_utc:
        raise RefusedError(f"time {text!r} has no zone", remedy="add Z, or say naive_is_utc=True")
    return when.replace(tzinfo=when.tzinfo or UTC)


def _read_csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            reader = csv.DictReader(stream, restval="", strict=True)
            _check_columns(path, reader.fieldnames or ())
            for row in reader:
                yield {name: _unquoted(text) for name, text in row.items() if isinstance(text, str)}
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
            writer.writerow([_quoted(str(value)) for value in row])


def _quoted(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
