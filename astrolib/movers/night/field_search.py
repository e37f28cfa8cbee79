"""The search of one field of a night: whatever it holds, the other fields go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from astrolib.core.errors import AstrolibError, RefusedError, UnreadableFileError
from astrolib.core.progress import Progress
from astrolib.images import ReducedFrame, read_frames
from astrolib.movers.frames.vetting import LeftOut, Tell
from astrolib.movers.night.fields import Rows, rejected_row
from astrolib.movers.night.products import write_cutouts
from astrolib.movers.planted import Tested, search_planted
from astrolib.movers.search import check_limits, find_movers
from astrolib.movers.tracklets.named import all_named
from astrolib.movers.tracklets.tables import PLANTED


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


def search_field(
    paths: Sequence[Path], folder: Path, plan: Plan, number: int, progress: Progress
) -> tuple[Tested | None, Rows]:
    """Search a field, write its cutouts, and return what of it was not searched.

    Parameters
    ----------
    paths : sequence of Path
        Its frames.
    folder : Path
        Where the cutouts are written.
    plan : Plan
        How.
    number : int
        Of the field within the night; what is planted differs from field to field.
    progress : Progress
        Told how far the search is.

    Returns
    -------
    part : Tested or None
        What was found; None where the field cannot be searched.
    rejected : list of dict
        Of the schema `astrolib.images.REJECTED`, with the reason of each frame.
    """
    part, problem = None, None
    told: list[LeftOut] = []
    try:
        part = _searched(paths, plan, number, told.append, progress)
    except AstrolibError as error:
        problem = error
    faults = {one.name: {"file": one.name, "key": one.what, "reason": str(one)} for one in told}
    if part is not None:
        part = replace(part, frames=[frame for frame in part.frames if frame.name not in faults])
        write_cutouts(folder, part.frames, part.found.tracklets, part.found.detections)
        problem = _too_few(part.frames, plan)
    others = [path.name for path in paths if path.name not in faults] if problem else []
    return part, [*faults.values(), *(rejected_row(name, problem) for name in others if problem)]


def _searched(paths: Sequence[Path], plan: Plan, number: int, left_out: Tell, progress: Progress) -> Tested:
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
