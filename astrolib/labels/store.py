"""The append-only log of labels on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from astrolib.core import paths
from astrolib.core.databases import remedy
from astrolib.core.errors import AstrolibError
from astrolib.labels import log
from astrolib.labels.connection import Connections
from astrolib.labels.event import LabelEvent
from astrolib.labels.schema import SCHEMA, SCHEMA_VERSION, statements

_PUT_BACK = "put back a copy or import exported labels"


class LabelStoreError(AstrolibError):
    """The log could not be read or written; what was not acknowledged is not in it."""


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
            return log.append(database, event)

    def append_all(self, events: Iterable[LabelEvent]) -> int:
        """Store events together or not at all, and return how many were new."""
        with self._writing() as database:
            before = log.newest(database)
            for event in events:
                log.append(database, event)
            return log.newest(database) - before

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
            return log.select(database, f"seq > :after{where}", {"after": after, **equal})

    def newest(self) -> int:
        """Return the place of the last event in the log; 0 in an empty one."""
        with self._reading() as database:
            return log.newest(database)

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
                f"a store of version {version}, not {SCHEMA_VERSION}" if version else "no store of labels",
                where=self.path,
                remedy="open it with the program that made it",
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connections.here()
        except sqlite3.Error as error:
            raise LabelStoreError(
                f"labels cannot be read or written ({error})",
                where=self.path,
                remedy=remedy(error, _PUT_BACK),
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
