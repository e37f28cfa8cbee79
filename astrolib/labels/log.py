"""What is done to the log inside one transaction: append an event, or refuse it, and select."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Mapping

from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.labels.event import LabelEvent
from astrolib.labels.schema import COLUMNS, INSERT, from_row, to_row


class StaleEditError(AstrolibError):
    """An edit builds on an event that is no longer the newest of its thread.

    Parameters
    ----------
    newest : LabelEvent
        What was said since.
    """

    def __init__(self, newest: LabelEvent) -> None:
        self.newest = newest
        said = "undid something" if newest.kind == "undo" else f"said {newest.value!r}"
        super().__init__(
            f"{newest.who} {said} in the meantime ({newest.when:%Y-%m-%d %H:%M:%S} UTC)",
            where=newest.object,
            remedy="look at it and say again",
        )


def append(database: sqlite3.Connection, event: LabelEvent) -> LabelEvent:
    """Store an event and return it with its place in the log; see `LabelStore.append`."""
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
    if undone is None or undone.who != event.who or _subject(undone) != _subject(event):
        raise RefusedError("nothing of yours to undo", where=event.object, remedy="undo your own event")


def _check_fresh(database: sqlite3.Connection, event: LabelEvent) -> None:
    base = _by_id(database, event.builds_on) if event.builds_on else None
    if event.builds_on and (base is None or _subject(base) != _subject(event)):
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
    since = select(
        database,
        "object = :object AND question = :question AND version = :version AND who = :who AND seq > :seq",
        thread,
    )
    if since:
        raise StaleEditError(since[-1])


def _subject(event: LabelEvent) -> tuple[str, str, int]:
    """Return what an event is about: object, question and its version."""
    return event.object, event.question, event.version


def _by_id(database: sqlite3.Connection, event_id: str) -> LabelEvent | None:
    found = select(database, "id = :id", {"id": event_id})
    return found[0] if found else None


def newest(database: sqlite3.Connection) -> int:
    """Return the place of the last event in the log; 0 in an empty one."""
    return int(database.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def select(database: sqlite3.Connection, where: str, values: Mapping[str, str | int]) -> list[LabelEvent]:
    """Return the events for which a condition holds, in the order of the log."""
    statement = f"SELECT {COLUMNS} FROM event WHERE {where} ORDER BY seq"  # noqa: S608 - our own words
    return [from_row(row) for row in database.execute(statement, values)]
