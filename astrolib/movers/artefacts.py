"""What the difference images show and does not move: variables, and the trails of satellites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, center_of_mass, label, maximum_filter
from scipy.spatial import cKDTree

from astrolib.movers.difference import Difference
from astrolib.movers.peaks import Peaks

Values = NDArray[np.float64]

_VARIES = 4.5  # standard deviations, up in one frame and down in another
_PRESENT = 0.3  # of its mean, a variable is in every frame
_BLEMISHES = 4  # strong peaks of one frame so near each other are no movers
_NEAR = 25.0  # [pixel]
_STRONG = 4.5  # [sigma]
_STILL = 2.0  # a peak that moves less over three frames stands still [pixel]
_ANGLES = 360
_WIDTH = 4.0  # of a bin of Hough's space [pixel]
_BRIGHT = 4.0  # peaks that may belong to a trail [sigma]
_LEAST_PEAKS = 14
_LEAST_LENGTH = 250.0  # a mover's trail is shorter [pixel]
_HALF_WIDTH = 12.0  # that a trail spoils [pixel]


@dataclass(frozen=True)
class Line:
    """A straight trail: x cos(angle) + y sin(angle) = distance [rad, pixel], and how many peaks lie on it."""

    angle: float
    distance: float
    peaks: int

    def middle(self, shape: tuple[int, int]) -> tuple[float, float]:
        """Return the point of the trail that is nearest to the middle of an image (x, y)."""
        x, y = shape[1] / 2, shape[0] / 2
        off = self.distance - x * np.cos(self.angle) - y * np.sin(self.angle)
        return float(x + off * np.cos(self.angle)), float(y + off * np.sin(self.angle))


def mark_variables(difference: Difference) -> list[tuple[float, float]]:
    """Take variable stars out of the difference, and return where they are (x, y).

    A variable is above the static sky in one frame and below it in another, at the same place, and is there in
    all frames; a slow mover is not.
    """
    score_up = np.full(difference.static.shape, -np.inf, np.float32)
    score_down = -score_up
    for number in range(len(difference.flux)):
        score = difference.score(number)
        np.maximum(score_up, score, out=score_up)
        np.minimum(score_down, score, out=score_down)
    noise = np.median(difference.sigma[0][np.isfinite(difference.sigma[0])])
    varies = (score_up > _VARIES) & (score_down < -_VARIES) & (difference.static > 10 * noise)
    varies &= difference.lowest > _PRESENT * difference.static
    blobs, count = label(varies)
    spoilt = binary_dilation(varies, iterations=3)
    difference.flux[:, spoilt] = 0
    difference.sigma[:, spoilt] = np.inf
    return [(float(x), float(y)) for y, x in center_of_mass(varies, blobs, range(1, count + 1))]


def blemishes(peaks: Peaks) -> NDArray[np.bool_]:
    """Say which peaks of a frame are strong and crowded: what is left of bright stars, ghosts' edges, bleeding."""
    strong = np.flatnonzero(peaks.score > _STRONG)
    crowded = np.zeros(len(peaks), bool)
    if len(strong):
        tree = cKDTree(np.stack((peaks.x[strong], peaks.y[strong]), axis=1))
        near = tree.query_ball_point(tree.data, _NEAR, return_length=True)
        crowded[strong[near >= _BLEMISHES]] = True
    return crowded


def stationary(peaks: list[Peaks], number: int) -> NDArray[np.bool_]:
    """Say which peaks of a frame are at the same place in two other frames as well."""
    here = np.stack((peaks[number].x, peaks[number].y), axis=1)
    count = np.zeros(len(here), int)
    for other, there in enumerate(peaks):
        if other != number and len(there):
            distance, _ = cKDTree(np.stack((there.x, there.y), axis=1)).query(
                here, distance_upper_bound=_STILL
            )
            count += np.isfinite(distance)
    return count >= 2


def mark_peaks(difference: Difference, number: int, peaks: Peaks, radius: int = 4) -> None:
    """Take the surroundings of peaks out of one frame's difference."""
    spoilt = np.zeros(difference.static.shape, bool)
    spoilt[peaks.y.astype(int), peaks.x.astype(int)] = True
    spoilt = maximum_filter(spoilt, 2 * radius + 1)
    difference.flux[number][spoilt] = 0
    difference.sigma[number][spoilt] = np.inf


def find_lines(peaks: Peaks, shape: tuple[int, int]) -> list[Line]:
    """Return the straight trails among the peaks of one frame (Hough 1962; Duda and Hart 1972)."""
    lines: list[Line] = []
    left = peaks.part(peaks.score > _BRIGHT)
    while len(left) >= _LEAST_PEAKS and len(lines) < 4:
        line, on_it = _best_line(left, float(np.hypot(*shape)))
        if line is None:
            break
        lines.append(line)
        left = left.part(~on_it)
    return lines


def _best_line(peaks: Peaks, diagonal: float) -> tuple[Line | None, NDArray[np.bool_]]:
    angles = np.arange(_ANGLES) * np.pi / _ANGLES
    distance = np.outer(peaks.x, np.cos(angles)) + np.outer(peaks.y, np.sin(angles))
    bins = ((distance + diagonal) / _WIDTH).astype(np.int64)
    count = int(2 * diagonal / _WIDTH) + 2
    votes = np.bincount((bins + np.arange(_ANGLES) * count).ravel(), minlength=_ANGLES * count)
    votes = votes.reshape(_ANGLES, count)
    pairs = votes[:, :-1] + votes[:, 1:]
    number, place = np.unravel_index(np.argmax(pairs), pairs.shape)
    middle = (place + 1) * _WIDTH - diagonal
    near = np.abs(distance[:, number] - middle) < 2 * _WIDTH
    expected = len(peaks) * 4 * _WIDTH / diagonal
    if near.sum() < _LEAST_PEAKS + 4 * expected:
        return None, near
    angle, middle = _fit_line(peaks.x[near], peaks.y[near])
    on_it = np.abs(peaks.x * np.cos(angle) + peaks.y * np.sin(angle) - middle) < _HALF_WIDTH
    along = peaks.y[on_it] * np.cos(angle) - peaks.x[on_it] * np.sin(angle)
    if np.ptp(np.quantile(along, [0.1, 0.9])) < _LEAST_LENGTH:
        return None, near
    return Line(angle, middle, int(on_it.sum())), on_it


def _fit_line(x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[float, float]:
    """Return angle and distance of the line of least squares across."""
    x0, y0 = np.median(x), np.median(y)
    normal = np.linalg.eigh(np.cov(np.stack((x - x0, y - y0))))[1][:, 0]
    return float(np.arctan2(normal[1], normal[0])), float(normal @ (x0, y0))


def mark_line(difference: Difference, number: int, line: Line) -> None:
    """Take a satellite's trail out of one frame's difference."""
    ny, nx = difference.static.shape
    across = np.arange(nx) * np.cos(line.angle) + np.arange(ny)[:, None] * np.sin(line.angle) - line.distance
    spoilt = np.abs(across) < _HALF_WIDTH
    difference.flux[number][spoilt] = 0
    difference.sigma[number][spoilt] = np.inf
