"""What a reduction did, for the ledger: an extract that a ledger takes in once."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from astrolib.collection.nights import Ledger
from astrolib.images.night import Night
from astrolib.images.summary import Summary

WHO = "reduce_night"
"""The program in whose name frames are moved."""


def write_record(done: Night, path: Path) -> None:
    """Write the ledger's extract of a night: its files, and which of them were reduced to what.

    Parameters
    ----------
    done : Night
        What became of each file.
    path : Path
        ``ledger.sqlite``, written whole or not at all.
    """
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "night.sqlite")
        night = ledger.night(done.name, WHO)
        ledger.add_frames(night, done.files, WHO)
        _move(ledger, night, done)
        ledger.extract(night, path)


def _move(ledger: Ledger, night: str, done: Night) -> None:
    """Move the frames that gave a product, and say of the others why they gave none."""
    products: dict[str, list[Summary]] = defaultdict(list)
    for summary in done.frames:
        products[summary.file].append(summary)
    for frame in ledger.frames(night):
        made = products.get(frame.id, [])
        if made:
            _say(ledger, frame.id, made)
        elif frame.id in done.reasons:
            ledger.edit(frame.id, WHO, rejected=done.reasons[frame.id])
        if made and frame.state == "loaded":
            ledger.move(frame.id, "reduced", WHO)
    _move_above(ledger, night)


def _say(ledger: Ledger, frame: str, made: list[Summary]) -> None:
    ledger.edit(
        frame,
        WHO,
        products=[one.name for one in made],
        seeing=min(one.seeing for one in made),
        depth=min(one.depth for one in made),
    )


def _move_above(ledger: Ledger, night: str) -> None:
    """Move the fields of which a frame is reduced, and the night."""
    fields = [one for one in ledger.children(night) if one.level == "field"]
    reduced = [one.id for one in fields if any(each.state == "reduced" for each in ledger.children(one.id))]
    for entry in [*reduced, night] if reduced else []:
        for state in ("loaded", "reduced"):
            ledger.move(entry, state, WHO)
