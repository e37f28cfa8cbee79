"""What is in a ledger: looked at, and not changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from astrolib.collection.nights import connection, schema
from astrolib.collection.nights import entry as entries
from astrolib.collection.nights.doubt import Doubt
from astrolib.collection.nights.entry import Entry
from astrolib.collection.nights.event import LedgerEvent
from astrolib.collection.nights.extract import extract
from astrolib.collection.nights.missing import Lack, missing
from astrolib.collection.nights.sorted_file import SortedFile
from astrolib.collection.nights.sorting import beside_each_other
from astrolib.collection.nights.tree import Branch, tree


class LedgerReading:
    """Looks into a ledger.

    Parameters
    ----------
    path : Path
        Its file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def entry(self, entry: str) -> Entry:
        """Return a survey, project, night, field or frame as it is now."""
        with self._reading() as database:
            return entries.get(database, entry)

    def children(self, entry: str = "") -> list[Entry]:
        """Return what an entry holds, by name; the surveys for ''."""
        with self._reading() as database:
            return entries.select(database, "parent = ?", (entry,))

    def tree(self) -> list[Branch]:
        """Return surveys, projects, nights and fields, each before what it holds."""
        with self._reading() as database:
            return tree(database)

    def frames(self, night: str) -> list[Entry]:
        """Return the frames of a night, in its fields and outside, by name."""
        with self._reading() as database:
            return entries.frames(database, night)

    def files(self, night: str) -> list[SortedFile]:
        """Return the raw files of a night, as found and with all that people answered."""
        return beside_each_other([one.file for one in with_files(self.frames(night))])

    def missing(self, night: str) -> list[Lack]:
        """Return what a night lacks before it can be reduced and searched, what is needed most first."""
        return missing(self.files(night))

    def answered(self, files: Sequence[SortedFile]) -> list[SortedFile]:
        """Return files with what people have answered about them in this ledger."""
        known: dict[str, SortedFile] = {}
        with self._reading() as database:
            for file in files:
                for found in with_files(entries.select(database, "id = ?", (file.id,))):
                    known[file.id] = found.file
        return beside_each_other([known.get(file.id, file) for file in files])

    def events(self, entry: str = "", *, after: int = 0) -> list[LedgerEvent]:
        """Return what was done, in order: to one entry, or to all; only events whose `seq` is greater."""
        with self._reading() as database:
            return schema.events(database, "seq > ? AND (? = '' OR subject = ?)", (after, entry, entry))

    def last_events(self, night: str) -> dict[str, LedgerEvent]:
        """Return what was done last to each frame of a night, by the frame's id."""
        with self._reading() as database:
            ids = tuple(one.id for one in entries.frames(database, night))
            marks = ", ".join("?" * len(ids))
            newest = f"seq IN (SELECT max(seq) FROM event WHERE subject IN ({marks}) GROUP BY subject)"  # noqa: S608
            return {event.subject: event for event in schema.events(database, newest, ids)}

    def questions(self, night: str) -> list[tuple[Entry, Doubt]]:
        """Return the open questions of a night, with the frames that they are about."""
        with self._reading() as database:
            frames = with_files(entries.frames(database, night))
        files = beside_each_other([one.file for one in frames])
        return [(frame, doubt) for frame, file in zip(frames, files, strict=True) for doubt in file.doubts]

    def extract(self, night: str, path: Path) -> None:
        """Write what this ledger knows of a night into a file, whole or not at all; see `Ledger.take_in`."""
        with self._reading() as database:
            extract(database, night, Path(path))

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return connection.reading(self.path)


def with_files(frames: Iterable[Entry]) -> list[Entry]:
    """Return those of some frames of which the file was sorted."""
    return [one for one in frames if "file" in one.facts]
