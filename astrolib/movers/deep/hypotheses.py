"""Paths to look at: peaks of two frames joined by a line, or of three by a parabola, if the others agree.

A pair of peaks in different frames is a straight path. Its support is read in coarse maps of the best score
near the predicted places of all other frames; what noise alone reaches is left behind. Movers below the
noise of a single frame are found by their sum (shift and stack: Cochran et al. 1995, ApJ 455, 342; Shao et
al. 2014, ApJ 782, 1; Whidden et al. 2019, AJ 157, 119), while only paths through two peaks are summed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.difference.peaks import Coarse, Peaks, in_sigma

Values = NDArray[np.float64]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]

_CHUNK = 1_000_000


@dataclass(frozen=True, eq=False)
class Hypotheses:
    """Paths x(t) = x0 + vx t + ax t^2 / 2 with t in minutes from the middle, in pixels.

    Parameters
    ----------
    x, y : ndarray, shape (n, 3)
        Coefficients of rising power; the last is half the acceleration.
    support : ndarray, shape (n,)
        Rough significance, to rank them.
    """

    x: Values
    y: Values
    support: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)

    def best(self, most: int) -> Hypotheses:
        """Return the best supported."""
        if len(self) <= most:
            return self
        return self.part(np.argpartition(-self.support, most)[:most])

    def part(self, rows: NDArray[np.intp]) -> Hypotheses:
        """Return some of them."""
        return Hypotheses(self.x[rows], self.y[rows], self.support[rows])


def join(parts: list[Hypotheses]) -> Hypotheses:
    """Return several sets as one."""
    if not parts:
        return Hypotheses(np.empty((0, 3)), np.empty((0, 3)), np.empty(0, np.float32))
    return Hypotheses(
        *(np.concatenate([getattr(one, name) for one in parts]) for name in ("x", "y", "support"))
    )


@dataclass(frozen=True, eq=False)
class Seeds:
    """What paths are made of.

    Parameters
    ----------
    minutes : ndarray, shape (frames,)
        Times from the middle of the night's span [min].
    peaks : list of Peaks
        One set a frame.
    near, far : list of Coarse
        Coarse maps, for places close to both peaks in time and for others.
    slowest, fastest : float
        [pixel/min]
    """

    minutes: Values
    peaks: list[Peaks]
    near: list[Coarse]
    far: list[Coarse]
    slowest: float
    fastest: float


def straight(seeds: Seeds, first: int, second: int, least_sum: float, least_support: float) -> Hypotheses:
    """Return straight paths through a peak of each of two frames that other frames support.

    Parameters
    ----------
    seeds : Seeds
        Peaks and maps.
    first, second : int
        Frames.
    least_sum : float
        Of both peaks' scores.
    least_support : float
        Of the other frames' coarse scores, in standard deviations of their sum over noise.
    """
    time_a, time_b = seeds.minutes[first], seeds.minutes[second]
    a, b = seeds.peaks[first], seeds.peaks[second]
    found = []
    for left, right in _pairs(a, b, seeds, abs(time_b - time_a)):
        keep = a.score[left] + b.score[right] > least_sum
        left, right = left[keep], right[keep]
        vx, vy = (b.x[right] - a.x[left]) / (time_b - time_a), (b.y[right] - a.y[left]) / (time_b - time_a)
        x, y = a.x[left] - vx * time_a, a.y[left] - vy * time_a
        support = _support(seeds, (first, second), x, y, vx, vy)
        rows = np.flatnonzero(support > least_support)
        zero = np.zeros(len(rows))
        found.append(
            Hypotheses(
                np.stack((x[rows], vx[rows], zero), axis=1).astype(np.float64),
                np.stack((y[rows], vy[rows], zero), axis=1).astype(np.float64),
                support[rows] + (a.score[left] + b.score[right])[rows],
            )
        )
    return join(found)


def _pairs(a: Peaks, b: Peaks, seeds: Seeds, minutes: float) -> Iterator[Pairs]:
    """Yield pairs whose rate is within the limits."""
    if not len(a) or not len(b):
        return
    tree = cKDTree(np.stack((b.x, b.y), axis=1))
    start = np.stack((a.x, a.y), axis=1)
    reach = seeds.fastest * minutes
    counts = tree.query_ball_point(start, reach, return_length=True)
    bounds = np.searchsorted(np.cumsum(counts), np.arange(_CHUNK, counts.sum() + _CHUNK, _CHUNK)) + 1
    for rows in np.split(np.arange(len(a)), np.unique(np.minimum(bounds, len(a)))):
        near = tree.query_ball_point(start[rows], reach)
        right = np.fromiter(chain.from_iterable(near), np.intp)
        left = np.repeat(rows, [len(one) for one in near])
        far = np.hypot(b.x[right] - a.x[left], b.y[right] - a.y[left]) >= seeds.slowest * minutes
        yield left[far], right[far]


def _support(
    seeds: Seeds,
    made_of: tuple[int, int],
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    vx: NDArray[np.float32],
    vy: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the sum of the other frames' coarse scores over the root of their number."""
    start, end = (seeds.minutes[frame] for frame in made_of)
    span = abs(end - start)
    total = np.zeros(len(x), np.int16)
    for number, time in enumerate(seeds.minutes):
        if number in made_of:
            continue
        outside = max(min(start, end) - time, time - max(start, end), 0.0)
        maps = seeds.near if outside <= 1.2 * span else seeds.far
        total += maps[number].at(x + vx * np.float32(time), y + vy * np.float32(time))
    return in_sigma(total) / np.float32(np.sqrt(max(1, len(seeds.minutes) - 2)))


