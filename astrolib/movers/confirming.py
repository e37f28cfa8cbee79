"""What was found, looked at again in the difference images: one object on one path has one flux."""

from __future__ import annotations

from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.table import QTable

from astrolib.movers.candidates import significance
from astrolib.movers.difference import Difference
from astrolib.movers.measuring import measure
from astrolib.movers.registered import Registered
from astrolib.movers.rows import Found
from astrolib.movers.tables import REMOVED

_TOGETHER, _SCATTER = 6.3, 5.0
_LEAST_SEEN = 2  # frames of the difference images that say something


@dataclass(frozen=True)
class Support:
    """What all frames say of a path: their number, significance, reduced chi squared of one flux."""

    frames: int
    together: float
    scatter: float

    @property
    def enough(self) -> bool:
        """Whether it may be a mover; what bright trails spoil in the differences is not held against them."""
        return self.frames < _LEAST_SEEN or (self.together > _TOGETHER and self.scatter < _SCATTER)


def support(field: Registered, difference: Difference, detections: QTable) -> Support:
    """Return what the difference images say of a tracklet's path, also where it was not detected."""
    names = [frame.name for frame in field.originals]
    frames = np.array([names.index(str(name)) for name in detections["frame"]])
    x, y = field.wcs.all_world2pix(detections["ra"].to_value(u.deg), detections["dec"].to_value(u.deg), 0)
    minutes = field.minutes[frames]
    degree = min(2, len(frames) - 1)
    path = [
        np.asarray(np.polyval(np.polyfit(minutes, place - off, degree), field.minutes), np.float64)
        for place, off in zip((x, y), field.pointing, strict=True)
    ]
    measured = measure(field, difference, path[0], path[1], free=False)
    weight = np.where(np.isfinite(measured.flux_err), 1 / measured.flux_err, 0.0)
    together, _, scatter = significance(measured.score[None], weight[None])
    return Support(int(np.count_nonzero(weight)), float(together[0]), float(scatter[0]))


def confirm(field: Registered, difference: Difference, found: Found) -> Found:
    """Return what is confirmed; the rest goes to what was removed."""
    owners = np.asarray(found.detections["tracklet_id"])
    kept, removed = [], []
    for row, tracklet in enumerate(found.tracklets):
        detections = found.detections[owners == str(tracklet["tracklet_id"])]
        seen = support(field, difference, detections) if str(tracklet["kind"]) == "mover" else None
        if seen is None or seen.enough:
            kept.append(row)
        else:
            removed.append(_removed(tracklet, detections, seen))
    names = set(map(str, found.tracklets["tracklet_id"][kept]))
    rows = [number for number, name in enumerate(owners) if str(name) in names]
    table = REMOVED.table([*_rows(found.removed), *removed])
    return Found(found.tracklets[kept], found.detections[rows], table)


def _rows(table: QTable) -> list[dict[str, object]]:
    return [{name: getattr(row[name], "value", row[name]) for name in table.colnames} for row in table]


def _removed(tracklet: QTable.Row, detections: QTable, seen: Support) -> dict[str, object]:
    first = detections[0]
    unlike = seen.scatter >= _SCATTER
    return {
        "stage": str(tracklet["stage"]),
        "filter": "flux differs" if unlike else "not confirmed in the differences",
        "amount": seen.scatter if unlike else seen.together,
        "limit": _SCATTER if unlike else _TOGETHER,
        "kind": "",
        "frame": str(first["frame"]),
        "x": float(first["x"]),
        "y": float(first["y"]),
        "ra": float(first["ra"].to_value(u.deg)),
        "dec": float(first["dec"].to_value(u.deg)),
        "rate": float(tracklet["rate"].value),
        "snr": float(tracklet["snr"]),
    }
