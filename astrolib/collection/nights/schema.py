"""The tables of the ledger: events that are never changed, and what follows from them."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from astrolib.collection.nights.event import LIMITS, LedgerEvent

SCHEMA_VERSION = 1

_BOUNDS = " AND ".join(f"length({name}) <= {limit}" for name, limit in LIMITS.items())

EVENT = f"""CREATE TABLE event (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    who TEXT NOT NULL CHECK (who <> ''),
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    kind TEXT NOT NULL CHECK (kind IN ('add', 'edit', 'move', 'place', 'answer')),
    subject TEXT NOT NULL CHECK (subject <> ''),
    value TEXT NOT NULL,
    CHECK ({_BOUNDS})
) STRICT"""

_OTHERS = (
    "CREATE INDEX event_subject ON event (subject)",
    "CREATE TRIGGER event_never_changed BEFORE UPDATE ON event"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END",
    "CREATE TRIGGER event_never_deleted BEFORE DELETE ON event"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END",
    """CREATE TABLE entry (
    id TEXT PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('survey', 'project', 'night', 'field', 'frame')),
    parent TEXT NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    state TEXT NOT NULL,
    facts TEXT NOT NULL,
    open INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX entry_parent ON entry (parent)",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

STATEMENTS = (EVENT, *_OTHERS)
"""What makes an empty ledger. Table `entry` can be made anew from the events at any time."""

COLUMNS = "seq, id, who, at, kind, subject, value"

INSERT = "INSERT INTO event (id, who, at, kind, subject, value) VALUES (?, ?, ?, ?, ?, ?)"


def to_row(event: LedgerEvent) -> tuple[str, ...]:
    """Return the values of `COLUMNS` but `seq`."""
    return event.id, event.who, event.at, event.kind, event.subject, event.json


def from_row(row: tuple[Any, ...]) -> LedgerEvent:
    """Return the event that a row of `COLUMNS` holds."""
    seq, event_id, who, at, kind, subject, value = row
    when = datetime.fromisoformat(at)
    return LedgerEvent(subject, kind, json.loads(value), who, event_id, when, seq)


def events(database: sqlite3.Connection, where: str = "1", values: tuple[Any, ...] = ()) -> list[LedgerEvent]:
    """Return the events for which a condition holds, in order."""
    statement = f"SELECT {COLUMNS} FROM event WHERE {where} ORDER BY seq"  # noqa: S608 - our own words
    return [from_row(row) for row in database.execute(statement, values)]
