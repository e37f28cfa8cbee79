"""Candidates: a path, the frames that show it, and whether they show it together beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.hypotheses import Hypotheses
from astrolib.movers.deep.refining import places, scores_along

Values = NDArray[np.float64]
Image = NDArray[np.float32]

_SHARED = 8.0  # paths that come so near each other share a source [pixel]
_COUNTS = 2.0  # a frame shows it from this score
_VARIES = 0.25  # of a mover's flux, from frame to frame
_TRAIL, _POINTS = 4.0, 5  # from this length on a trail is summed [pixel], at so many points
_HOPEFUL = 4.0  # significance as points, from which a trail is summed
_MOST_BENT, _SLACK = 0.25, 10.0  # sagitta over the length of the path, and over so many pixels more
_TOP = (1.7, 1.5)  # a frame counts at most so many times the median score, and so much more


@dataclass(frozen=True)
class Limits:
    """What a path must reach.

    Parameters
    ----------
    straight, curved : float
        Significance of all frames together, in standard deviations.
    without_best : float
        The same of all frames but the best one.
    scatter : float
        Reduced chi squared of one flux.
    slowest, fastest : float
        [pixel/min]
    frames : int
        In which it must be seen.
    """

    straight: float
    curved: float
    without_best: float
    scatter: float
    slowest: float
    fastest: float
    frames: int


@dataclass(frozen=True, eq=False)
class Candidate:
    """One path that was kept.

    Parameters
    ----------
    x, y : ndarray, shape (frames,)
        Its places on the grid.
    score : ndarray, shape (frames,)
        Significance in each frame; 0 where nothing was seen.
    significance : float
        Of all frames together.
    curved : bool
        Whether it was found as a parabola.
    """

    x: Values
    y: Values
    score: Values
    significance: float
    curved: bool


@dataclass(frozen=True, eq=False)
class Judged:
    """Paths with what was measured on them; one row a path."""

    x: Values
    y: Values
    score: Values
    weight: Values
    together: Values
    without_best: Values
    scatter: Values
    rate: Values
    bend: Values

    @property
    def curved(self) -> NDArray[np.bool_]:
        """Which paths are parabolas."""
        return self.bend > 0

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which frames say something."""
        return self.weight > 0

    def part(self, rows: NDArray[np.generic]) -> Judged:
        """Return some of them."""
        return Judged(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def judge(
    paths: Hypotheses, score: Image, sigma: Image, minutes: Values, exposure: float, profile: Values
) -> Judged:
    """Return the significance of paths.

    Parameters
    ----------
    paths : Hypotheses
        Any number.
    score, sigma : ndarray of float32, shape (frames, ny, nx)
        Significance of a point, and the standard deviation of its flux; inf where nothing was seen.
    minutes : ndarray, shape (frames,)
        From the middle [min].
    exposure : float
        Of a frame [min]: fast movers are trails, whose score is the sum along them.
    profile : ndarray, shape (side, side)
        Of a point, 1 at its centre.
    """
    x, y = places(paths, minutes)
    rate = np.hypot(paths.x[:, 1], paths.y[:, 1])
    values = scores_along(paths, score, minutes)
    hopeful = values.sum(axis=1) > _HOPEFUL * np.sqrt(len(minutes))
    trailed = np.flatnonzero(hopeful & (rate * exposure > _TRAIL))
    values[trailed] = _trail_scores(paths.part(trailed), score, minutes, exposure, profile)
    weight = np.stack(
        [_weight(sigma[number], x[:, number], y[:, number]) for number in range(len(minutes))], 1
    )
    span = float(np.ptp(minutes))
    bend = np.hypot(paths.x[:, 2], paths.y[:, 2]) * span**2 / 4
    return _judged(x, y, values, weight, rate, np.where(bend > 0, bend / (rate * span + _SLACK), 0.0))


def _trail_scores(
    paths: Hypotheses, score: Image, minutes: Values, exposure: float, profile: Values
) -> Values:
    """Return the scores of trails: means along them over what noise, as correlated as the profile, leaves."""
    shares = (np.arange(_POINTS) + 0.5) / _POINTS - 0.5
    total = sum(scores_along(paths, score, minutes + share * exposure) for share in shares) / _POINTS
    length = np.hypot(paths.x[:, 1], paths.y[:, 1]) * exposure
    lag = np.linspace(0, 1, 41)
    half = len(profile) // 2
    radial = np.interp(length[:, None] * lag, np.arange(half + 1), profile[half, half:], right=0.0)
    share = np.sum(radial * (1 - lag), axis=1) / np.sum(1 - lag)
    return np.asarray(total) / np.sqrt(share)[:, None]


def _judged(x: Values, y: Values, score: Values, weight: Values, rate: Values, bend: Values) -> Judged:
    together, without_best, scatter = significance(score, weight)
    return Judged(x, y, score, weight, together, without_best, scatter, rate, bend)


def _weight(sigma: Image, x: Values, y: Values) -> Values:
    """Return one over the noise at the nearest pixel; 0 where nothing was seen."""
    ny, nx = sigma.shape
    column, row = np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)
    inside = (column >= 0) & (row >= 0) & (column < nx) & (row < ny)
    return np.where(inside, 1 / sigma[np.where(inside, row, 0), np.where(inside, column, 0)], 0.0)


