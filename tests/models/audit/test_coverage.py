"""The promise of the audit: an interval of 90 % holds the truth in about 90 % of samples, and is narrow."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.models.audit import draw, estimate

TARGETS = (1, 2)
REDRAWS = 400
CHANCE = 0.03  # two standard deviations of a share of 0.9 in 400


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "options",
    [{"distance": 4.0}, {"distance": 4.0, "sharpness": 3.0}, {"distance": 4.5, "hidden": 0.02}],
    ids=["calibrated", "overconfident", "2 % hidden"],
)
def test_intervals_hold_the_truth_as_often_as_they_say(pool_of, options: dict) -> None:
    pool = pool_of(**options)
    rng = np.random.default_rng(11)
    held = np.zeros((2, len(TARGETS)))
    width = np.zeros_like(held)
    for _ in range(REDRAWS):
        sample = draw(pool.probabilities, TARGETS, 500, rng)
        figures = estimate(pool.probabilities, pool.truth[sample.rows], sample)
        for column, target in enumerate(TARGETS):
            for row, name in enumerate(("precision", "completeness")):
                low, high = (figures[target][name + end] for end in ("_low", "_high"))
                held[row, column] += low <= pool.figures(target)[row] <= high
                width[row, column] += (high - low) / 2
    share = held / REDRAWS
    assert (share >= 0.87 - CHANCE).all(), share
    assert (share <= 0.95 + CHANCE).all(), share
    assert (width / REDRAWS <= 0.10).all(), width / REDRAWS


def test_a_perfect_network_may_be_called_perfect(pool_of) -> None:
    pool = pool_of((5_800, 120, 80), distance=12.0)
    rng = np.random.default_rng(3)
    held = np.zeros(2)
    for _ in range(40):
        sample = draw(pool.probabilities, TARGETS, 300, rng)
        figures = estimate(pool.probabilities, pool.truth[sample.rows], sample)[1]
        assert figures["precision_low"] > 0.9
        held += figures["precision_high"] == 1.0, figures["completeness_high"] == 1.0
    assert pool.figures(1) == (1.0, 1.0)
    assert (held >= 32).all(), held
