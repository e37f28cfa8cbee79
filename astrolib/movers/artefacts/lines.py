"""The straight trails of satellites: found among the peaks of one frame, and taken out of its difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, median

from astrolib.movers.difference.peaks import Peaks
from astrolib.movers.difference.subtraction import Difference

Values = NDArray[np.float64]

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
