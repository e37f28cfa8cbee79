"""Fast movers found by their trails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from astrolib.core.progress import Progress, silent
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.found import Detection, Found, Tracklet
from astrolib.movers.tracklets.removed import removed_place
from astrolib.movers.tracklets.rows import position_angle, tabulate
from astrolib.movers.tracklets.tables import PAIR
from astrolib.movers.trails.chains import objects, two_trails
from astrolib.movers.trails.linking import Chain
from astrolib.movers.trails.model import Trail
from astrolib.movers.trails.sightings import Sightings, sight
from astrolib.movers.trails.static import plates

SLOWEST = 2.5
"""Rate below which no trail is looked for [arcsec/min]: 7 pixels of most surveys, two widths of a star."""

_WHOLE = 0.97  # of the flux on usable pixels; below, a trail is cut


def search_trails(
    field: Registered, *, rate_min: float = SLOWEST, rate_max: float = 30.0, progress: Progress | None = None
) -> Found:
    """Find movers that leave trails.

    Parameters
    ----------
    field : Registered
        Frames of one field on one grid.
    rate_min, rate_max : float
        [arcsec/min]; below `SLOWEST` nothing is a trail.
    progress : Progress, optional
        Called after each frame.

    Returns
    -------
    Found
        Tracklets of at least three trails, kind ``mover``; pairs of trails of what left the field, kind
        ``two-trail pair``; lines across a frame among the removed, kind ``satellite``.
    """
    report = progress or silent
    made = plates(field)
    longest = rate_max * float(np.median([plate.exposure for plate in made])) / field.scale
    shortest = max(rate_min, SLOWEST) * float(np.median([plate.exposure for plate in made])) / field.scale
    frames = []
    for number, plate in enumerate(made):
        frames.append(sight(number, plate, longest))
        report(number + 1, len(made))
    movers = objects(frames, shortest, longest)
    alone = two_trails(frames, movers, shortest, longest)
    candidates = [_candidate(chain, frames, "mover") for chain in movers]
    candidates += [_candidate(chain, frames, PAIR) for chain in alone]
    return tabulate(field, "trails", candidates, _satellites(field, frames))


def _candidate(chain: Chain, frames: Sequence[Sightings], kind: str) -> Tracklet:
    way = chain.sightings[-1].place - chain.sightings[0].place
    heading = float(np.arctan2(way[1], way[0]))
    measured = []
    for one in chain.sightings:
        fit = one.fit
        back = np.cos(fit.trail.angle - heading) < 0
        measured.append(
            Detection(
                frame=one.frame,
                x=float(one.place[0]),
                y=float(one.place[1]),
                angle=fit.trail.angle + (np.pi if back else 0.0),
                along=fit.along,
                across=fit.across,
                length=fit.trail.length,
                flux=fit.trail.flux,
                flux_error=fit.flux,
                flags="" if fit.share > _WHOLE else _why(one.place, frames[one.frame]),
            )
        )
    score = float(np.sqrt(sum(one.fit.snr**2 for one in chain.sightings)))
    return Tracklet(tuple(measured), kind, score)


def _why(place: np.ndarray[Any, Any], frame: Sightings) -> str:
    return "masked" if frame.plate.holds(place, 45.0) else "edge"


def _satellites(field: Registered, frames: Sequence[Sightings]) -> list[dict[str, Any]]:
    return [
        _satellite(field, number, line) for number, frame in enumerate(frames) for line in frame.satellites
    ]


def _satellite(field: Registered, number: int, line: Trail) -> dict[str, Any]:
    place = field.places[number]
    x, y = line.x + place.dx, line.y + place.dy
    told = {
        "stage": "trails",
        "filter": f"too long a line, at {position_angle(field, x, y, line.angle) % 180:.1f} deg",
        "amount": line.length * field.scale,
        "limit": np.nan,
        "kind": "satellite",
        "rate": np.nan,
        "snr": np.nan,
    }
    return removed_place(field, number, x, y, told)
