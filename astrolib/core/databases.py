"""What all SQLite files of the platform share: the kind of journal, how long one waits, remedies."""

from __future__ import annotations

import sqlite3
import time

BUSY_SECONDS = 30.0
"""How long one who writes waits for another."""

_BETWEEN_TRIES = 0.02  # seconds
_REMEDIES = {
    sqlite3.SQLITE_BUSY: "another program keeps it to itself; close that, and try again",
    sqlite3.SQLITE_FULL: "make room on the disk, and try again",
}
_REMEDY = "check the disk's free space and the permissions of the file and its folder, and try again"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def keep_journal(database: sqlite3.Connection, journal: str = "WAL") -> None:
    """Set the kind of journal; of several who open a new file at once each waits for its turn.

    SQLite waits for a lock in a transaction, but not for this.

    Raises
    ------
    sqlite3.OperationalError
        If the file cannot be read or written, or another program keeps it to itself.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if database.execute("PRAGMA journal_mode").fetchone()[0].upper() != journal:
                database.execute(f"PRAGMA journal_mode = {journal}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BETWEEN_TRIES)


def remedy(error: sqlite3.Error, put_back: str = "put back a copy") -> str:
    """Return what a person can do about an error of SQLite; `put_back` where the file is no database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary one of an extended code
    return f"move it away, and {put_back}" if code in _DAMAGED else _REMEDIES.get(code, _REMEDY)
