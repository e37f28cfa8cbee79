"""Candidates: the paths that all frames together show, each of them once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.evidence import Judged

Values = NDArray[np.float64]

_SHARED = 8.0  # paths that come so near each other share a source [pixel]
_COUNTS = 2.0  # a frame shows it from this score
_MOST_BENT = 0.25  # sagitta over the length of a path, a little lengthened (`evidence`)


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
        if shared.any() and not reaching(one.without(shared), limits)[0]:
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
