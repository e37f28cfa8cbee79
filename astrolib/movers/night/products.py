"""What a search leaves in a folder: its tables, and the cutouts that a person blinks.

Pairs of trails lie in a folder of their own, `PAIRS`, with the same files: two frames say where an object
went, not that it is one, so that nobody takes them for movers seen three times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.files import whole_file
from astrolib.images.frame import ReducedFrame
from astrolib.movers.blink.files import write_blinks
from astrolib.movers.tracklets.tables import PAIR

OPTIONAL = ("planted",)
"""Tables that are there only where they hold something."""

PAIRS = "pairs"
"""The folder of the two-trail pairs, in that of the movers."""


def write_cutouts(
    folder: Path, frames: Sequence[ReducedFrame], tracklets: QTable, detections: QTable
) -> None:
    """Write ``blink/``, and ``pairs/blink/`` where there are pairs."""
    for place, chosen in _parts(folder, tracklets):
        write_blinks(place / "blink", frames, tracklets[chosen], detections)


def write_tables(folder: Path, tracklets: QTable, detections: QTable, more: Mapping[str, QTable]) -> None:
    """Write ``tracklets.ecsv`` and ``detections.ecsv``, of pairs apart; and further tables by name.

    What an earlier search left in the same folder is replaced, tables of which nothing is left by empty ones.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    tracklets, detections : QTable
        Of the schemas `TRACKLET` and `DETECTION`.
    more : mapping of str to QTable
        Tables by the name of their file; an empty `OPTIONAL` one only where there was one before.
    """
    for place, chosen in _parts(folder, tracklets):
        own = np.isin(detections["tracklet_id"], tracklets["tracklet_id"][chosen])
        _write(place, {"tracklets": tracklets[chosen], "detections": detections[own]})
    there = {name for name in more if name not in OPTIONAL or (folder / f"{name}.ecsv").exists()}
    _write(folder, {name: table for name, table in more.items() if len(table) or name in there})


def _parts(folder: Path, tracklets: QTable) -> list[tuple[Path, NDArray[np.bool_]]]:
    """Return where the movers go, and the pairs if there are any, or were, and which tracklets they are."""
    pairs = np.asarray(tracklets["kind"], dtype=str) == PAIR
    apart = [(folder / PAIRS, pairs)] if pairs.any() or (folder / PAIRS).is_dir() else []
    return [(folder, ~pairs), *apart]


def _write(folder: Path, tables: Mapping[str, QTable]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        with whole_file(folder / f"{name}.ecsv") as temporary:
            table.write(temporary, format="ascii.ecsv", overwrite=True)
