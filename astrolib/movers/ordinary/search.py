"""The ordinary search: sources of each frame, those that stand still removed, the rest linked. Quick.

What a mover of a good signal in an uncrowded field needs; the deep search finds what this one misses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.frames.registered import Registered
from astrolib.movers.ordinary.aperture import measured_at
from astrolib.movers.ordinary.linking import links
from astrolib.movers.tracklets.found import Found, Tracklet
from astrolib.movers.tracklets.rows import tabulate

Values = NDArray[np.float64]

FASTEST = 5.0
"""Beyond it a source is a trail in pieces [arcsec/min]."""

SLOWEST = 0.12
"""Below it a source is taken for one that stands still [arcsec/min]."""

_LEAST_PIXELS = 6  # of a source that may be a mover: a cosmic ray has fewer


def search_ordinary(
    field: Registered, *, rate_min: float = SLOWEST, rate_max: float = FASTEST, min_detections: int = 3
) -> Found:
    """Find movers among the sources of each frame.

    Parameters
    ----------
    field : Registered
        Three frames or more.
    rate_min, rate_max : float
        Within the stage's own limits [arcsec/min].
    min_detections : int
        Frames in which a mover is seen.
    """
    loose = [_loose(field, number) for number in range(len(field))]
    limits = max(rate_min, SLOWEST) / field.scale, min(rate_max, FASTEST) / field.scale
    chains = links(field.minutes, loose, limits, min_detections)
    objects = [_object(field, loose, chain) for chain in chains]
    found = [one for one in objects if _moves(field, one, limits[0])]
    return tabulate(field, "ordinary", found, [])


def _loose(field: Registered, number: int) -> NDArray[Any]:
    """Return the sources of a frame that no other frame has at the same place, with x and y on the grid."""
    here, pixels = field.sources_at(number), field.pixels[number]
    column, row = (np.rint(pixels.sources[axis]).astype(int) for axis in ("x", "y"))
    alone = (pixels.sources["npix"] >= _LEAST_PIXELS) & ~pixels.bad[row, column]
    for other in range(len(field)):
        if other != number:
            alone &= ~field.has_source(other, here)
    sources = pixels.sources[alone].copy()
    sources["x"], sources["y"] = here[alone].T
    return sources


def _moves(field: Registered, one: Tracklet, slowest: float) -> bool:
    """Say whether what was measured moves: what the edge leaves of a star is elsewhere in dithered frames."""
    first, last = one.measured[0], one.measured[-1]
    way = np.hypot(last.x - first.x, last.y - first.y)
    return bool(way >= slowest * (field.minutes[last.frame] - field.minutes[first.frame]))


def _object(field: Registered, loose: list[NDArray[Any]], chain: dict[int, int]) -> Tracklet:
    frames = sorted(chain)
    x, y = (np.array([loose[frame][axis][chain[frame]] for frame in frames]) for axis in ("x", "y"))
    degree = 2 if len(frames) > 3 else 1
    slope = [
        np.polyval(np.polyder(np.polyfit(field.minutes[frames], axis, degree)), field.minutes[frames])
        for axis in (x, y)
    ]
    measured = [
        measured_at(field, frame, (float(a), float(b)), (float(vx), float(vy)))
        for frame, a, b, vx, vy in zip(frames, x, y, *slope, strict=True)
    ]
    score = float(np.sqrt(sum((one.flux / one.flux_error) ** 2 for one in measured)))
    return Tracklet(tuple(measured), "mover", score)
