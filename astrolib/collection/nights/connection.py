"""The ledger's file: opened for one transaction at a time, durable, and closed again.

People act on a ledger a few times a minute: a connection of its own for each act needs no care of threads and
forks, and leaves nothing open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from astrolib.collection.nights.schema import SCHEMA_VERSION, STATEMENTS
from astrolib.core.databases import BUSY_SECONDS, keep_journal, remedy
from astrolib.core.errors import AstrolibError


class LedgerError(AstrolibError):
    """The ledger could not be read or written; what was not acknowledged is not in it."""


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger for one transaction: all that is done in the block is in it afterwards, or nothing."""
    with reading(path) as database:
        # IMMEDIATE takes the lock at once: what is checked inside is still true when it is written.
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger to read it."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = FULL")
            yield database
    except sqlite3.Error as error:
        raise LedgerError(
            f"the ledger cannot be read or written ({error})", where=path, remedy=remedy(error)
        ) from error


def prepare(path: Path, *, journal: str = "WAL") -> None:
    """Make an empty ledger where none is.

    Raises
    ------
    LedgerError
        If the file is no ledger, or one of another version.
    """
    with reading(path) as database:
        keep_journal(database, journal)
    with writing(path) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        tables = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if version == 0 and tables == 0:
            for statement in STATEMENTS:
                database.execute(statement)
        elif version != SCHEMA_VERSION:
            raise LedgerError(
                f"a ledger of version {version}, not {SCHEMA_VERSION}" if version else "no ledger",
                where=path,
                remedy="open it with the program that made it",
            )
