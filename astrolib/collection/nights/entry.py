"""What the ledger holds: surveys, projects, nights, fields and frames, each below another."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from astrolib.collection.nights import doubts
from astrolib.collection.nights.sorted_file import SortedFile
from astrolib.core.errors import RefusedError

HOLDS = {
    "": ("survey",),
    "survey": ("project",),
    "project": ("night",),
    "night": ("field", "frame"),
    "field": ("frame",),
    "frame": (),
}

_COLUMNS = "id, level, parent, name, state, facts, open"


@dataclass(frozen=True)
class Entry:
    """One survey, project, night, field or frame as it is now.

    Parameters
    ----------
    id : str
        16 hex digits: for a frame those of its file, else of its name and place.
    level : str
        survey, project, night, field or frame.
    parent : str
        Id of what holds it; '' for a survey.
    name : str
        What people call it.
    state : str
        One of `STATES`.
    facts : mapping
        What else is known of it, as JSON holds it; ``note`` is a person's.
    open : int
        How many questions about it wait for an answer.
    """

    id: str
    level: str
    parent: str
    name: str
    state: str = "created"
    facts: Mapping[str, Any] = field(default_factory=dict)
    open: int = 0

    @property
    def file(self) -> SortedFile:
        """The raw file of a frame, as found and with all that people answered."""
        said = dict(self.facts["file"])
        said = {name: math.nan if value is None else value for name, value in said.items()}
        said["shape"] = tuple(said["shape"])
        said["pointings"] = {
            keys: tuple(math.nan if value is None else value for value in place)
            for keys, place in said["pointings"].items()
        }
        file = SortedFile(**said)
        for about, answer in self.facts.get("answers", {}).items():
            file = doubts.settled(file, about, answer)
        return file


def identity(level: str, parent: str, name: str) -> str:
    """Return the id of what is no frame: of one place and name there is one, in every ledger."""
    return hashlib.sha256(f"{level}\0{parent}\0{name}".encode()).hexdigest()[:16]


def facts_of(file: SortedFile) -> dict[str, Any]:
    """Return a file as it was found, as JSON holds it: a number that is not known is null."""
    said = dataclasses.asdict(file) | dict(file.replaced)
    for name in ("settled", "replaced", "night_bias", "night_flat"):  # follow from the ledger
        del said[name]
    return {"file": json.loads(json.dumps(said), parse_constant=lambda _: None)}


def get(database: sqlite3.Connection, entry_id: str) -> Entry:
    """Return an entry.

    Raises
    ------
    RefusedError
        If it is not there.
    """
    found = select(database, "id = ?", (entry_id,))
    if not found:
        raise RefusedError(
            "nothing of this id in the ledger", where=entry_id, remedy="look at the ledger again"
        )
    return found[0]


def select(database: sqlite3.Connection, where: str, values: tuple[Any, ...] = ()) -> list[Entry]:
    """Return the entries for which a condition holds, by name."""
    statement = f"SELECT {_COLUMNS} FROM entry WHERE {where} ORDER BY name, id"  # noqa: S608 - our own words
    return [_of_row(row) for row in database.execute(statement, values)]


def _of_row(row: tuple[Any, ...]) -> Entry:
    entry_id, level, parent, name, state, facts, count = row
    return Entry(entry_id, level, parent, name, state, json.loads(facts), count)


def put(database: sqlite3.Connection, entry: Entry) -> None:
    """Write an entry in place of what was there."""
    facts = json.dumps(entry.facts, ensure_ascii=True)
    row = (entry.id, entry.level, entry.parent, entry.name, entry.state, facts, entry.open)
    database.execute(f"INSERT OR REPLACE INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608


def frames(database: sqlite3.Connection, night: str) -> list[Entry]:
    """Return the frames of a night, in its fields and outside."""
    below = "parent = ? OR parent IN (SELECT id FROM entry WHERE parent = ? AND level = 'field')"
    return select(database, f"level = 'frame' AND ({below})", (night, night))


def night_of(database: sqlite3.Connection, entry: Entry) -> str:
    """Return the id of the night that holds a field or frame; its own for a night, '' above."""
    while entry.level in ("field", "frame"):
        entry = get(database, entry.parent)
    return entry.id if entry.level == "night" else ""
