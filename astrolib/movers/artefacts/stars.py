"""Stars in the difference images: variables, and what lies on a star and is fainter than it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.artefacts.marks import HIGH, mark_disc
from astrolib.movers.difference.peaks import Peaks, find_peaks
from astrolib.movers.difference.subtraction import Difference

_VARIES = 4.5  # standard deviations, up in one frame and down in another
_BOTH_WAYS = 0.3  # of the way up, a variable also goes down; a slow mover leaves a shallower hole
_HIGHEST = 0.85  # of the highest flux around
_STAR = 5.0  # of the static sky is a star [sigma of one frame]
_ON_IT = 1.7  # from a star's peak [pixel]


def find_stars(difference: Difference) -> Peaks:
    """Return what is there in every frame: the maxima of the least of all frames. The score is the flux."""
    noise = float(np.median(difference.sigma[0][np.isfinite(difference.sigma[0])]))
    lowest = np.where(np.isfinite(difference.lowest), difference.lowest, np.float32(0))
    return find_peaks(lowest, _STAR * noise, lowest.size)


def mark_variables(difference: Difference, stars: Peaks) -> list[tuple[float, float]]:
    """Take variable stars out of the difference, and return where they are (x, y).

    A variable is above the static sky in one frame and below it in another, and no mover that passes by: what
    it is off by is highest at its place.
    """
    rows, columns = stars.y.astype(int), stars.x.astype(int)
    score = np.stack([_score_at(difference, number, rows, columns) for number in range(len(difference.flux))])
    up, down = score.max(axis=0), -score.min(axis=0)
    varies = np.flatnonzero((up > _VARIES) & (down > _VARIES) & (down > _BOTH_WAYS * up))
    varies = varies[
        _peaked(difference.flux, score.argmax(axis=0)[varies], rows[varies], columns[varies])
        & _peaked(-difference.flux, score.argmin(axis=0)[varies], rows[varies], columns[varies])
    ]
    spoilt = np.zeros(difference.static.shape, bool)
    for row in varies:
        mark_disc(spoilt, float(stars.x[row]), float(stars.y[row]), 6 if up[row] < HIGH else 9)
    difference.flux[:, spoilt] = 0
    difference.sigma[:, spoilt] = np.inf
    return [(float(stars.x[row]), float(stars.y[row])) for row in varies]


def _peaked(
    flux: NDArray[np.float32], frames: NDArray[np.intp], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Say where a frame's flux is highest within three pixels, or nearly so."""
    side = np.arange(-3, 4)
    y = np.clip(rows[:, None, None] + side[:, None], 0, flux.shape[1] - 1)
    x = np.clip(columns[:, None, None] + side, 0, flux.shape[2] - 1)
    around = flux[frames[:, None, None], y, x]
    return around[:, 3, 3] > _HIGHEST * around.max(axis=(1, 2))


def _score_at(
    difference: Difference, number: int, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float32]:
    return difference.flux[number][rows, columns] / difference.sigma[number][rows, columns]


def on_stars(difference: Difference, number: int, peaks: Peaks, stars: Peaks) -> NDArray[np.bool_]:
    """Say which peaks of a frame lie on a star and are fainter than it: a variable, or what is left of it."""
    if not len(stars) or not len(peaks):
        return np.zeros(len(peaks), bool)
    distance, nearest = cKDTree(np.stack((stars.x, stars.y), axis=1)).query(
        np.stack((peaks.x, peaks.y), axis=1)
    )
    height = difference.flux[number][peaks.y.astype(int), peaks.x.astype(int)]
    return (distance < _ON_IT) & (height < stars.score[nearest])
