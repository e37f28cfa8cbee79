from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.core.errors import RefusedError
from astrolib.models.audit import AMBIGUOUS, UNANSWERED, draw, estimate

TARGETS = (1, 2)


def figures_of(pool, size: int, seed: int, target: int = 1, **options):
    sample = draw(pool.probabilities, TARGETS, size, np.random.default_rng(seed))
    return estimate(pool.probabilities, pool.truth[sample.rows], sample, **options)[target]


def test_asking_about_everything_gives_the_truth(small) -> None:
    for target in TARGETS:
        figures = figures_of(small, len(small.truth), 0, target)
        precision, completeness = small.figures(target)
        assert figures["precision"] == pytest.approx(precision, abs=0.01)
        assert figures["completeness"] == pytest.approx(completeness, abs=0.01)
        assert figures["precision_low"] <= precision <= figures["precision_high"]
        assert figures["completeness_low"] <= completeness <= figures["completeness_high"]


@pytest.mark.parametrize("target", TARGETS)
def test_estimates_have_little_bias(pool, target: int) -> None:
    several = [figures_of(pool, 500, seed, target) for seed in range(20)]
    precision, completeness = pool.figures(target)
    assert np.mean([f["precision"] for f in several]) == pytest.approx(precision, abs=0.02)
    assert np.mean([f["completeness"] for f in several]) == pytest.approx(completeness, abs=0.03)


def test_the_same_answers_give_the_same_figures(pool) -> None:
    assert figures_of(pool, 100, 3) == figures_of(pool, 100, 3)


def test_a_higher_level_and_fewer_answers_widen_the_interval(pool) -> None:
    def width(figures) -> float:
        return figures["completeness_high"] - figures["completeness_low"]

    assert width(figures_of(pool, 500, 3, level=0.99)) > width(figures_of(pool, 500, 3))
    assert width(figures_of(pool, 60, 3)) > width(figures_of(pool, 500, 3))


def test_another_network_is_judged_from_the_same_draw(pool, pool_of) -> None:
    order = np.argsort(pool_of(seed=2).truth, kind="stable")
    worse = pool_of(seed=2).probabilities[order][np.argsort(np.argsort(pool.truth, kind="stable"))]
    precision = pool.truth[worse.argmax(axis=1) == 1] == 1
    found = worse[pool.truth == 1].argmax(axis=1) == 1
    sample = draw(pool.probabilities, TARGETS, 500, np.random.default_rng(0))
    figures = estimate(worse, pool.truth[sample.rows], sample)[1]
    assert figures["precision_low"] <= precision.mean() <= figures["precision_high"]
    assert figures["completeness_low"] <= found.mean() <= figures["completeness_high"]


def test_what_is_known_is_counted_and_not_estimated(small) -> None:
    excluded = small.truth == 1
    sample = draw(small.probabilities, TARGETS, 400, np.random.default_rng(0), excluded=excluded)
    figures = estimate(small.probabilities, small.truth[sample.rows], sample, known=small.truth)[1]
    assert figures["completeness"] == pytest.approx(small.figures(1)[1], abs=0.04)
    assert figures["completeness_low"] > small.figures(1)[1] - 0.1


def test_everything_known_needs_no_answers(small) -> None:
    everything = np.ones(len(small.truth), bool)
    sample = draw(small.probabilities, TARGETS, 50, np.random.default_rng(0), excluded=everything)
    figures = estimate(small.probabilities, np.empty(0, int), sample, known=small.truth)[2]
    assert figures["n"] == 0
    assert figures["precision"] == pytest.approx(small.figures(2)[0], abs=0.01)
    assert figures["completeness"] == pytest.approx(small.figures(2)[1], abs=0.01)


def test_a_class_that_is_never_called_has_no_precision(small) -> None:
    scores = small.probabilities.copy()
    scores[:, 2] = np.minimum(scores[:, 2], 0.3)
    scores[:, 0] = 1 - scores[:, 2]
    scores[:, 1] = 0
    sample = draw(scores, TARGETS, 200, np.random.default_rng(0))
    figures = estimate(scores, small.truth[sample.rows], sample)[2]
    assert np.isnan(figures["precision"])
    assert (figures["precision_low"], figures["precision_high"]) == (0.0, 1.0)
    assert figures["completeness_high"] < 0.1