def significance(score: Values, weight: Values) -> tuple[Values, Values, Values]:
    """Return the significance of all frames together, of all but the best, and how unlike they are.

    A frame counts no more than the median flux makes likely, so that one bright artefact is no mover. How
    unlike: the reduced chi squared of one flux, which may vary by a few tenths from frame to frame.

    Parameters
    ----------
    score, weight : ndarray, shape (n, frames)
        Significance, and one over the noise; 0 where nothing was seen.
    """
    seen = weight > 0
    count = np.maximum(seen.sum(axis=1), 1)
    flux = np.where(seen, score / np.where(seen, weight, 1), np.inf)
    ordered = np.sort(flux, axis=1)
    rows = np.arange(len(score))
    median = (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]) / 2
    median = np.where(np.isfinite(median), np.maximum(median, 0), 0)
    capped = np.where(seen, np.minimum(score, _TOP[0] * median[:, None] * weight + _TOP[1]), 0)
    norm = np.sum(weight**2, axis=1)
    together = np.sum(capped * weight, axis=1) / np.sqrt(np.maximum(norm, 1e-30))
    best = np.argmax(capped * weight, axis=1)
    rest = np.sum(capped * weight, axis=1) - (capped * weight)[rows, best]
    without_best = rest / np.sqrt(np.maximum(norm - weight[rows, best] ** 2, 1e-30))
    expected = (together / np.sqrt(np.maximum(norm, 1e-30)))[:, None] * weight
    unlike = np.where(seen, (score - expected) ** 2 / (1 + (_VARIES * expected) ** 2), 0)
    return together, without_best, unlike.sum(axis=1) / np.maximum(count - 1, 1)


def accept(judged: Judged, limits: Limits) -> list[Candidate]:
    """Keep the best paths first, and of those that share their sources with a kept one, none.

    Parameters
    ----------
    judged : Judged
        Any number of paths, many of them the same.
    limits : Limits
        What they must reach.
    """
    rows = np.flatnonzero(reaching(judged, limits))
    margin = judged.together - np.where(judged.curved, limits.curved, limits.straight)
    kept: list[Candidate] = []
    for row in rows[np.argsort(-margin[rows], kind="stable")]:
        one = judged.part(np.array([row]))
        shared = _shared(one, kept)
        if shared.sum() >= 2:
            continue
        if shared.any() and not reaching(_without(one, shared), limits)[0]:
            continue
        score = np.where(one.seen, one.score, 0)[0]
        kept.append(Candidate(one.x[0], one.y[0], score, float(one.together[0]), bool(one.curved[0])))
    return kept


def reaching(judged: Judged, limits: Limits) -> NDArray[np.bool_]:
    """Say which paths reach the limits."""
    shows = ((judged.score > _COUNTS) & judged.seen).sum(axis=1)
    return (
        (judged.together > np.where(judged.curved, limits.curved, limits.straight))
        & (judged.without_best > limits.without_best)
        & (shows >= limits.frames)
        & (shows >= 0.5 * judged.seen.sum(axis=1))
        & (judged.scatter < limits.scatter)
        & (judged.bend < _MOST_BENT)
        & (judged.rate >= limits.slowest)
        & (judged.rate <= limits.fastest)
    )


def _shared(one: Judged, kept: list[Candidate]) -> NDArray[np.bool_]:
    """Say in which frames a path comes near one that was kept."""
    shared = np.zeros(one.x.shape[1], bool)
    for other in kept:
        shared |= (np.hypot(other.x - one.x[0], other.y - one.y[0]) < _SHARED) & one.seen[0]
    return shared


def _without(one: Judged, frames: NDArray[np.bool_]) -> Judged:
    """Return a path as the other frames show it."""
    return _judged(one.x, one.y, one.score, np.where(frames, 0, one.weight), one.rate, one.bend)
