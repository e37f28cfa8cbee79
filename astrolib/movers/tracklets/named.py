"""Names of tracklets that no other run gives: what people say of one is then never taken for another's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from astropy.table import QTable

from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.tables import SAME_AS

_DIGITS = 10


def named(tracklets: QTable, detections: QTable) -> tuple[QTable, QTable]:
    """Return copies of both tables in which tracklets are named after their first and last position.

    The names tell neither the order in which tracklets were found nor by which search; the same tracklet,
    found again, has the same name.

    Parameters
    ----------
    tracklets, detections : QTable
        With ``tracklet_id``; every tracklet has detections.
    """
    names = _names(tracklets, detections)
    return _renamed(tracklets, "tracklet_id", names), _renamed(detections, "tracklet_id", names)


def all_named(found: Found) -> Found:
    """Return what was found, named as by `named`, also where what was removed speaks of a tracklet."""
    names = _names(found.tracklets, found.detections)
    twins = {SAME_AS + old: SAME_AS + new for old, new in names.items()}
    return Found(*named(found.tracklets, found.detections), _renamed(found.removed, "filter", twins))


def _names(tracklets: QTable, detections: QTable) -> dict[str, str]:
    old = np.asarray(detections["tracklet_id"], str)
    return {str(name): _name(detections[old == str(name)]) for name in tracklets["tracklet_id"]}


def _renamed(table: QTable, column: str, names: Mapping[str, str]) -> QTable:
    """Return a copy of a table in which the words of a column have other names."""
    table = table.copy()
    table[column] = np.array([names.get(str(name), str(name)) for name in table[column]], str)
    return table


def _name(rows: QTable) -> str:
    order = np.argsort(np.asarray(rows["obstime"], str), kind="stable")
    told = [
        f"{row['obstime']} {row['ra'].to_value('deg'):.4f} {row['dec'].to_value('deg'):.4f}"
        for row in (rows[order[0]], rows[order[-1]])
    ]
    return f"m{hashlib.sha256('|'.join(told).encode()).hexdigest()[:_DIGITS]}"
