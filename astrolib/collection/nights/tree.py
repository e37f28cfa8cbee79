"""All that the ledger holds above its frames, as people look through it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from astrolib.collection.nights import entry as entries
from astrolib.collection.nights.entry import Entry


@dataclass(frozen=True)
class Branch:
    """A survey, project, night or field.

    Parameters
    ----------
    entry : Entry
        What it is.
    frames : int
        How many frames it holds, in all that is below it.
    open : int
        How many questions about them wait for an answer.
    """

    entry: Entry
    frames: int
    open: int


def tree(database: sqlite3.Connection) -> list[Branch]:
    """Return surveys, projects, nights and fields, each before what it holds."""
    below: dict[str, list[Entry]] = defaultdict(list)
    for one in entries.select(database, "level <> 'frame'"):
        below[one.parent].append(one)
    counted = "SELECT parent, count(*), sum(open) FROM entry WHERE level = 'frame' GROUP BY parent"
    counts = {parent: (frames, waiting) for parent, frames, waiting in database.execute(counted)}
    return _branches("", below, counts)


def _branches(parent: str, below: dict[str, list[Entry]], counts: dict[str, tuple[int, int]]) -> list[Branch]:
    found = []
    for one in below[parent]:
        inside = _branches(one.id, below, counts)
        own = [each for each in inside if each.entry.parent == one.id]
        frames, waiting = counts.get(one.id, (0, 0))
        frames += sum(each.frames for each in own)
        waiting += sum(each.open for each in own)
        found += [Branch(one, frames, waiting), *inside]
    return found
