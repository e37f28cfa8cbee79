"""The tables of a label store, and how an event becomes a row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from astrolib.labels.event import LIMITS, LabelEvent

SCHEMA_VERSION = 1

_BOUNDS = " AND ".join(f"length({name}) <= {limit}" for name, limit in LIMITS.items())

SCHEMA = f"""
CREATE TABLE event (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    who TEXT NOT NULL CHECK (who <> ''),
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    object TEXT NOT NULL CHECK (object <> ''),
    question TEXT NOT NULL CHECK (question <> ''),
    version INTEGER NOT NULL CHECK (version > 0),
    kind TEXT NOT NULL CHECK (kind IN ('answer', 'flag', 'unflag', 'note', 'undo')),
    value TEXT NOT NULL,
    builds_on TEXT,
    shown TEXT NOT NULL,
    score_visible INTEGER NOT NULL,
    deck TEXT NOT NULL,
    origin TEXT NOT NULL,
    CHECK ({_BOUNDS})
) STRICT;
CREATE INDEX event_thread ON event (object, question, version, who);
CREATE TRIGGER event_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'labels are never changed'); END;
CREATE TRIGGER event_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'labels are never deleted'); END;
CREATE TRIGGER event_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'labels are never replaced'); END;
CREATE TABLE place (
    who TEXT NOT NULL,
    deck TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (who, deck)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = {SCHEMA_VERSION};
"""  # noqa: S608 - our own words

COLUMNS = (
    "seq, id, who, at, object, question, version, kind, value, builds_on, shown, score_visible, deck, origin"
)

INSERT = f"INSERT INTO event ({COLUMNS.removeprefix('seq, ')}) VALUES ({', '.join('?' * COLUMNS.count(','))})"  # noqa: S608


def to_row(event: LabelEvent) -> tuple[object, ...]:
    """Return the values of `COLUMNS` but `seq`."""
    what = (
        event.id,
        event.who,
        event.time,
        event.object,
        event.question,
        event.version,
        event.kind,
        event.value,
    )
    return (*what, event.builds_on, event.shown_json, event.score_visible, event.deck, event.origin)


def from_row(row: tuple[Any, ...]) -> LabelEvent:
    """Return the event that a row of `COLUMNS` holds."""
    (
        seq,
        event_id,
        who,
        at,
        object_id,
        question,
        version,
        kind,
        value,
        builds_on,
        shown,
        score,
        deck,
        origin,
    ) = row
    return LabelEvent(
        object=object_id,
        question=question,
        version=version,
        kind=kind,
        value=value,
        who=who,
        when=datetime.fromisoformat(at),
        id=event_id,
        builds_on=builds_on,
        shown=json.loads(shown),
        score_visible=bool(score),
        deck=deck,
        origin=origin,
        seq=seq,
    )


def statements(script: str) -> Iterator[str]:
    """Part a script into statements; `executescript` would commit the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
