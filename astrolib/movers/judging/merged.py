"""The tracklets of all stages as one: the same mover found twice is one tracklet, the better one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import astropy.units as u
import numpy as np
from astropy.table import QTable, vstack
from numpy.typing import NDArray

from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.removed import removed_tracklet
from astrolib.movers.tracklets.tables import DETECTION, REMOVED, SAME_AS, TRACKLET

Values = NDArray[np.float64]
Sources = dict[str, tuple[float, float, float]]

_SAME = 2.0  # rows of one frame so near each other are one source; and half a trail [arcsec]
_OWN = 2  # sources of a tracklet that no other has
_FASTEST_POINT = 4.0  # faster movers are measured best as trails [arcsec/min]
_PREFERRED = 2.0  # by what the significance of the stage counts more that is made for the rate
_SLOWEST_FREE = 0.15  # slower ones are measured best together with the static sky [arcsec/min]


def merge(stages: Sequence[Found]) -> Found:
    """Return one set of tables, without duplicates.

    Two tracklets are one mover if they share sources in two frames. The better is the more significant,
    where the stage that is made for the rate counts more; the ordinary search adds what no other stage has.
    What consists of the sources of several better ones is none.
    """
    tracklets = stacked([stage.tracklets for stage in stages], TRACKLET.table())
    detections = stacked([stage.detections for stage in stages], DETECTION.table())
    removed = stacked([stage.removed for stage in stages], REMOVED.table())
    sources = {str(name): _sources(detections, str(name)) for name in tracklets["tracklet_id"]}
    order = sorted(range(len(tracklets)), key=lambda row: _rank(tracklets[row]), reverse=True)
    kept: list[int] = []
    trail = []
    for row in order:
        name = str(tracklets["tracklet_id"][row])
        better = {_name(tracklets, other): sources[_name(tracklets, other)] for other in kept}
        twin = next((other for other, their in better.items() if _same(sources[name], their)), None)
        if twin is not None:
            trail.append(_removed(tracklets[row], detections, SAME_AS + twin))
        elif len(sources[name]) > 2 and _own(sources[name], better.values()) < _OWN:
            trail.append(_removed(tracklets[row], detections, "made of others' sources"))
        else:
            kept.append(row)
    kept.sort()
    names = set(map(str, tracklets["tracklet_id"][kept]))
    rows = [number for number, name in enumerate(detections["tracklet_id"]) if str(name) in names]
    return Found(tracklets[kept], detections[rows], stacked([removed, REMOVED.table(trail)], REMOVED.table()))


def stacked(tables: Sequence[QTable], empty: QTable) -> QTable:
    """Return tables as one; `empty` where none has a row."""
    filled = [table for table in tables if len(table)]
    return vstack(filled, metadata_conflicts="silent") if filled else empty


def _name(tracklets: QTable, row: int) -> str:
    return str(tracklets["tracklet_id"][row])


def _sources(detections: QTable, name: str) -> Sources:
    """Return place [deg] and trail [arcsec] in each frame."""
    rows = detections[np.asarray(detections["tracklet_id"]) == name]
    return {
        str(row["frame"]): (
            float(row["ra"].to_value(u.deg)),
            float(row["dec"].to_value(u.deg)),
            float(row["trail_length"].to_value(u.arcsec)),
        )
        for row in rows
    }


def _rank(tracklet: Any) -> tuple[bool, bool, float]:
    rate, stage = float(tracklet["rate"].value), str(tracklet["stage"])
    made_for = "trails" if rate > _FASTEST_POINT else "slow" if rate < _SLOWEST_FREE else "deep"
    score = float(tracklet["score"]) * (_PREFERRED if stage == made_for else 1.0)
    return str(tracklet["kind"]) == "mover", stage != "ordinary", score


def _same(one: Sources, other: Sources) -> bool:
    """Say whether two tracklets share sources in two frames."""
    return len(_shared(one, other)) >= min(2, len(one), len(other))


def _own(one: Sources, others: Iterable[Sources]) -> int:
    """Return how many sources of a tracklet no other has."""
    return len(one) - len(set[str]().union(*(_shared(one, other) for other in others)))


def _shared(one: Sources, other: Sources) -> set[str]:
    """Return the frames in which two tracklets have one source."""
    shared = set()
    for frame in one.keys() & other.keys():
        (ra, dec, trail), (ra2, dec2, trail2) = one[frame], other[frame]
        east = ((ra - ra2 + 180) % 360 - 180) * np.cos(np.radians(dec)) * 3600
        if np.hypot(east, (dec - dec2) * 3600) < _SAME + max(trail, trail2) / 2:
            shared.add(frame)
    return shared


def _removed(tracklet: Any, detections: QTable, reason: str) -> dict[str, Any]:
    return removed_tracklet(tracklet, detections, "merge", reason, float(tracklet["score"]))
