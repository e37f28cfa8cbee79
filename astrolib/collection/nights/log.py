"""What is done to the ledger inside one transaction: append an event, and let its entry follow."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable

from astrolib.collection.nights import entry as entries
from astrolib.collection.nights.entry import HOLDS, Entry
from astrolib.collection.nights.event import LedgerEvent
from astrolib.collection.nights.schema import INSERT, events, to_row
from astrolib.collection.nights.sorting import beside_each_other
from astrolib.core.errors import RefusedError


def append(database: sqlite3.Connection, event: LedgerEvent) -> None:
    """Store a new event, and let its entry follow."""
    database.execute(INSERT, to_row(event))
    follow(database, event)


def repeated(database: sqlite3.Connection, event: LedgerEvent) -> bool:
    """Say whether an event is in the ledger already, sent again after its answer was lost.

    Raises
    ------
    RefusedError
        If its id belongs to another event.
    """
    known = events(database, "id = ?", (event.id,))
    if not known:
        return False
    if _without_from(known[0]) != _without_from(event):
        raise RefusedError(
            f"event {event.id} is another one", where=event.subject, remedy="make a new id for a new event"
        )
    return True


def _without_from(event: LedgerEvent) -> tuple[object, ...]:
    """Return what a person meant: the state from which a move went may be another by now."""
    told = {name: value for name, value in event.value.items() if name != "from"}
    return event.subject, event.kind, event.who, json.dumps(told, sort_keys=True)


def follow(database: sqlite3.Connection, event: LedgerEvent) -> None:
    """Let the entry follow from an event that is in the ledger.

    An event that came with another ledger may not fit any more: it stays in the history, and changes nothing.
    """
    found = entries.select(database, "id = ?", (event.subject,))
    if event.kind == "add":
        if not found:
            _add(database, event)
    elif found:
        changed = _CHANGES[event.kind](database, found[0], event)
        if changed != found[0]:
            entries.put(database, changed)


def recount(database: sqlite3.Connection, night: str) -> None:
    """Count the open questions of a night's frames anew: what one frame is bears on the others."""
    frames = [one for one in entries.frames(database, night) if "file" in one.facts]
    files = beside_each_other([one.file for one in frames])
    for frame, file in zip(frames, files, strict=True):
        if frame.open != len(file.doubts):
            entries.put(database, dataclasses.replace(frame, open=len(file.doubts)))


def _add(database: sqlite3.Connection, event: LedgerEvent) -> None:
    told = event.value
    level, parent = str(told["level"]), str(told["parent"])
    above = entries.get(database, parent).level if parent else ""
    if level not in HOLDS[above]:
        raise RefusedError(
            f"a {level} does not belong into a {above or 'ledger'}",
            where=str(told["name"]),
            remedy=f"add a {' or a '.join(HOLDS[above]) or 'sister'}",
        )
    made = Entry(event.subject, level, parent, str(told["name"]), "created", dict(told.get("facts", {})))
    entries.put(database, made)


def _edit(_database: sqlite3.Connection, entry: Entry, event: LedgerEvent) -> Entry:
    facts = {**entry.facts, **event.value.get("facts", {})}
    return dataclasses.replace(entry, name=str(event.value.get("name") or entry.name), facts=facts)


def _move(_database: sqlite3.Connection, entry: Entry, event: LedgerEvent) -> Entry:
    fits = event.value["from"] == entry.state
    return dataclasses.replace(entry, state=str(event.value["to"])) if fits else entry


def _place(database: sqlite3.Connection, entry: Entry, event: LedgerEvent) -> Entry:
    parent = str(event.value["parent"])
    above = entries.select(database, "id = ?", (parent,))
    fits = bool(above) and entry.level in HOLDS[above[0].level]
    return dataclasses.replace(entry, parent=parent) if fits else entry


def _answer(_database: sqlite3.Connection, entry: Entry, event: LedgerEvent) -> Entry:
    about, answer = str(event.value["about"]), str(event.value["answer"])
    answers = {key: said for key, said in entry.facts.get("answers", {}).items() if key != about}
    if answer:
        answers[about] = answer
    return dataclasses.replace(entry, facts={**entry.facts, "answers": answers})


_CHANGES: dict[str, Callable[[sqlite3.Connection, Entry, LedgerEvent], Entry]] = {
    "edit": _edit,
    "move": _move,
    "place": _place,
    "answer": _answer,
}
