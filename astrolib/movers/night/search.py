"""The search of a night's reduced frames: field after field, then what is known, and what is one object.

Only one field's pixels are in memory at a time, so that a night of a mosaic fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from astropy.coordinates import SkyCoord
from astropy.table import QTable, vstack
from astropy.time import Time
from astropy.units import Quantity

from astrolib.archive import KnownObjects, known_objects
from astrolib.core.progress import Progress, silent
from astrolib.core.schema import TableSchema
from astrolib.images import REJECTED
from astrolib.images.reading import fits_files
from astrolib.movers.known.identification import Identification, identify
from astrolib.movers.known.matches import MATCH
from astrolib.movers.night.field_search import Plan, search_field
from astrolib.movers.night.fields import fields_of
from astrolib.movers.night.joined import join
from astrolib.movers.night.products import write_tables
from astrolib.movers.tracklets.tables import DETECTION, PLANTED, REMOVED, TRACKLET

KnownBy = Literal["skybot", "local", "none"]

_STEPS = 100
_REDUCED = "frames"


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
        Folder of reduced frames, of any fields and CCDs, in any order; or the one above, of a reduced night.
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
    plan, report, frames = plan or Plan(), progress or silent, _frames_of(frames)
    seen = fields_of(frames)
    parts, searched, rejected = [], [], seen.rejected
    for number, names in enumerate(seen.fields):
        step = partial(_step, report, number, len(seen.fields))
        part, rows = search_field([frames / name for name in names], folder, plan, number, step)
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


def _frames_of(folder: Path) -> Path:
    """Return the folder in which the frames lie: what a reduction left has them in one of its own."""
    inside = folder / _REDUCED
    return inside if inside.is_dir() and not fits_files(folder) else folder


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
