"""The append-only log of labels on disk."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from astrolib.core import paths
from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.labels.connection import Connections
from astrolib.labels.event import LabelEvent
from astrolib.labels.schema import COLUMNS, INSERT, SCHEMA, SCHEMA_VERSION, from_row, statements, to_row


class LabelStoreError(AstrolibError):
    """The log could not be read or written; what was not acknowledged is not in it."""


class StaleEditError(AstrolibError):
    """An edit builds on an event that is no longer the newest of its thread.

    Parameters
    ----------
    newest : LabelEvent
        What was said since.
    """

    def __init__(self, newest: LabelEvent) -> None:
        self.newest = newest
        super().__init__(
            f"{newest.who} said {newest.value!r} in the meantime ({newest.when:%Y-%m-%d %H:%M:%S} UTC)",
            where=newest.object,
            remedy="look at it and say again",
        )


class LabelStore:
    """Label events, appended and never changed, used by several processes and threads at once.

    An event is on disk when `append` returns.

    Parameters
    ----------
    path : Path, optional
        The file, made if it is not there; by default the person's own, ``labels.sqlite``. It must lie on a
        local disk: WAL mode needs shared memory between its users.

    Raises
    ------
    LabelStoreError
        If the file is no store, of a newer version, or cannot be opened.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = Path(path or paths.labels_file())
        self._connections = Connections(self.path)
        with self._writing() as database:
            self._prepare(database)

    def append(self, event: LabelEvent) -> LabelEvent:
        """Store an event and return it with its place in the log.

        Sending the same event again returns the one that is stored.

        Raises
        ------
        StaleEditError
            If it builds on an event after which the same person has said something else on the object.
        RefusedError
            If its id belongs to another event, or it undoes or builds on one that is not there.
        LabelStoreError
            If it could not be written. Then it is not in the log.
        """
        with self._writing() as database:
            return _appended(database, event)

    def append_all(self, events: Iterable[LabelEvent]) -> int:
        """Store events together or not at all, and return how many were new."""
        with self._writing() as database:
            before = _newest(database)
            for event in events:
                _appended(database, event)
            return _newest(database) - before

    def events(self, *, after: int = 0, **equal: str | int) -> list[LabelEvent]:
        """Return events in the order of the log.

        Parameters
        ----------
        after : int
            Only events whose `seq` is greater.
        **equal
            Only events with these values of `object`, `question`, `version`, `who`, `deck`.
        """
        unknown = set(equal) - {"object", "question", "version", "who", "deck"}
        if unknown:
            raise TypeError(f"events cannot be chosen by {', '.join(sorted(unknown))}")
        where = "".join(f" AND {name} = :{name}" for name in equal)
        with self._reading() as database:
            return _select(database, f"seq > :after{where}", {"after": after, **equal})

    def newest(self) -> int:
        """Return the place of the last event in the log; 0 in an empty one."""
        with self._reading() as database:
            return _newest(database)

    def keep_place(self, who: str, deck: str, object_id: str) -> None:
        """Remember at which object a person is in a deck."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", (who, deck, object_id))

    def place(self, who: str, deck: str) -> str:
        """Return the object at which a person stopped in a deck; '' where they never were."""
        with self._reading() as database:
            row = database.execute(
                "SELECT object FROM place WHERE who = ? AND deck = ?", (who, deck)
            ).fetchone()
        return row[0] if row else ""

    def close(self) -> None:
        """Close this thread's connection; it opens again when needed."""
        self._connections.close()

    def _prepare(self, database: sqlite3.Connection) -> None:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        tables = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if version == 0 and tables == 0:
            for statement in statements(SCHEMA):
                database.execute(statement)
        elif version != SCHEMA_VERSION:
            raise LabelStoreError(
                f"a store of version {version}, not {SCHEMA_VERSION}",
                where=self.path,
                remedy="open it with the astrolib that made it",
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connections.here()
        except sqlite3.Error as error:
            raise LabelStoreError(
                f"labels cannot be read or written ({error})",
                where=self.path,
                remedy="check the disk's free space and the file's permissions, and try again",
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as database:
            # IMMEDIATE takes the lock at once: what is checked inside is still true when it is written.
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            finally:
                if database.in_transaction:
                    database.execute("ROLLBACK")


def _appended(database: sqlite3.Connection, event: LabelEvent) -> LabelEvent:
    known = _by_id(database, event.id)
    if known:
        if known.said != event.said:
            raise RefusedError(
                f"event {event.id} is another one", where=event.object, remedy="make a new id for a new event"
            )
        return known
    if event.kind == "undo":
        _check_undo(event, _by_id(database, event.value))
    if event.builds_on is not None:
        _check_fresh(database, event)
    row = database.execute(INSERT, to_row(event))
    return dataclasses.replace(event, seq=row.lastrowid or 0)


def _check_undo(event: LabelEvent, undone: LabelEvent | None) -> None:
    if undone is None or (undone.object, undone.question, undone.version, undone.who) != (
        event.object,
        event.question,
        event.version,
        event.who,
    ):
        raise RefusedError("nothing of yours to undo", where=event.object, remedy="undo your own event")


def _check_fresh(database: sqlite3.Connection, event: LabelEvent) -> None:
    base = _by_id(database, event.builds_on) if event.builds_on else None
    if event.builds_on and (base is None or base.object != event.object):
        raise RefusedError(
            "it builds on an unknown event", where=event.object, remedy="read the labels again"
        )
    thread: dict[str, str | int] = {
        "object": event.object,
        "question": event.question,
        "version": event.version,
        "who": base.who if base else event.who,
        "seq": base.seq if base else 0,
    }
    since = _select(
        database,
        "object = :object AND question = :question AND version = :version AND who = :who AND seq > :seq",
        thread,
    )
    if since:
        raise StaleEditError(since[-1])


def _by_id(database: sqlite3.Connection, event_id: str) -> LabelEvent | None:
    found = _select(database, "id = :id", {"id": event_id})
    return found[0] if found else None


def _newest(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def _select(database: sqlite3.Connection, where: str, values: Mapping[str, str | int]) -> list[LabelEvent]:
    statement = f"SELECT {COLUMNS} FROM event WHERE {where} ORDER BY seq"  # noqa: S608 - our own words
    return [from_row(row) for row in database.execute(statement, values)]
