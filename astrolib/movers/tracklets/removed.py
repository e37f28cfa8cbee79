"""Rows of the trail of what was removed: a candidate at its place, or a tracklet at its first."""

from __future__ import annotations

from typing import Any

import numpy as np
from astropy.table import QTable

from astrolib.movers.frames.registered import Registered


def removed_tracklet(
    tracklet: Any, detections: QTable, stage: str, reason: str, amount: float, limit: float = np.nan
) -> dict[str, Any]:
    """Return the row of the trail of what was removed for a tracklet, at its first place.

    Parameters
    ----------
    tracklet : QTable.Row
        Which.
    detections : QTable
        Its own and perhaps others'.
    stage, reason : str
        That removed it, and why.
    amount, limit : float
        What it has of what is asked, and what is asked.
    """
    first = detections[np.asarray(detections["tracklet_id"]) == str(tracklet["tracklet_id"])][0]
    return {
        "stage": stage,
        "filter": reason,
        "amount": amount,
        "limit": limit,
        "kind": "",
        "frame": str(first["frame"]),
        "x": float(first["x"]),
        "y": float(first["y"]),
        "ra": float(first["ra"].value),
        "dec": float(first["dec"].value),
        "rate": float(tracklet["rate"].value),
        "snr": float(tracklet["snr"]),
    }


def removed_place(field: Registered, number: int, x: float, y: float, told: dict[str, Any]) -> dict[str, Any]:
    """Return the row of what was removed at a place of the grid.

    Parameters
    ----------
    field : Registered
        The frames.
    number : int
        The frame in which it is told.
    x, y : float
        On the grid [pixel].
    told : dict
        The other columns of `astrolib.movers.tracklets.tables.REMOVED` that are known.
    """
    ra, dec = field.to_sky(np.array(x), np.array(y))
    column, row = field.to_frame(number, np.array(x), np.array(y))
    place = {"x": float(column), "y": float(row), "ra": float(ra), "dec": float(dec)}
    return {"frame": field.originals[number].name} | place | told
