"""How deep a pass of the deep search goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Depth:
    """How low a pass goes.

    Parameters
    ----------
    peak, curved_peak : float
        Scores of peaks that straight and curved paths start from.
    support : float
        Of the other frames together.
    straight, curved, without_best : float
        Significance that is kept.
    """

    peak: float
    curved_peak: float
    support: float
    straight: float
    curved: float
    without_best: float


BRIGHT = Depth(3.5, 4.0, 2.0, 9.0, 11.0, 6.0)
"""The first pass: what stands out of most frames by itself."""


def depth_of(frames: int) -> Depth:
    """Return the depth of the second pass for a number of frames: more frames, fainter peaks."""
    if frames <= 3:
        return Depth(3.0, 3.6, 1.5, 6.8, 7.4, 4.5)
    if frames <= 5:
        return Depth(3.0, 3.6, 2.2, 6.7, 7.5, 5.0)
    return Depth(2.6, 3.3, 2.3, 6.5, 7.3, 5.0)
