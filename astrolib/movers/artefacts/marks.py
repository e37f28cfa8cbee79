"""What is no mover is taken out of the images: discs in which nothing is seen any more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.difference.peaks import Peaks
from astrolib.movers.difference.subtraction import Difference

HIGH = 12.0
"""A peak from which more is taken out [sigma]."""


def mark_peaks(difference: Difference, number: int, peaks: Peaks) -> None:
    """Take the surroundings of peaks out of one frame's difference, the farther the higher they are."""
    spoilt = np.zeros(difference.static.shape, bool)
    for x, y, score in zip(peaks.x, peaks.y, peaks.score, strict=True):
        mark_disc(spoilt, float(x), float(y), 5 if score < HIGH else 9)
    difference.flux[number][spoilt] = 0
    difference.sigma[number][spoilt] = np.inf


def mark_disc(mask: NDArray[np.bool_], x: float, y: float, radius: int = 6) -> None:
    """Mark a disc in a mask."""
    dy, dx = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    inside = dx**2 + dy**2 <= radius**2
    rows, columns = round(y) + dy[inside], round(x) + dx[inside]
    on_it = (rows >= 0) & (columns >= 0) & (rows < mask.shape[0]) & (columns < mask.shape[1])
    mask[rows[on_it], columns[on_it]] = True
