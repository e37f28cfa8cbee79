"""How near the known objects of a field come to a tracklet, in position and in motion.

The position may be off by 10 arcsec, or by three times the error of the ephemeris where that is more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.archive import KnownObjects
from astrolib.core.schema import Column, TableSchema

SURE = 10.0
"""Up to which separation any known object matches [arcsec]."""

MATCH = TableSchema(
    "known objects near a tracklet",
    (
        Column("tracklet_id", "str", "which tracklet"),
        Column("known_name", "str", "what the object is called"),
        Column("epochs", "int", "at how many of the tracklet's epochs the object was near"),
        Column("oc_ra", "float", "observed minus computed, with cos dec, median over the epochs", "arcsec"),
        Column("oc_dec", "float", "observed minus computed, median over the epochs", "arcsec"),
        Column("separation", "float", "median over the epochs", "arcsec"),
        Column("tolerance", "float", "up to which a separation is a match", "arcsec"),
        Column("rate_difference", "float", "between the two motions, as vectors", "arcsec / min"),
        Column("rate_tolerance", "float", "up to which a motion is a match", "arcsec / min"),
        Column("mag", "float", "magnitude in V, as predicted"),
        Column("matches", "bool", "whether position and motion agree"),
    ),
)
"""One row for each known object that stood within `LOOK` of a tracklet, and for each that matches."""

LOOK = 120.0
"""Known objects this near are listed with the tracklet, whether they match or not [arcsec]."""

_RATE_SHARE, _RATE_LEAST = 0.05, 0.02  # of the rate, and [arcsec/min]: parallax and the ephemeris' own error


def near(
    tracklet: QTable.Row, detections: QTable, of_row: NDArray[np.intp], answers: list[KnownObjects]
) -> Iterator[dict[str, object]]:
    """Go through the known objects near one tracklet, as rows of `MATCH`.

    `of_row` tells for each detection which of the `answers` is about its epoch.
    """
    found: dict[str, list[tuple[float, float, float, float, float, float]]] = {}
    for index in np.flatnonzero(detections["tracklet_id"] == tracklet["tracklet_id"]):
        known = answers[of_row[index]].table
        if not len(known):
            continue
        east, north = _offsets(detections[index], known)
        error = np.nan_to_num(known["error"].to_value("arcsec"))
        for nearby in np.flatnonzero(np.hypot(east, north) <= np.maximum(LOOK, 3 * error)):
            row = known[nearby]
            motion = (row["rate_ra"].value, row["rate_dec"].value)
            found.setdefault(str(row["name"]), []).append(
                (east[nearby], north[nearby], error[nearby], *motion, float(row["mag"]))
            )
    for name, seen in found.items():
        match = _match(tracklet, name, np.array(seen))
        if match["matches"] or match["separation"] <= LOOK:
            yield match


def _offsets(detection: QTable.Row, known: QTable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far a detection stands east and north of known objects [arcsec]."""
    here = SkyCoord(detection["ra"], detection["dec"])
    east, north = SkyCoord(known["ra"], known["dec"]).spherical_offsets_to(here)
    return east.to_value("arcsec"), north.to_value("arcsec")


def _match(tracklet: QTable.Row, name: str, seen: NDArray[np.float64]) -> dict[str, Any]:
    oc_ra, oc_dec, error, rate_ra, rate_dec, mag = np.median(seen, axis=0)
    angle, rate = tracklet["position_angle"].to_value("rad"), tracklet["rate"].to_value("arcsec/min")
    difference = np.hypot(rate * np.sin(angle) - rate_ra, rate * np.cos(angle) - rate_dec)
    own = np.hypot(
        np.nan_to_num(tracklet["rate_err"].to_value("arcsec/min")),
        rate * np.nan_to_num(tracklet["position_angle_err"].to_value("rad")),
    )
    separation, tolerance = np.hypot(oc_ra, oc_dec), max(SURE, 3 * error)
    rate_tolerance = max(3 * own, _RATE_SHARE * rate, _RATE_LEAST)
    return {
        "tracklet_id": str(tracklet["tracklet_id"]),
        "known_name": name,
        "epochs": len(seen),
        "oc_ra": oc_ra,
        "oc_dec": oc_dec,
        "separation": separation,
        "tolerance": tolerance,
        "rate_difference": difference,
        "rate_tolerance": rate_tolerance,
        "mag": mag,
        "matches": bool(separation <= tolerance and difference <= rate_tolerance),
    }