def curved(
    seeds: Seeds, frames: tuple[int, int, int], farthest: float, least_sum: float, least_support: float
) -> Hypotheses:
    """Return parabolas through a peak of each of three frames that other frames support.

    Parameters
    ----------
    seeds : Seeds
        Peaks and maps.
    frames : tuple of int
        By time; the middle one within `farthest` pixels of the line through the others.
    farthest : float
        [pixel]
    least_sum : float
        Of the three scores.
    least_support : float
        As in `straight`; not asked where there are three frames in all.
    """
    time_a, time_m, time_b = (seeds.minutes[number] for number in frames)
    a, m, b = (seeds.peaks[number] for number in frames)
    if not (len(a) and len(m) and len(b)):
        return join([])
    tree = cKDTree(np.stack((m.x, m.y), axis=1))
    share = (time_m - time_a) / (time_b - time_a)
    found = []
    for left, right in _pairs(a, b, seeds, time_b - time_a):
        x_line = a.x[left] + share * (b.x[right] - a.x[left])
        y_line = a.y[left] + share * (b.y[right] - a.y[left])
        length = np.hypot(b.x[right] - a.x[left], b.y[right] - a.y[left])
        near = tree.query_ball_point(
            np.stack((x_line, y_line), axis=1), np.minimum(farthest, 2.0 + 0.3 * length)
        )
        between = np.fromiter(chain.from_iterable(near), np.intp)
        rows = np.repeat(np.arange(len(left)), [len(one) for one in near])
        keep = a.score[left[rows]] + b.score[right[rows]] + m.score[between] > least_sum
        rows, between = rows[keep], between[keep]
        ends = a.part(left[rows]), m.part(between), b.part(right[rows])
        x = _parabola((time_a, time_m, time_b), [one.x for one in ends])
        y = _parabola((time_a, time_m, time_b), [one.y for one in ends])
        support = _curved_support(seeds, frames, x, y)
        good = support > least_support if len(seeds.minutes) > 3 else np.ones(len(x), bool)
        total = sum(one.score for one in ends)
        found.append(Hypotheses(x[good], y[good], (support + total)[good].astype(np.float32)))
    return join(found)


def _parabola(times: tuple[float, float, float], places: list[NDArray[np.float32]]) -> Values:
    """Return coefficients (n, 3) of the parabola through three places."""
    return np.linalg.solve(np.vander(times, 3, increasing=True), np.stack(places).astype(np.float64)).T


def _curved_support(seeds: Seeds, made_of: tuple[int, int, int], x: Values, y: Values) -> NDArray[np.float32]:
    total = np.zeros(len(x), np.int16)
    for number, time in enumerate(seeds.minutes):
        if number not in made_of:
            powers = np.array([1.0, time, time**2])
            maps = seeds.near if seeds.minutes[made_of[0]] <= time <= seeds.minutes[made_of[2]] else seeds.far
            total += maps[number].at((x @ powers).astype(np.float32), (y @ powers).astype(np.float32))
    return in_sigma(total) / np.float32(np.sqrt(max(1, len(seeds.minutes) - 3)))
