"""Find what moved: all stages of the search on the frames of one field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from astropy.table import QTable

from astrolib.core.errors import RefusedError
from astrolib.core.progress import Progress, silent
from astrolib.images.frame import ReducedFrame
from astrolib.movers import deep, slow, trails
from astrolib.movers.artefacts.ghosts import name_ghosts
from astrolib.movers.frames import vetting
from astrolib.movers.frames.registering import register
from astrolib.movers.frames.vetting import Tell
from astrolib.movers.judging.confirming import confirm, confirm_slow
from astrolib.movers.judging.merged import merge
from astrolib.movers.ordinary.search import search_ordinary
from astrolib.movers.tracklets.found import Found

Movers = Found
"""Tracklets, detections and the trail of what was removed."""


def find_movers(
    frames: Sequence[ReducedFrame],
    *,
    rate_min: float = 0.01,
    rate_max: float = 30.0,
    min_detections: int = 3,
    left_out: Tell = vetting.log,
    progress: Progress | None = None,
) -> Movers:
    """Find the moving objects of one field.

    Parameters
    ----------
    frames : sequence of ReducedFrame
        In any order; two at least.
    rate_min, rate_max : float
        [arcsec/min]
    min_detections : int
        Frames in which a mover is seen at least; pairs of trails are a class of their own.
    left_out : callable
        Hears of each frame that is of no use.
    progress : Progress, optional
        Hears of the frames, then of each stage.

    Raises
    ------
    RefusedError
        If the limits leave nothing to find, or a frame is of another field.
    """
    check_limits(rate_min, rate_max, min_detections)
    report = progress or silent
    field = register(frames, left_out=left_out)
    report(1, 4)
    stages, found = [], None
    if len(field) >= 3 and rate_min < deep.FASTEST and rate_max > deep.SLOWEST:
        found = deep.search_deep(field, rate_min, rate_max)
        stages.append(deep.tabulate(field, found, min_detections))
        # Where a frame's difference says nothing (edges, blemishes), its own sources still may.
        stages.append(
            search_ordinary(field, rate_min=rate_min, rate_max=rate_max, min_detections=min_detections)
        )
    report(2, 4)
    if rate_max > trails.SLOWEST:
        stages.append(trails.search_trails(field, rate_min=rate_min, rate_max=rate_max))
    if found is not None:
        stages = confirm(field, found.difference, stages)
    report(3, 4)
    if len(field) >= 3 and rate_min < slow.FASTEST:
        lines = found.lines if found is not None else None
        drifting = slow.search_slow(field, rate_min=rate_min, rate_max=rate_max, lines=lines)
        stages.append(confirm_slow(field, found.difference, drifting) if found is not None else drifting)
    report(4, 4)
    merged = merge(stages)
    named = Found(merged.tracklets, merged.detections, name_ghosts(field, merged.removed))
    return _within(named, (rate_min, rate_max), min_detections)


def check_limits(rate_min: float, rate_max: float, min_detections: int) -> None:
    """Refuse limits [arcsec/min] that leave nothing to find.

    Raises
    ------
    RefusedError
        If they do.
    """
    if not 0 <= rate_min < rate_max:
        raise RefusedError(f"rates from {rate_min:g} to {rate_max:g}", remedy="give rate_min < rate_max")
    if min_detections < 3:
        raise RefusedError(
            f"min_detections is {min_detections}", remedy="give 3 or more: two frames say nothing of a path"
        )


def _within(found: Found, rates: tuple[float, float], least: int) -> Found:
    """Return the tracklets within the limits."""
    tracklets = found.tracklets
    if not len(tracklets):
        return found
    rate = tracklets["rate"].to_value("arcsec / min")
    enough = (tracklets["n_detections"] >= least) | (np.asarray(tracklets["kind"]) != "mover")
    keep = (rate >= rates[0]) & (rate <= rates[1]) & enough
    names = set(map(str, tracklets["tracklet_id"][keep]))
    rows = [number for number, name in enumerate(found.detections["tracklet_id"]) if str(name) in names]
    return Found(_sorted(tracklets[keep]), found.detections[rows], found.removed)


def _sorted(tracklets: QTable) -> QTable:
    return tracklets[np.argsort(-np.asarray(tracklets["score"]), kind="stable")]
