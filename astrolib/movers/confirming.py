"""What was found, looked at again in the difference images: one object on one path has one flux."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.movers.candidates import significance
from astrolib.movers.difference import Difference
from astrolib.movers.measuring import measure
from astrolib.movers.registered import Registered
from astrolib.movers.rows import Found
from astrolib.movers.tables import REMOVED

Values = NDArray[np.float64]

_TOGETHER, _SCATTER = 6.3, 5.0
_LEAST_SEEN = 2  # frames of the difference images that say something
_SHARED = 8.0  # movers that pass each other so near share their light [pixel]


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


@dataclass(frozen=True, eq=False)
class _Track:
    """Where a tracklet is in every frame, and half its longest trail [pixel]."""

    x: Values
    y: Values
    reach: float


def confirm(field: Registered, difference: Difference, stages: Sequence[Found]) -> list[Found]:
    """Return what of each stage is confirmed; the rest goes to what was removed.

    Parameters
    ----------
    field : Registered
        The frames.
    difference : Difference
        Of the same field.
    stages : sequence of Found
        What was found; a frame in which a tracklet passes another says nothing of either.
    """
    tracks = [
        {
            str(name): _track(field, _of(stage.detections, str(name)))
            for name in stage.tracklets["tracklet_id"]
        }
        for stage in stages
    ]
    every = [track for stage in tracks for track in stage.values()]
    return [
        _confirmed(field, difference, stage, own, every) for stage, own in zip(stages, tracks, strict=True)
    ]


def _confirmed(
    field: Registered, difference: Difference, found: Found, tracks: dict[str, _Track], every: list[_Track]
) -> Found:
    kept, removed = [], []
    for row, tracklet in enumerate(found.tracklets):
        name = str(tracklet["tracklet_id"])
        seen = None
        if str(tracklet["kind"]) == "mover":
            seen = _support(field, difference, tracks[name], _passed(tracks[name], every))
        if seen is None or seen.enough:
            kept.append(row)
        else:
            removed.append(_removed(tracklet, _of(found.detections, name), seen))
    names = set(map(str, found.tracklets["tracklet_id"][kept]))
    rows = [number for number, name in enumerate(found.detections["tracklet_id"]) if str(name) in names]
    table = REMOVED.table([*_rows(found.removed), *removed])
    return Found(found.tracklets[kept], found.detections[rows], table)


def _of(detections: QTable, name: str) -> QTable:
    return detections[np.asarray(detections["tracklet_id"]) == name]


def _tracks(field: Registered, found: Found) -> dict[str, _Track]:
    names = map(str, found.tracklets["tracklet_id"])
    return {name: _track(field, _of(found.detections, name)) for name in names}


def _track(field: Registered, detections: QTable) -> _Track:
    """Return where a tracklet is, also where it was not detected."""
    names = [frame.name for frame in field.originals]
    frames = np.array([names.index(str(name)) for name in detections["frame"]])
    x, y = field.wcs.all_world2pix(detections["ra"].to_value(u.deg), detections["dec"].to_value(u.deg), 0)
    minutes = field.minutes[frames]
    degree = min(2, len(frames) - 1)
    path = [
        np.asarray(np.polyval(np.polyfit(minutes, place - off, degree), field.minutes), np.float64)
        for place, off in zip((x, y), field.pointing, strict=True)
    ]
    trail = float(detections["trail_length"].to_value(u.arcsec).max()) / field.scale
    return _Track(path[0], path[1], trail / 2)


def _passed(track: _Track, every: list[_Track]) -> NDArray[np.bool_]:
    """Say in which frames a tracklet passes another; what is with it in two frames is the same mover."""
    passed = np.zeros(len(track.x), bool)
    for other in every:
        near = np.hypot(other.x - track.x, other.y - track.y) < _SHARED + track.reach + other.reach
        if near.sum() == 1:
            passed |= near
    return passed


def _support(field: Registered, difference: Difference, track: _Track, passed: NDArray[np.bool_]) -> Support:
    """Return what the difference images say of a tracklet's path, but for frames where it passes another."""
    measured = measure(field, difference, track.x, track.y, free=False)
    says = np.isfinite(measured.flux_err) & ~passed
    weight = np.where(says, 1 / measured.flux_err, 0.0)
    together, _, scatter = significance(measured.score[None], weight[None])
    return Support(int(np.count_nonzero(weight)), float(together[0]), float(scatter[0]))


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
