"""Precision and completeness on the whole pool, from the answers to an audit sample."""

from __future__ import annotations

import zlib
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.models.audit.counts import Judged, claimed_targets, missed_targets, untellable
from astrolib.models.audit.posterior import DRAWS, Floats
from astrolib.models.audit.sample import UNANSWERED, Draw
from astrolib.models.audit.scores import check, log_odds

SEED = 0
"""Of the draws from the posterior, with the sample and its answers: the same ones give the same figures."""


class Figures(TypedDict):
    """What an audit says of one class. Undefined figures are NaN, with the interval 0 to 1."""

    precision: float
    precision_low: float
    precision_high: float
    completeness: float
    completeness_low: float
    completeness_high: float
    n: int
    level: float


def estimate(
    probabilities: NDArray[np.float32],
    answers: NDArray[np.int64],
    draw: Draw,
    known: NDArray[np.int64] | None = None,
    level: float = 0.9,
) -> dict[int, Figures]:
    """Estimate precision and completeness of each target class over the whole pool.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (N, k)
        The scores of the network that is judged. It need not be the one that was drawn from, but it must not
        have learnt from these answers.
    answers : ndarray of int, shape (n,)
        The class of each of `draw.rows`. `AMBIGUOUS`: somebody looked and nobody could tell; such spectra
        are left out of the figures, and so is their estimated number among those not asked about.
        `UNANSWERED`: nobody looked; taken to be missing at random within its stratum.
    draw : Draw
        The sample.
    known : ndarray of int, shape (N,), optional
        The labels of what was excluded from the draw; other rows are not read. They are counted, not
        estimated.
    level : float
        The probability with which an interval is to hold the truth.

    Returns
    -------
    dict of int to Figures
        The figures by the column of the target: posterior medians and equal-tailed intervals. `n` counts
        the answers that told a class.

    Raises
    ------
    RefusedError
        The arrays do not fit each other, or the excluded spectra have no labels.
    """
    check(probabilities, draw.targets)
    answers = np.asarray(answers)
    _check_fit(probabilities, answers, draw, level)
    labels = np.full(len(probabilities), UNANSWERED, np.int64)
    labels[draw.rows] = answers
    excluded = draw.strata < 0
    if known is not None:
        labels[excluded] = np.asarray(known)[excluded]
    if (labels[excluded] == UNANSWERED).any():
        raise RefusedError(
            f"{excluded.sum()} spectra were excluded from the draw, and not all of them have a label",
            remedy="give their labels as known",
        )
    called = probabilities.argmax(axis=1)
    return {
        target: _figures(
            Judged(called == target, log_odds(probabilities, target), labels, target, draw), level
        )
        for target in draw.targets
    }


def _check_fit(
    probabilities: NDArray[np.float32], answers: NDArray[np.int64], draw: Draw, level: float
) -> None:
    if len(probabilities) != len(draw.strata):
        raise RefusedError(
            f"{len(probabilities)} scores for a draw from {len(draw.strata)} spectra",
            remedy="score the pool that was drawn from, in its order",
        )
    if answers.shape != draw.rows.shape:
        raise RefusedError(
            f"answers of shape {answers.shape} to {len(draw.rows)} drawn spectra",
            remedy="give one answer for each of draw.rows, UNANSWERED where there is none",
        )
    if not np.isin(answers, np.arange(UNANSWERED, probabilities.shape[1])).all():
        raise RefusedError(
            "an answer is no column of the scores", remedy="use AMBIGUOUS where nobody could tell"
        )
    if not 0 < level < 1:
        raise RefusedError(f"a level of {level}", remedy="give a probability between 0 and 1, such as 0.9")


def _figures(judged: Judged, level: float) -> Figures:
    rng = _generator(judged)
    wary = rng.random(DRAWS) < rng.random()
    found = claimed_targets(judged, wary, rng)
    called = judged.claimed.sum() - untellable(judged, found, wary, rng)
    found = _between(found, ~wary, rng)
    wary = rng.random(DRAWS) < rng.random()
    missed = _between(missed_targets(judged, wary, rng), wary, rng)
    precision = _interval(found, called, level)
    completeness = _interval(found, found + missed, level)
    answered = judged.labels[judged.draw.rows] >= 0
    return Figures(
        precision=precision[1],
        precision_low=precision[0],
        precision_high=precision[2],
        completeness=completeness[1],
        completeness_low=completeness[0],
        completeness_high=completeness[2],
        n=int(answered.sum()),
        level=level,
    )


def _generator(judged: Judged) -> np.random.Generator:
    rows = judged.draw.rows
    sample = zlib.crc32(rows.astype("<i8").tobytes() + judged.labels[rows].astype("<i8").tobytes())
    return np.random.default_rng((SEED, judged.target, sample))


def _between(counts: Floats, up: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Spread whole numbers over the step to the next one, up or down: randomised limits (Stevens 1950).

    Of the draws a share is wary, and that share is itself drawn once for each estimate. Between the limits
    that are exact from below and from above lies one attainable step; this decides where in it they fall.
    """
    part = rng.random(len(counts))
    return np.maximum(0, counts + np.where(up, part, -part))


def _interval(part: Floats, whole: Floats, level: float) -> tuple[float, float, float]:
    """Return the quantiles (low, median, high) of a share; NaN within 0 to 1 where there is no whole."""
    if not (whole > 0).any():
        return 0.0, float("nan"), 1.0
    share = np.clip(part / np.maximum(whole, 1), 0, 1)
    low, middle, high = np.quantile(share, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return float(low), float(middle), float(high)
