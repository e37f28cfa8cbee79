"""What the difference images show and does not move: variables, and the trails of satellites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, median, uniform_filter
from scipy.spatial import cKDTree

from astrolib.movers.difference.peaks import Peaks, find_peaks
from astrolib.movers.difference.subtraction import Difference

Values = NDArray[np.float64]

_VARIES = 4.5  # standard deviations, up in one frame and down in another
_BOTH_WAYS = 0.3  # of the way up, a variable also goes down; a slow mover leaves a shallower hole
_HIGHEST = 0.85  # of the highest flux around
_STAR = 5.0  # of the static sky is a star [sigma of one frame]
_ON_IT = 1.7  # from a star's peak [pixel]
_BLEMISHES = (25.0, 4)  # within so many pixels, so many strong peaks of one frame are no movers
_COMPARABLE = 0.5  # of a peak's score, and its neighbours are of its kind
_RESTLESS = 2.5  # a pixel that stands off [sigma]
_SURROUNDINGS = 61  # side of what is looked at around a pixel
_USUAL, _STEEP = 0.08, 15.0  # the share of them that is usual, and how fast the noise grows beyond it
_POINT, _MOST_POINTS = 150.0, 100  # a point so high has wings that stand off [sigma]
_UNLIKE = 0.3  # of a point's light, by which it may be unlike the profile
_HIGH = 12.0  # a peak from which more is taken out [sigma]
_STRONG = 4.5  # [sigma]
_STILL_SCORE = 3.5  # of a peak that stands still [sigma]
_STILL = 2.0  # a peak that moves less over three frames stands still [pixel]
_ANGLES = 360
_WIDTH = 4.0  # of a bin of Hough's space [pixel]
_BRIGHT = 4.0  # peaks that may belong to a trail [sigma]
_LEAST_PEAKS = 14
_LEAST_LENGTH = 250.0  # a mover's trail is shorter [pixel]
_PART, _FILLED = 40.0, 0.45  # a trail has peaks in so many of its parts of so many pixels
_HALF_WIDTH = 12.0  # that a trail spoils [pixel]
_SUBTRACTED = 64.0  # parts of a trail of one brightness [pixel]
_LEFT = 0.1  # of a satellite's light, which may be left


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
        mark_disc(spoilt, float(stars.x[row]), float(stars.y[row]), 6 if up[row] < _HIGH else 9)
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


def on_stars(difference: Difference, number: int, peaks: Peaks, stars: Peaks) -> NDArray[np.bool_]:
    """Say which peaks of a frame lie on a star and are fainter than it: a variable, or what is left of it."""
    if not len(stars) or not len(peaks):
        return np.zeros(len(peaks), bool)
    distance, nearest = cKDTree(np.stack((stars.x, stars.y), axis=1)).query(
        np.stack((peaks.x, peaks.y), axis=1)
    )
    height = difference.flux[number][peaks.y.astype(int), peaks.x.astype(int)]
    return (distance < _ON_IT) & (height < stars.score[nearest])


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


def mark_peaks(difference: Difference, number: int, peaks: Peaks) -> None:
    """Take the surroundings of peaks out of one frame's difference, the farther the higher they are."""
    spoilt = np.zeros(difference.static.shape, bool)
    for x, y, score in zip(peaks.x, peaks.y, peaks.score, strict=True):
        mark_disc(spoilt, float(x), float(y), 5 if score < _HIGH else 9)
    difference.flux[number][spoilt] = 0
    difference.sigma[number][spoilt] = np.inf


def mark_disc(mask: NDArray[np.bool_], x: float, y: float, radius: int = 6) -> None:
    """Mark a disc in a mask."""
    dy, dx = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    inside = dx**2 + dy**2 <= radius**2
    rows, columns = round(y) + dy[inside], round(x) + dx[inside]
    on_it = (rows >= 0) & (columns >= 0) & (rows < mask.shape[0]) & (columns < mask.shape[1])
    mask[rows[on_it], columns[on_it]] = True


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
    angle, offset = _fit_line(peaks.x[near], peaks.y[near])
    across = peaks.x * np.cos(angle) + peaks.y * np.sin(angle) - offset
    along = peaks.y * np.cos(angle) - peaks.x * np.sin(angle)
    on_it = np.abs(across) < _HALF_WIDTH
    if not _is_trail(across, along):
        return None, near
    return Line(angle, offset, int(on_it.sum())), on_it


def _is_trail(across: NDArray[np.float32], along: NDArray[np.float32]) -> bool:
    """Say whether peaks form a line: long, without wide gaps, and far more than beside it."""
    core = np.abs(across) < _WIDTH
    beside = np.count_nonzero((np.abs(across) > 3 * _WIDTH) & (np.abs(across) < 13 * _WIDTH)) / 10
    low, high = np.quantile(along[core], [0.05, 0.95])
    parts = np.unique(((along[core] - low) / _PART).astype(int)[(along[core] >= low) & (along[core] <= high)])
    filled = len(parts) * _PART / max(high - low, _PART)
    many = np.count_nonzero(core) - beside > max(_LEAST_PEAKS, 6 * np.sqrt(beside + 1))
    return bool(many and high - low > _LEAST_LENGTH and filled > _FILLED)


def _fit_line(x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[float, float]:
    """Return angle and distance of the line of least squares across."""
    x0, y0 = np.median(x), np.median(y)
    normal = np.linalg.eigh(np.cov(np.stack((x - x0, y - y0))))[1][:, 0]
    return float(np.arctan2(normal[1], normal[0])), float(normal @ (x0, y0))


def subtract_line(difference: Difference, number: int, line: Line) -> None:
    """Take a satellite's trail out of one frame's difference.

    Its light is the median of parts of the trail, at each distance from its middle: a mover that it crosses
    stays. The noise grows with what was subtracted and with what is left: where the satellite flashes, the
    frame says little.
    """
    ny, nx = difference.static.shape
    cosine, sine = np.cos(line.angle), np.sin(line.angle)
    all_across = np.arange(nx) * cosine + np.arange(ny)[:, None] * sine - line.distance
    rows, columns = np.nonzero((np.abs(all_across) < _HALF_WIDTH) & np.isfinite(difference.sigma[number]))
    if not len(rows):
        return
    flux, sigma = difference.flux[number][rows, columns], difference.sigma[number][rows, columns]
    along = rows * cosine - columns * sine
    part, off = (along - along.min()) / _SUBTRACTED, all_across[rows, columns] + _HALF_WIDTH
    light = _by_place(flux, part, off)
    left = flux - light
    noise = 1.4826 * _by_place(np.abs(left) / sigma, part, off)
    difference.flux[number][rows, columns] = left
    difference.sigma[number][rows, columns] = np.hypot(sigma * np.maximum(noise, 1), _LEFT * np.abs(light))


def _by_place(values: Values, part: Values, off: Values) -> Values:
    """Return the medians of values in cells of unit size, linear between the cells' centres."""
    cells = np.stack((part, off)).astype(int)
    shape = tuple(cells.max(axis=1) + 1)
    label = np.ravel_multi_index(tuple(cells), shape)
    table = np.zeros(shape)
    held = np.unique(label)
    table.ravel()[held] = median(values, label, held)
    return map_coordinates(table, np.stack((part, off)) - 0.5, order=1, mode="nearest")
