"""Labels made elsewhere, as events."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.core.files import sha256
from astrolib.labels.event import Kind, LabelEvent
from astrolib.labels.files import read_rows
from astrolib.labels.question import Question
from astrolib.labels.store import LabelStore


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
    rows = read_rows(path)
    origin = f"imported {path.name[:400]} sha256:{sha256(path)}"
    reading = _Reading(question, who, origin, naive_is_utc)
    events: list[LabelEvent] = []
    for number, row in enumerate(rows, 1):
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
        if when.tzinfo is None and not naive_is_utc:
            raise RefusedError(f"time {text!r} has no zone", remedy="add Z, or say naive_is_utc=True")
        return when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RefusedError(f"time {text[:40]!r}", remedy="write it as 2026-01-31T21:00:00Z") from error
