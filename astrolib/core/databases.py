"""What all SQLite files of the platform share: how long one waits for another, and the kind of journal."""

from __future__ import annotations

import sqlite3
import time

BUSY_SECONDS = 30.0
"""How long one who writes waits for another."""

_BETWEEN_TRIES = 0.02  # seconds


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
