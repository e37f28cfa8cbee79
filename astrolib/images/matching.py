"""Which source is which star, where the place of the frame is known only roughly.

Pairs of bright sources and pairs of bright stars vote for a scale and a rotation, then sources and stars for
a shift; the votes that are right fall together, the others anywhere. It is the search for a similarity in
the spirit of Groth 1986 (AJ 91, 1244), with pairs where the rough WCS makes triangles unnecessary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import poisson

BRIGHTEST = 80
"""Sources that vote for a shift; twice as many stars do."""

_FIRST_STARS = 0, BRIGHTEST, 2 * BRIGHTEST, 4 * BRIGHTEST
"""How many of the brightest stars are passed over: where stars crowd, many of them are saturated."""

_OF_PAIRS = 50, 80  # sources and stars whose pairs vote for rotation and scale

_MOST_SCALE, _MOST_TURN = 0.05, np.radians(5.0)
_TURN_BIN, _SCALE_BIN = np.radians(0.1), 0.002
_SHIFT_BIN = 4.0  # pixels
_NEAR = 5.0  # pixels, after a similarity
_LEAST = 6
_FACTORS = 6  # rotations and scales that are tried

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Similarity:
    """A shift, a rotation and a scale: ``z -> factor * z + shift`` on complex numbers x + iy."""

    factor: complex
    shift: complex

    def __call__(self, points: Points) -> Points:
        """Return points, shape (n, 2), where the similarity takes them."""
        moved = self.factor * _complex(points) + self.shift
        return np.stack([moved.real, moved.imag], axis=-1)


def similarity(sources: Points, stars: Points, reach: float) -> Similarity | None:
    """Find the similarity that takes stars to sources.

    Parameters
    ----------
    sources : ndarray, shape (n, 2)
        Places of sources, the brightest first [pixel].
    stars : ndarray, shape (m, 2)
        Where the rough WCS puts the stars, the brightest first [pixel].
    reach : float
        How far the rough WCS may be off [pixel].

    Returns
    -------
    Similarity or None
        None where no shift has clearly more votes than chance gives.
    """
    for first in _FIRST_STARS:
        found = _similarity(sources, stars[first:], reach)
        if found is not None or len(stars) <= first + 2 * BRIGHTEST:
            return found
    return None


def _similarity(sources: Points, stars: Points, reach: float) -> Similarity | None:
    a, b = _complex(sources[:BRIGHTEST]), _complex(stars[: 2 * BRIGHTEST])
    best, most = None, 0
    for factor in _factors(a[: _OF_PAIRS[0]], b[: _OF_PAIRS[1]]):
        shift, votes = _shift(a, factor * b, reach)
        if votes > most:
            best, most = Similarity(factor, shift), votes
    if best is None or most < _needed(len(a), len(b), sources, reach):
        return None
    return _refined(best, sources, stars)


def pairs(moved: Points, sources: Points, radius: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows of stars and of sources that are each other's nearest within a radius."""
    if not len(moved) or not len(sources):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    distance, nearest = cKDTree(sources).query(moved, distance_upper_bound=radius)
    _, back = cKDTree(moved).query(sources)
    star = np.flatnonzero(np.isfinite(distance))
    star = star[back[nearest[star]] == star]
    return star, nearest[star]


def _complex(points: Points) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]


def _factors(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> list[complex]:
    """Return the likeliest rotations and scales, from the ratios of differences of pairs; and none at all."""
    of_a, of_b = _differences(a), _differences(b)
    if not len(of_a) or not len(of_b):
        return [1 + 0j]
    order = np.argsort(np.abs(of_b))
    of_b, length = of_b[order], np.abs(of_b)[order]
    first = np.searchsorted(length, np.abs(of_a) * (1 - _MOST_SCALE))
    last = np.searchsorted(length, np.abs(of_a) * (1 + _MOST_SCALE))
    row = np.repeat(np.arange(len(of_a)), last - first)
    start = np.cumsum(last - first) - (last - first)
    which = np.arange(len(row)) - np.repeat(start - first, last - first)
    ratio = of_a[row] / of_b[which]
    turn, scale = np.angle(ratio), np.log(np.abs(ratio))
    near = (np.abs(turn) < _MOST_TURN) & (np.abs(scale) < _MOST_SCALE)
    turns = np.arange(-_MOST_TURN, _MOST_TURN + _TURN_BIN, _TURN_BIN)
    scales = np.arange(-_MOST_SCALE, _MOST_SCALE + _SCALE_BIN, _SCALE_BIN)
    votes, _, _ = np.histogram2d(turn[near], scale[near], bins=(turns, scales))
    best = np.argsort(-votes, axis=None)[: _FACTORS - 1]
    i, j = np.unravel_index(best, votes.shape)
    likely = np.exp(scales[j] + _SCALE_BIN / 2 + 1j * (turns[i] + _TURN_BIN / 2))
    return [1 + 0j, *(complex(each) for each in likely)]


def _differences(points: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return all differences, both ways, that are long enough to tell a rotation."""
    apart = (points[:, None] - points[None, :]).ravel()
    return apart[np.abs(apart) > 100]


def _shift(a: NDArray[np.complex128], b: NDArray[np.complex128], reach: float) -> tuple[complex, int]:
    """Return the shift from b to a that most pairs agree on, and how many do."""
    apart = (a[:, None] - b[None, :]).ravel()
    apart = apart[(np.abs(apart.real) < reach) & (np.abs(apart.imag) < reach)]
    if not len(apart):
        return 0j, 0
    points = np.stack([apart.real, apart.imag], axis=-1)
    near = cKDTree(points).query_ball_point(points, _SHIFT_BIN, return_length=True)
    best = int(np.argmax(near))
    inside = np.abs(apart - apart[best]) <= _SHIFT_BIN
    return complex(apart[inside].mean()), int(near[best])


def _needed(n: int, m: int, sources: Points, reach: float) -> float:
    """Return how many votes random places give in one of a thousand frames at most."""
    area = float(np.prod(np.ptp(sources, axis=0) + 1))
    chance = n * m * np.pi * _SHIFT_BIN**2 / area
    trials = n * m * min(1.0, 4 * reach**2 / area) * _FACTORS
    return max(_LEAST, float(poisson.isf(1e-3 / max(trials, 1.0), chance)) + 2)


def _refined(rough: Similarity, sources: Points, stars: Points) -> Similarity:
    """Return the similarity by least squares over the pairs that it makes."""
    for radius in (2 * _NEAR, _NEAR):
        star, source = pairs(rough(stars), sources, radius)
        if len(star) < _LEAST:
            return rough
        a, b = _complex(sources[source]), _complex(stars[star])
        centre_a, centre_b = a.mean(), b.mean()
        factor = np.vdot(b - centre_b, a - centre_a) / np.vdot(b - centre_b, b - centre_b)
        rough = Similarity(complex(factor), complex(centre_a - factor * centre_b))
    return rough
