"""The two tables of a search that a report is made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable
from astropy.time import Time

from astrolib.core.errors import UnreadableFileError

TRACKLETS, DETECTIONS, PLANTED = "tracklets.ecsv", "detections.ecsv", "planted.ecsv"

_BLANKS: dict[str, Any] = {"f": np.nan, "U": "", "S": b"", "O": "", "i": 0, "u": 0, "b": True}
_MEASURED = ("tracklet_id", "obstime", "ra", "dec", "mag", "band", "frame")


def read_tables(tracklets: Path) -> tuple[QTable, QTable]:
    """Read ``tracklets.ecsv``, given as it is or by its folder, and the ``detections.ecsv`` beside it.

    What a ``planted.ecsv`` beside them lists is marked as planted, whatever the tracklets say themselves.

    Raises
    ------
    UnreadableFileError
        If one is not there, is no ECSV, lacks a column, or names a tracklet twice.
    """
    if tracklets.is_dir():
        tracklets = tracklets / TRACKLETS
    found = _table(tracklets, ("tracklet_id",))
    names = [str(name) for name in found["tracklet_id"]]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise UnreadableFileError(
            f"two tracklets are called {twice!r}", where=tracklets.name, remedy="name each once"
        )
    return _with_fakes(found, tracklets), _table(tracklets.with_name(DETECTIONS), _MEASURED)


def _with_fakes(tracklets: QTable, path: Path) -> QTable:
    beside = path.with_name(PLANTED)
    if not beside.is_file():
        return tracklets
    fakes = {str(name) for name in _table(beside, ("tracklet_id",))["tracklet_id"]}
    said = tracklets["planted"] if "planted" in tracklets.colnames else [False] * len(tracklets)
    tracklets["planted"] = [
        is_planted(one) or str(name) in fakes
        for one, name in zip(said, tracklets["tracklet_id"], strict=True)
    ]
    return tracklets


def is_planted(value: Any) -> bool:
    """Return whether a cell calls a tracklet planted; one that says nothing does."""
    return value is np.ma.masked or str(value).strip().lower() not in ("false", "0")


def _table(path: Path, needed: Sequence[str]) -> QTable:
    if not path.is_file():
        raise UnreadableFileError("no such file", where=path, remedy="find_movers writes it")
    try:
        table = QTable.read(path, format="ascii.ecsv")
    except Exception as error:  # astropy's parsers raise anything
        raise UnreadableFileError(f"not ECSV ({error})", where=path.name, remedy="write it again") from error
    if missing := [name for name in needed if name not in table.colnames]:
        raise UnreadableFileError(
            f"no column {missing[0]!r}", where=path.name, remedy="find_movers writes it"
        )
    return table


def plain(table: QTable) -> QTable:
    """Return a copy with times as texts, and without masks.

    A masked cell is NaN, '' or 0, and yes where it is a yes or no: nothing under a mask counts as measured,
    and what may be planted counts as planted.
    """
    table = table.copy()
    for name in table.colnames:
        column = table[name]
        if isinstance(column, Time):
            table[name] = Time(column.utc, precision=6).isot
        elif hasattr(column, "filled") and np.any(column.mask):
            table[name] = column.filled(_BLANKS[column.dtype.kind])
    return table
