"""Names of tracklets that no other run gives: what people say of one is then never taken for another's."""

from __future__ import annotations

import hashlib

import numpy as np
from astropy.table import QTable

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
    tracklets, detections = tracklets.copy(), detections.copy()
    old = np.asarray(detections["tracklet_id"], str)
    names = {str(name): _name(detections[old == str(name)]) for name in tracklets["tracklet_id"]}
    for table in (tracklets, detections):
        table["tracklet_id"] = np.array(
            [names.get(str(name), str(name)) for name in table["tracklet_id"]], str
        )
    return tracklets, detections


def _name(rows: QTable) -> str:
    order = np.argsort(np.asarray(rows["obstime"], str), kind="stable")
    told = [
        f"{row['obstime']} {row['ra'].to_value('deg'):.4f} {row['dec'].to_value('deg'):.4f}"
        for row in (rows[order[0]], rows[order[-1]])
    ]
    return f"m{hashlib.sha256('|'.join(told).encode()).hexdigest()[:_DIGITS]}"
