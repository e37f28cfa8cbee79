"""Where frames belong: those that are sure are loaded, and those of the sky go into their fields."""

from __future__ import annotations

import math
import sqlite3

import astropy.units as u
from astropy.coordinates import Angle

from astrolib.collection.nights import entry as entries
from astrolib.collection.nights import log
from astrolib.collection.nights.entry import Entry
from astrolib.collection.nights.event import LedgerEvent
from astrolib.collection.nights.sorted_file import SortedFile
from astrolib.collection.nights.sorting import beside_each_other

FIELD = 0.5
"""Frames of one name belong to one field when they point to places closer than this [deg]."""


def arrange(database: sqlite3.Connection, night: str, who: str) -> None:
    """Move the frames of a night that have become sure to ``loaded``, and back those in doubt again."""
    frames = [one for one in entries.frames(database, night) if "file" in one.facts]
    for frame, file in zip(frames, beside_each_other([one.file for one in frames]), strict=True):
        sure = not file.doubts and not file.left_out
        if sure and frame.state == "created":
            if file.kind == "science":
                _place(database, frame, _field(database, night, file, who), who)
            _move(database, frame, "loaded", who)
        elif not sure and frame.state == "loaded":
            _place(database, frame, night, who)
            _move(database, frame, "created", who)
    log.recount(database, night)


def _move(database: sqlite3.Connection, frame: Entry, to: str, who: str) -> None:
    log.append(database, LedgerEvent(frame.id, "move", {"from": frame.state, "to": to}, who))


def _place(database: sqlite3.Connection, frame: Entry, parent: str, who: str) -> None:
    if frame.parent != parent:
        log.append(database, LedgerEvent(frame.id, "place", {"parent": parent}, who))


def _field(database: sqlite3.Connection, night: str, file: SortedFile, who: str) -> str:
    """Return the field that a frame belongs to, added where it is new."""
    fields = entries.select(database, "parent = ? AND level = 'field'", (night,))
    place = place_name(file.ra, file.dec)
    for name in (file.target or place, f"{file.target} {place}".strip()):
        known = next((one for one in fields if one.name == name), None)
        if known is None:
            facts = {"ra": file.ra, "dec": file.dec}
            made = entries.identity("field", night, name)
            told = {"level": "field", "parent": night, "name": name, "facts": facts}
            log.append(database, LedgerEvent(made, "add", told, who))
            return made
        if _apart(known, file) < FIELD:
            return known.id
    return known.id if known else night


def place_name(ra: float, dec: float) -> str:
    """Return a place on the sky [deg] as the name of a field, as in ``1403+5421``."""
    hours = Angle(ra, u.deg).to_string(u.hour, sep="", precision=0, pad=True)
    degrees = Angle(dec, u.deg).to_string(u.deg, sep="", precision=0, pad=True, alwayssign=True)
    return f"{hours[:4]}{degrees[:5]}"


def _apart(field: Entry, file: SortedFile) -> float:
    """Return how far a frame points from its field's place [deg]; 0 where that is not known."""
    ra, dec = field.facts.get("ra"), field.facts.get("dec")
    if ra is None or dec is None:
        return 0.0
    across = ((file.ra - ra + 180) % 360 - 180) * math.cos(math.radians(dec))
    return math.hypot(across, file.dec - dec)
