"""The search over all fields of a folder of frames, and who is asked what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time
from astropy.units import Quantity

from astrolib.archive import KnownObjects, known_objects
from astrolib.core.errors import AstrolibError
from astrolib.core.progress import Progress
from astrolib.images.fields import same_field
from astrolib.images.frame import ReducedFrame
from astrolib.movers.known import identify
from astrolib.movers.merged import stacked
from astrolib.movers.search import Movers, find_movers
from astrolib.movers.tables import DETECTION, REMOVED, TRACKLET


def find_in_fields(
    frames: Sequence[ReducedFrame],
    *,
    rate_min: float = 0.01,
    rate_max: float = 30.0,
    min_detections: int = 3,
    progress: Progress | None = None,
) -> Movers:
    """Find the movers of every field; a field that cannot be searched is a row of what was removed.

    Parameters
    ----------
    frames : sequence of ReducedFrame
        Of any fields, in any order.
    rate_min, rate_max, min_detections, progress
        As in `find_movers`.
    """
    found = []
    for number, group in enumerate(same_field(frames), start=1):
        try:
            one = find_movers(
                group, rate_min=rate_min, rate_max=rate_max, min_detections=min_detections, progress=progress
            )
        except AstrolibError as error:
            one = _refused(group, error)
        found.append(_named(one, number))
    return Movers(
        stacked([one.tracklets for one in found], TRACKLET.table()),
        stacked([one.detections for one in found], DETECTION.table()),
        stacked([one.removed for one in found], REMOVED.table()),
    )


def _refused(group: Sequence[ReducedFrame], error: AstrolibError) -> Movers:
    row = {"stage": "search", "filter": str(error), "frame": group[0].name}
    return Movers(TRACKLET.table(), DETECTION.table(), REMOVED.table([row]))


def _named(found: Movers, number: int) -> Movers:
    """Return tables whose tracklets carry the number of the field: f02-deep-0007."""
    tracklets, detections = found.tracklets.copy(), found.detections.copy()
    for table in (tracklets, detections):
        table["tracklet_id"] = [f"f{number:02d}-{name}" for name in table["tracklet_id"]]
    if not len(tracklets):
        tracklets, detections = TRACKLET.table(), DETECTION.table()
    return replace(found, tracklets=tracklets, detections=detections)


def name_known(
    found: Movers,
    service: Literal["skybot", "local", "none"],
    frames: Sequence[ReducedFrame],
    progress: Progress | None = None,
) -> QTable:
    """Return the tracklets with what is known of them; `none` leaves them not asked.

    Parameters
    ----------
    found : Movers
        Of any fields.
    service : {'skybot', 'local', 'none'}
        Who is asked.
    frames : sequence of ReducedFrame
        Whose station the question names.
    progress : Progress, optional
        Called after each epoch.
    """
    if service == "none" or not len(found.tracklets):
        return found.tracklets
    stations = sorted({frame.station for frame in frames if frame.station})
    if not stations:
        tracklets = found.tracklets.copy()
        tracklets["known_status"] = np.full(len(tracklets), "failed")
        return tracklets

    def ask(position: SkyCoord, epoch: Time, radius: Quantity) -> KnownObjects:
        return known_objects(position, epoch, radius, stations[0], service)

    return identify(found.tracklets, found.detections, ask, progress).tracklets