def test_spectra_that_nobody_can_tell_leave_both_figures(small) -> None:
    untold = (np.random.default_rng(1).random(len(small.truth)) < 0.5) & (small.truth != 1)
    answers = np.where(untold, AMBIGUOUS, small.truth)
    sample = draw(small.probabilities, TARGETS, len(small.truth), np.random.default_rng(0))
    figures = estimate(small.probabilities, answers[sample.rows], sample)[1]
    claimed = (small.probabilities.argmax(axis=1) == 1) & ~untold
    assert figures["precision"] == pytest.approx((small.truth[claimed] == 1).mean(), abs=0.01)
    assert figures["completeness"] == pytest.approx(small.figures(1)[1], abs=0.01)
    assert figures["n"] == (~untold).sum()


def test_the_number_that_nobody_can_tell_is_estimated_where_nobody_looked(pool) -> None:
    untold = (np.random.default_rng(1).random(len(pool.truth)) < 0.5) & (pool.truth != 1)
    answers = np.where(untold, AMBIGUOUS, pool.truth)
    claimed = (pool.probabilities.argmax(axis=1) == 1) & ~untold
    sample = draw(pool.probabilities, TARGETS, 500, np.random.default_rng(0))
    figures = estimate(pool.probabilities, answers[sample.rows], sample)[1]
    assert figures["precision_low"] <= (pool.truth[claimed] == 1).mean() <= figures["precision_high"]


def test_what_nobody_looked_at_counts_as_not_drawn(pool) -> None:
    sample = draw(pool.probabilities, TARGETS, 500, np.random.default_rng(0))
    answers = pool.truth[sample.rows].copy()
    answers[250:] = UNANSWERED
    figures = estimate(pool.probabilities, answers, sample)[1]
    assert figures["n"] == 250
    assert figures["completeness_low"] <= pool.figures(1)[1] <= figures["completeness_high"]


def test_without_answers_the_interval_is_wide(pool) -> None:
    sample = draw(pool.probabilities, TARGETS, 50, np.random.default_rng(0))
    figures = estimate(pool.probabilities, np.full(50, UNANSWERED), sample)[1]
    assert figures["n"] == 0
    assert figures["completeness_high"] - figures["completeness_low"] > 0.3


def test_many_targets_in_the_bulk_are_not_explained_away(pool) -> None:
    sample = draw(pool.probabilities, TARGETS, 500, np.random.default_rng(0))
    answers = pool.truth[sample.rows].copy()
    answers[np.flatnonzero(sample.stratum == "bulk")[:8]] = 1
    assert estimate(pool.probabilities, answers, sample)[1]["completeness_high"] < 0.3


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 2**32 - 1))
def test_figures_lie_in_their_intervals_for_any_pool(pool_size: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.dirichlet([0.3, 0.3, 0.3], pool_size).astype(np.float32).clip(0, 1)
    truth = rng.integers(-1, 3, pool_size)
    excluded = rng.random(pool_size) < rng.random()
    sample = draw(scores, TARGETS, size, rng, excluded=excluded)
    for figures in estimate(scores, truth[sample.rows], sample, known=truth).values():
        for name in ("precision", "completeness"):
            low, middle, high = (figures[name + suffix] for suffix in ("_low", "", "_high"))
            assert 0 <= low <= high <= 1
            assert np.isnan(middle) or low <= middle <= high


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": np.zeros(3, int)}, "one answer for each"),
        ({"answers": np.full(20, 9)}, "use AMBIGUOUS"),
        ({"probabilities": np.full((4, 3), 1 / 3, np.float32)}, "4 scores for a draw from 2000"),
        ({"level": 1.0}, "between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused(small, change: dict, message: str) -> None:
    sample = draw(small.probabilities, TARGETS, 20, np.random.default_rng(0))
    arguments = {"probabilities": small.probabilities, "answers": np.zeros(20, int)} | change
    with pytest.raises(RefusedError, match=message):
        estimate(draw=sample, **arguments)


def test_excluded_spectra_without_labels_are_refused(small) -> None:
    excluded = np.arange(len(small.truth)) < 10
    sample = draw(small.probabilities, TARGETS, 20, np.random.default_rng(0), excluded=excluded)
    with pytest.raises(RefusedError, match="give their labels as known"):
        estimate(small.probabilities, np.zeros(20, int), sample)
