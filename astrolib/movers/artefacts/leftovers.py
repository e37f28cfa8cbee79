"""What the subtraction leaves of stars, ghosts and bleeding: it is restless, crowded, or stands still."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.spatial import cKDTree

from astrolib.movers.difference.peaks import Peaks, find_peaks
from astrolib.movers.difference.subtraction import Difference

Values = NDArray[np.float64]

_BLEMISHES = (25.0, 4)  # within so many pixels, so many strong peaks of one frame are no movers
_COMPARABLE = 0.5  # of a peak's score, and its neighbours are of its kind
_RESTLESS = 2.5  # a pixel that stands off [sigma]
_SURROUNDINGS = 61  # side of what is looked at around a pixel
_USUAL, _STEEP = 0.08, 15.0  # the share of them that is usual, and how fast the noise grows beyond it
_POINT, _MOST_POINTS = 150.0, 100  # a point so high has wings that stand off [sigma]
_UNLIKE = 0.3  # of a point's light, by which it may be unlike the profile
_STRONG = 4.5  # [sigma]
_STILL_SCORE = 3.5  # of a peak that stands still [sigma]
_STILL = 2.0  # a peak that moves less over three frames stands still [pixel]


def quieten(difference: Difference, number: int) -> None:
    """Widen the noise where much of the surroundings stands off it: edges of ghosts, bleeding, haloes.

    The wings of a bright mover are none of these.
    """
    score = difference.score(number)
    off = (np.abs(score) > _RESTLESS) & ~_of_points(score, difference.profile)
    share = uniform_filter(off.astype(np.float32), _SURROUNDINGS) - _USUAL
    difference.sigma[number] *= np.clip(1 + _STEEP * share, 1, 4)


def _of_points(score: NDArray[np.float32], profile: Values) -> NDArray[np.bool_]:
    """Say which pixels a bright point explains: they are as high as its profile, or nearly so."""
    half = len(profile) // 2
    explained = np.zeros(np.add(score.shape, 2 * half), bool)
    padded = np.pad(score, half)
    bright = find_peaks(score, _POINT, _MOST_POINTS)
    for x, y, height in zip(bright.x.astype(int), bright.y.astype(int), bright.score, strict=True):
        window = np.s_[y : y + 2 * half + 1, x : x + 2 * half + 1]
        light = height * profile
        explained[window] |= np.abs(padded[window] - light) < _RESTLESS + _UNLIKE * light
    return explained[half:-half, half:-half]


def blemishes(peaks: Peaks) -> NDArray[np.bool_]:
    """Say which peaks of a frame are strong and crowded: what is left of bright stars, ghosts, bleeding."""
    strong = np.flatnonzero(peaks.score > _STRONG)
    crowded = np.zeros(len(peaks), bool)
    if len(strong):
        tree = cKDTree(np.stack((peaks.x[strong], peaks.y[strong]), axis=1))
        score = peaks.score[strong]
        radius, most = _BLEMISHES
        for row, near in zip(strong, tree.query_ball_point(tree.data, radius), strict=True):
            crowded[row] = np.count_nonzero(score[near] > _COMPARABLE * peaks.score[row]) >= most
    return crowded


def stationary(peaks: list[Peaks], number: int) -> NDArray[np.bool_]:
    """Say which peaks of a frame are at the same place in two other frames as well."""
    here = np.stack((peaks[number].x, peaks[number].y), axis=1)
    count = np.zeros(len(here), int)
    for other, there in enumerate(peaks):
        if other != number:
            strong = there.part(there.score > _STILL_SCORE)
            if not len(strong):
                continue
            distance, _ = cKDTree(np.stack((strong.x, strong.y), axis=1)).query(
                here, distance_upper_bound=_STILL
            )
            count += np.isfinite(distance)
    return count >= 2
