"""Which tracklets hold a planted source."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.table import QTable, Row

from astrolib.movers.tracklets.tables import PLANTED

MATCHED = 2.0
"""A detection this near to a planted source, or further by half its trail, may be of it [arcsec]."""


def mark_planted(tracklets: QTable, detections: QTable, fakes: QTable) -> tuple[QTable, QTable]:
    """Mark the tracklets that hold a planted source.

    One detection that may be of a planted source is enough: rather a mover is left out than a fake reported.

    Parameters
    ----------
    tracklets, detections : QTable
        What was found in the frames that `plant` gave.
    fakes : QTable
        The truth that it gave.

    Returns
    -------
    tracklets : QTable
        A copy with ``planted`` set.
    planted : QTable
        Of the schema `PLANTED`, one row a marked tracklet, with the true magnitude.
    """
    marked = tracklets.copy()
    near: dict[str, list[float]] = {str(name): [] for name in tracklets["tracklet_id"]}
    for frame in np.unique(np.asarray(fakes["frame"], str)):
        there = detections[np.asarray(detections["frame"], str) == frame]
        for row, mag in _near(there, fakes[np.asarray(fakes["frame"], str) == frame]):
            near.get(str(row["tracklet_id"]), []).append(mag)
    marked["planted"] = np.array([bool(near[str(name)]) for name in marked["tracklet_id"]], dtype=bool)
    rows = [
        {"tracklet_id": name, "kind": "mover", "mag": float(np.median(mags))}
        for name, mags in near.items()
        if mags
    ]
    return marked, PLANTED.table(rows)


def _near(detections: QTable, fakes: QTable) -> list[tuple[Row, float]]:
    """Return the detections of one frame that may be of a planted source, with its magnitude."""
    found = []
    ra, dec, mag = fakes["ra"].to_value("deg"), fakes["dec"].to_value("deg"), fakes["mag"].to_value("mag")
    for row in detections:
        place = row["ra"].to_value("deg"), row["dec"].to_value("deg")
        east = (ra - place[0] + 180.0) % 360.0 - 180.0
        apart = 3600.0 * np.hypot(east * np.cos(np.radians(place[1])), dec - place[1])
        trail = np.nan_to_num((row["trail_length"] / 2).to_value(u.arcsec))
        nearest = int(np.argmin(apart))
        if apart[nearest] <= MATCHED + trail:
            found.append((row, float(mag[nearest])))
    return found
