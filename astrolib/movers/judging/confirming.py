"""What was found, looked at again in the difference images: one object on one path has one flux."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.movers.difference.measuring import measure
from astrolib.movers.difference.significance import significance
from astrolib.movers.difference.subtraction import Difference
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.removed import removed_tracklet
from astrolib.movers.tracklets.tables import REMOVED

Values = NDArray[np.float64]

_TOGETHER, _SCATTER = 6.3, 5.0
_APART = 1.5  # widths of a star that one travels, of which the differences show enough
_SHARE, _LEAST = 0.25, 4.0  # of the significance of its rows, which they then show at least; and in itself
_SAY = 3  # frames at least
_LEAST_SEEN = 2  # frames of the difference images that say something
_SHARED = 8.0  # movers that pass each other so near share their light [pixel]


@dataclass(frozen=True)
class _Support:
    """What all frames say of a path: their number, significance, reduced chi squared of one flux."""

    frames: int
    together: float
    scatter: float


@dataclass(frozen=True)
class _Refusal:
    """Why a tracklet is not confirmed: by which filter, how much it has, and the limit."""

    filter: str
    amount: float
    limit: float


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
    tracks = [_tracks(field, stage) for stage in stages]
    every = [track for stage in tracks for track in stage.values()]
    return [
        _confirmed(field, difference, stage, own, every) for stage, own in zip(stages, tracks, strict=True)
    ]


def confirm_slow(field: Registered, difference: Difference, found: Found) -> Found:
    """Return what of the slow stage is confirmed; the rest goes to what was removed.

    What travels further than its own width leaves its place, and the differences show it at both ends. What
    is there in all frames, a spike of a bright star along which a fit has slid, they do not show.

    Parameters
    ----------
    field : Registered
        The frames.
    difference : Difference
        Of the same field.
    found : Found
        What the slow stage found.
    """
    width = float(np.median([psf.fwhm for psf in field.psfs]))
    refused, nowhere = {}, np.zeros(len(field), bool)
    for name, track in _tracks(field, found).items():
        if np.hypot(np.ptp(track.x), np.ptp(track.y)) > _APART * width:
            rows = np.asarray(_of(found.detections, name)["snr"], np.float64)
            seen = _support(field, difference, track, nowhere)
            least = max(_LEAST, _SHARE * float(np.linalg.norm(rows)))
            if seen.frames >= _SAY and seen.together < least:
                refused[name] = _Refusal("not confirmed in the differences", seen.together, least)
    return _without(found, refused)


def _confirmed(
    field: Registered, difference: Difference, found: Found, tracks: dict[str, _Track], every: list[_Track]
) -> Found:
    refused = {}
    for tracklet in found.tracklets:
        name = str(tracklet["tracklet_id"])
        if str(tracklet["kind"]) == "mover":
            seen = _support(field, difference, tracks[name], _passed(tracks[name], every))
            if seen.frames >= _LEAST_SEEN and seen.scatter >= _SCATTER:
                refused[name] = _Refusal("flux differs", seen.scatter, _SCATTER)
            elif seen.together <= _TOGETHER and (seen.frames >= _LEAST_SEEN or _chance(field, tracklet)):
                refused[name] = _Refusal("not confirmed in the differences", seen.together, _TOGETHER)
    return _without(found, refused)


def _chance(field: Registered, tracklet: QTable.Row) -> bool:
    """Say whether three points of more frames are all there is: bright trails alone spoil the differences."""
    return str(tracklet["stage"]) == "ordinary" and tracklet["n_detections"] == 3 < len(field)


def _without(found: Found, refused: dict[str, _Refusal]) -> Found:
    """Return what is left of a stage; what is refused goes to what was removed."""
    owners = np.asarray(found.detections["tracklet_id"], str)
    kept = [str(name) not in refused for name in found.tracklets["tracklet_id"]]
    removed = [
        _removed(tracklet, found.detections, refused[str(tracklet["tracklet_id"])])
        for tracklet in found.tracklets[~np.array(kept, bool)]
    ]
    rows = [number for number, name in enumerate(owners) if name not in refused]
    table = REMOVED.table([*_rows(found.removed), *removed])
    return Found(found.tracklets[np.array(kept, bool)], found.detections[rows], table)


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


def _support(field: Registered, difference: Difference, track: _Track, passed: NDArray[np.bool_]) -> _Support:
    """Return what the difference images say of a tracklet's path.

    But for frames in which it passes another: for one, or as many as leave enough others.
    """
    measured = measure(field, difference, track.x, track.y, free=False)
    says = np.isfinite(measured.flux_err)
    if np.count_nonzero(says & passed) == 1 or np.count_nonzero(says & ~passed) >= _SAY:
        says &= ~passed
    weight = np.where(says, 1 / measured.flux_err, 0.0)
    together, _, scatter = significance(measured.score[None], weight[None])
    return _Support(int(np.count_nonzero(weight)), float(together[0]), float(scatter[0]))


def _rows(table: QTable) -> list[dict[str, object]]:
    return [{name: getattr(row[name], "value", row[name]) for name in table.colnames} for row in table]


def _removed(tracklet: QTable.Row, detections: QTable, why: _Refusal) -> dict[str, object]:
    return removed_tracklet(tracklet, detections, str(tracklet["stage"]), why.filter, why.amount, why.limit)
