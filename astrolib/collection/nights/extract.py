"""What a ledger knows of one night, as a file: written by a run, and taken into another ledger once."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from astrolib.collection.nights import connection, log, schema
from astrolib.collection.nights import entry as entries
from astrolib.collection.nights.event import LedgerEvent
from astrolib.core.errors import AstrolibError, HostileFileError, RefusedError
from astrolib.core.files import whole_file

MOST_EVENTS = 1_000_000
"""More than a survey makes in a night; a file that claims more is not believed."""


def extract(database: sqlite3.Connection, night: str, path: Path) -> None:
    """Write the events of a night, and of what holds it, into a ledger of its own at `path`."""
    subjects = _subjects(database, night)
    marks = ", ".join("?" * len(subjects))
    told = schema.events(database, f"subject IN ({marks})", tuple(subjects))
    with whole_file(path) as temporary:
        connection.prepare(temporary, journal="DELETE")
        with connection.writing(temporary) as copy:
            for event in told:
                log.append(copy, event)
            log.recount(copy, night)


def take_in(database: sqlite3.Connection, path: Path) -> int:
    """Append the events of an extract that are new here; see `Ledger.take_in`."""
    told = _read(path)
    elsewhere = _elsewhere(database, told)
    new, nights = 0, set()
    try:
        for event in (_here(each, elsewhere) for each in told):
            if event is None or schema.events(database, "id = ?", (event.id,)):
                continue
            log.append(database, event)
            nights.add(entries.night_of(database, entries.get(database, event.subject)))
            new += 1
        for night in filter(None, nights):
            log.recount(database, night)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _no_extract(path, str(error)) from error
    return new


def _subjects(database: sqlite3.Connection, night: str) -> list[str]:
    """Return the ids of a night, of what holds it and of what it holds."""
    here = entries.get(database, night)
    if here.level != "night":
        raise RefusedError(f"a {here.level} is no night", where=here.name, remedy="give a night")
    project = entries.get(database, here.parent)
    fields = entries.select(database, "parent = ? AND level = 'field'", (night,))
    frames = entries.frames(database, night)
    return [project.parent, project.id, night, *(one.id for one in (*fields, *frames))]


def _read(path: Path) -> list[LedgerEvent]:
    """Read the events of a file that somebody else made, without trusting what else is in it."""
    if not path.is_file():
        raise RefusedError("no such file", where=path, remedy="give the ledger.sqlite of a reduced night")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            made = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'event' AND type = 'table'")
            if made.fetchone() != (schema.EVENT,):  # a view of that name could hold anything
                raise _no_extract(path, "its table of events is not ours")
            if database.execute("SELECT count(*) FROM event").fetchone()[0] > MOST_EVENTS:
                raise HostileFileError("too many events", where=path, remedy="do not trust this file")
            return schema.events(database)
    except (sqlite3.Error, ValueError, TypeError, json.JSONDecodeError) as error:
        raise _no_extract(path, str(error)) from error


def _elsewhere(database: sqlite3.Connection, told: list[LedgerEvent]) -> dict[str, str]:
    """Return the extract's night and the one that holds its frames here, where that is another one."""
    nights = {one.subject for one in told if one.kind == "add" and one.value["level"] == "night"}
    frames = [one.subject for one in told if one.kind == "add" and one.value["level"] == "frame"]
    held = {
        entries.night_of(database, known)
        for frame in frames
        for known in entries.select(database, "id = ?", (frame,))
    }
    same = len(nights) != 1 or len(held) != 1 or nights == held
    return {} if same else {nights.pop(): held.pop()}


def _here(event: LedgerEvent, elsewhere: dict[str, str]) -> LedgerEvent | None:
    """Return an event about the night that is known here; None where it only says where things lie."""
    if not elsewhere:
        return event
    if event.kind == "place" or (event.kind == "add" and event.value["level"] != "frame"):
        return None
    if event.kind == "add":
        return dataclasses.replace(event, value={**event.value, "parent": next(iter(elsewhere.values()))})
    return dataclasses.replace(event, subject=elsewhere.get(event.subject, event.subject))


def _no_extract(path: Path, why: str) -> AstrolibError:
    return RefusedError(
        f"no extract of a ledger ({why})", where=path, remedy="make it anew with reduce_night"
    )
