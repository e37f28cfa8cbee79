"""The search of a night's reduced frames: field after field, then what is known, and what is one object.

Only one field's pixels are in memory at a time, so that a night of a mosaic fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from astropy.coordinates import SkyCoord
from astropy.table import QTable, vstack
from astropy.time import Time
from astropy.units import Quantity

from astrolib.archive import KnownObjects, known_objects
from astrolib.core.errors import AstrolibError, RefusedError, UnreadableFileError
from astrolib.core.progress import Progress, silent
from astrolib.core.schema import TableSchema
from astrolib.images import REJECTED, ReducedFrame, read_frames
from astrolib.movers.joined import join
from astrolib.movers.known import Identification, identify
from astrolib.movers.known_matches import MATCH
from astrolib.movers.named import all_named
from astrolib.movers.night_fields import Rows, fields_of, rejected_row
from astrolib.movers.planted import Tested, search_planted
from astrolib.movers.products import write_cutouts, write_tables
from astrolib.movers.search import check_limits, find_movers
from astrolib.movers.tables import DETECTION, REMOVED, TRACKLET
from astrolib.movers.vetting import LeftOut, Tell
from astrolib.movers.vigilance import PLANTED

KnownBy = Literal["skybot", "local", "none"]

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
    seen = fields_of(frames)
    parts, searched, rejected = [], [], seen.rejected
    for number, names in enumerate(seen.fields):
        step = partial(_step, report, number, len(seen.fields))
        part, rows = _try_field([frames / name for name in names], folder, plan, number, step)
        rejected += rows
        if part is not None:
            parts.append(part)
            searched.append(tuple(frame.name for frame in part.frames))
    detections = _stacked(DETECTION, [part.found.detections for part in parts])
    asked = _identified(
        _stacked(TRACKLET, [part.found.tracklets for part in parts]), detections, seen.stations, known
    )
    asked.tracklets["object"] = join(asked.tracklets, detections)
    night = NightSearch(
        tracklets=asked.tracklets,
        detections=detections,
        removed=_stacked(REMOVED, [part.found.removed for part in parts]),
        matches=asked.matches,
        planted=_stacked(PLANTED, [part.planted for part in parts]),
        rejected=REJECTED.table(rejected),
        fields=tuple(searched),
        failures=asked.failures,
    )
    more = {"removed": night.removed, "known": night.matches, "rejected": night.rejected}
    write_tables(folder, night.tracklets, detections, more | {"planted": night.planted})
    return night


def _try_field(
    paths: Sequence[Path], folder: Path, plan: Plan, number: int, progress: Progress
) -> tuple[Tested | None, Rows]:
    """Search a field, and return what of it was not searched; the other fields go on in any case."""
    part, problem = None, None
    told: list[LeftOut] = []
    try:
        part = _search_field(paths, plan, number, told.append, progress)
    except AstrolibError as error:
        problem = error
    faults = {one.name: {"file": one.name, "key": one.what, "reason": str(one)} for one in told}
    if part is not None:
        part = replace(part, frames=[frame for frame in part.frames if frame.name not in faults])
        write_cutouts(folder, part.frames, part.found.tracklets, part.found.detections)
        problem = _too_few(part.frames, plan)
    others = [path.name for path in paths if path.name not in faults] if problem else []
    return part, [*faults.values(), *(rejected_row(name, problem) for name in others if problem)]


def _search_field(
    paths: Sequence[Path], plan: Plan, number: int, left_out: Tell, progress: Progress
) -> Tested:
    frames, _ = read_frames(paths)
    find = partial(
        find_movers,
        rate_min=plan.rate_min,
        rate_max=plan.rate_max,
        min_detections=plan.min_detections,
        progress=progress,
    )
    try:
        if plan.planted or plan.decoys:
            wanted = {"movers": plan.planted, "decoy": plan.decoys, "seed": plan.seed + 2 * number}
            return search_planted(frames, find, **wanted, left_out=left_out)
        return Tested(frames, all_named(find(frames, left_out=left_out)), PLANTED.table())
    except AstrolibError:
        raise
    except Exception as error:  # what a stranger's frames make of a search has no bounds
        raise UnreadableFileError(
            f"its field cannot be searched ({type(error).__name__}: {error})",
            where=paths[0].name,
            remedy="look at the frames of this field",
        ) from error


def _too_few(frames: Sequence[ReducedFrame], plan: Plan) -> RefusedError | None:
    """Return why a field was looked through for pairs of trails only."""
    if len(frames) >= plan.min_detections:
        return None
    what = f"only {len(frames)} frames of its field: nothing but pairs of trails was looked for"
    return RefusedError(what, where=frames[0].name, remedy=f"give {plan.min_detections} frames of the field")


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
