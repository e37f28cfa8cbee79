"""The search of a night's reduced frames: field after field, then what is known, and what is one object.

Only one field's pixels are in memory at a time, so that a night of a mosaic fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable, vstack
from astropy.time import Time
from astropy.units import Quantity
from numpy.typing import NDArray

from astrolib.archive import KnownObjects, known_objects
from astrolib.core.errors import AstrolibError
from astrolib.core.progress import Progress, silent
from astrolib.core.schema import TableSchema
from astrolib.images import REJECTED, ReducedFrame, read_frames, same_field
from astrolib.images.reading import fits_files
from astrolib.movers.joined import join
from astrolib.movers.known import Identification, identify
from astrolib.movers.known_matches import MATCH
from astrolib.movers.named import named
from astrolib.movers.planted import Tested, search_planted
from astrolib.movers.products import write_cutouts, write_tables
from astrolib.movers.rows import Found
from astrolib.movers.search import check_limits, find_movers
from astrolib.movers.tables import DETECTION, REMOVED, TRACKLET
from astrolib.movers.vigilance import PLANTED

KnownBy = Literal["skybot", "local", "none"]

_BREAK = 6.0  # hours without a frame of the field: the next night, to be linked by motion alone
_STEPS = 100


@dataclass(frozen=True)
class Plan:
    """How to search.

    Parameters
    ----------
    rate_min, rate_max : float
        [arcsec/min]
    min_detections : int
        Frames in which a mover is seen at least.
    planted, decoys : int
        Movers planted into each field before it is searched, and tracklets of noise put among those found.
    seed : int
        Of what is planted.

    Raises
    ------
    RefusedError
        If the limits leave nothing to find.
    """

    rate_min: float = 0.01
    rate_max: float = 30.0
    min_detections: int = 3
    planted: int = 0
    decoys: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        check_limits(self.rate_min, self.rate_max, self.min_detections)


@dataclass(frozen=True, eq=False)
class NightSearch:
    """What a search left.

    Parameters
    ----------
    tracklets : QTable
        Of the schema `TRACKLET`, with ``object``: tracklets of one object share its number.
    detections, removed : QTable
        Of the schemas `DETECTION` and `REMOVED`.
    matches : QTable
        Known objects near the tracklets, of the schema `MATCH`.
    planted : QTable
        Which tracklets are planted, of the schema `PLANTED`.
    rejected : QTable
        Frames that could not be read, or were not searched, and why; of the schema `REJECTED`.
    fields : tuple of tuple of str
        The frames of each field that was searched.
    failures : dict
        Epoch to the reason why nobody could say what is known in the field.
    """

    tracklets: QTable
    detections: QTable
    removed: QTable
    matches: QTable
    planted: QTable
    rejected: QTable
    fields: tuple[tuple[str, ...], ...]
    failures: dict[str, str]


def search_night(
    frames: Path,
    folder: Path,
    plan: Plan | None = None,
    *,
    known: KnownBy = "none",
    progress: Progress | None = None,
) -> NightSearch:
    """Search all fields of a night, and write what was found.

    Parameters
    ----------
    frames : Path
        Folder of reduced frames, of any fields and CCDs, in any order.
    folder : Path
        Where ``tracklets.ecsv``, ``detections.ecsv``, ``removed.ecsv``, ``known.ecsv``, ``rejected.ecsv``
        and ``blink/`` are written, ``planted.ecsv`` where something was planted, and ``pairs/`` where
        something was seen as two trails only.
    plan : Plan, optional
        How.
    known : {'skybot', 'local', 'none'}
        Who is asked which objects are known.
    progress : Progress, optional
        Told how far the fields are.

    Raises
    ------
    RefusedError
        If `frames` is no folder.
    """
    plan, report = plan or Plan(), progress or silent
    fields, rejected, stations = _fields(frames)
    parts = []
    for number, names in enumerate(fields):
        step = partial(_step, report, number, len(fields))
        try:
            parts.append(_search_field([frames / name for name in names], folder, plan, number, step))
        except AstrolibError as error:
            rejected += [{"file": name, "key": error.what, "reason": str(error)} for name in names]
    detections = _stacked(DETECTION, [part.found.detections for part in parts])
    asked = _identified(
        _stacked(TRACKLET, [part.found.tracklets for part in parts]), detections, stations, known
    )
    asked.tracklets["object"] = join(asked.tracklets, detections)
    night = NightSearch(
        tracklets=asked.tracklets,
        detections=detections,
        removed=_stacked(REMOVED, [part.found.removed for part in parts]),
        matches=asked.matches,
        planted=_stacked(PLANTED, [part.planted for part in parts]),
        rejected=REJECTED.table(rejected),
        fields=fields,
        failures=asked.failures,
    )
    more = {"removed": night.removed, "known": night.matches, "rejected": night.rejected}
    planted = {"planted": night.planted} if len(night.planted) else {}
    write_tables(folder, night.tracklets, detections, more | planted)
    return night


def _fields(folder: Path) -> tuple[tuple[tuple[str, ...], ...], list[dict[str, str]], set[str]]:
    """Return the frames of each field by name, what cannot be read, and where the frames were taken."""
    light, rejected = [], []
    for path in fits_files(folder):
        frames, bad = read_frames([path])
        light += [replace(frame, data=_shape_only(frame), mask=None, uncertainty=None) for frame in frames]
        rejected += [{name: str(row[name]) for name in bad.colnames} for row in bad]
    groups = [night for group in same_field(light) for night in _nights(group)]
    fields = tuple(tuple(frame.name for frame in group) for group in groups)
    return fields, rejected, {frame.station for frame in light}


def _shape_only(frame: ReducedFrame) -> NDArray[np.float32]:
    """Return pixels that take no memory."""
    return np.broadcast_to(np.float32(0), frame.data.shape)


def _nights(frames: Sequence[ReducedFrame]) -> list[list[ReducedFrame]]:
    """Split the frames of one field where it was left for hours."""
    hours = np.array([frame.mid.jd for frame in frames]) * 24
    breaks = np.flatnonzero(np.diff(hours) > _BREAK) + 1
    return [list(part) for part in np.split(np.array(frames, dtype=object), breaks)]


def _search_field(paths: Sequence[Path], folder: Path, plan: Plan, number: int, progress: Progress) -> Tested:
    frames, _ = read_frames(paths)
    find = partial(
        find_movers,
        rate_min=plan.rate_min,
        rate_max=plan.rate_max,
        min_detections=plan.min_detections,
        progress=progress,
    )
    if plan.planted or plan.decoys:
        seed = plan.seed + 2 * number
        tested = search_planted(frames, find, movers=plan.planted, decoy=plan.decoys, seed=seed)
    else:
        found = find(frames)
        tables = named(found.tracklets, found.detections)
        tested = Tested(frames, Found(*tables, found.removed), PLANTED.table())
    write_cutouts(folder, tested.frames, tested.found.tracklets, tested.found.detections)
    return tested


def _step(report: Progress, number: int, fields: int, done: int, total: int) -> None:
    report(_STEPS * number + _STEPS * done // total, _STEPS * fields)


def _stacked(schema: TableSchema, tables: Sequence[QTable]) -> QTable:
    return vstack([schema.table(), *tables], metadata_conflicts="silent")


def _identified(tracklets: QTable, detections: QTable, stations: set[str], known: KnownBy) -> Identification:
    if known == "none":
        return Identification(tracklets, MATCH.table(), {})
    return identify(tracklets, detections, partial(_ask, stations, known))


def _ask(
    stations: set[str], service: Literal["skybot", "local"], position: SkyCoord, epoch: Time, radius: Quantity
) -> KnownObjects:
    if len(stations) != 1 or not any(stations):
        said = ", ".join(sorted(filter(None, stations))) or "nothing"
        reason = f"OBSCODE of the frames says {said}; give all frames the code of one observatory"
        return KnownObjects("failed", reason=reason)
    (station,) = stations
    return known_objects(position, epoch, radius, station, service)
