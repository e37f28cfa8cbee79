from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import RefusedError
from astrolib.models.audit import draw

TARGETS = (1, 2)


def test_weights_sum_to_the_pool(pool) -> None:
    sample = draw(pool.probabilities, TARGETS, 500, np.random.default_rng(0))
    assert len(sample.rows) == len(set(sample.rows)) == 500
    assert sample.weight.sum() == pytest.approx(len(pool.truth))


def test_a_seed_draws_the_same_sample_and_another_one_another(pool) -> None:
    first, again, other = (
        draw(pool.probabilities, TARGETS, 100, np.random.default_rng(seed)) for seed in (7, 7, 8)
    )
    np.testing.assert_array_equal(first.rows, again.rows)
    assert set(first.rows) != set(other.rows)


def test_what_is_labelled_is_not_drawn(pool) -> None:
    excluded = np.arange(len(pool.truth)) % 3 == 0
    sample = draw(pool.probabilities, TARGETS, 300, np.random.default_rng(0), excluded=excluded)
    assert not excluded[sample.rows].any()
    assert sample.weight.sum() == pytest.approx((~excluded).sum())


def test_horvitz_thompson_totals_are_unbiased(small) -> None:
    rng = np.random.default_rng(5)
    totals = []
    for _ in range(300):
        sample = draw(small.probabilities, TARGETS, 60, rng)
        totals.append(sample.weight[small.truth[sample.rows] == 1].sum())
    error = np.std(totals) / np.sqrt(len(totals))
    assert np.mean(totals) == pytest.approx(60, abs=4 * error)


def test_who_answers_cannot_tell_the_stratum_by_the_order(pool) -> None:
    sample = draw(pool.probabilities, TARGETS, 300, np.random.default_rng(0))
    changes = (sample.stratum[1:] != sample.stratum[:-1]).mean()
    assert changes > 0.8


def test_everything_excluded_draws_nothing(small) -> None:
    sample = draw(
        small.probabilities, TARGETS, 50, np.random.default_rng(0), excluded=np.ones(len(small.truth), bool)
    )
    assert len(sample.rows) == len(sample.weight) == len(sample.stratum) == len(sample.score) == 0


@given(st.integers(1, 300), st.integers(1, 400), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_any_pool_can_be_drawn_from(pool_size: int, size: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.dirichlet(np.full(classes, 0.2), pool_size).astype(np.float32).clip(0, 1)
    sample = draw(scores, tuple(range(rng.integers(1, classes + 1))), size, rng)
    assert len(sample.rows) == len(np.unique(sample.rows)) == min(size, pool_size)
    assert sample.weight.sum() == pytest.approx(pool_size)
    assert (sample.weight >= 1).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 0}, "ask about one spectrum at least"),
        ({"targets": (3,)}, "not columns of 3 classes"),
        ({"targets": ()}, "not columns of 3 classes"),
        ({"targets": (1, 1)}, "name each target once"),
        ({"excluded": np.zeros(3, bool)}, "one truth value for each spectrum"),
        ({"probabilities": np.zeros(5, np.float32)}, "one row for each spectrum"),
        ({"probabilities": np.array([[0.5, 0.5, 0], [np.nan, 0, 1]], np.float32)}, "row 1: 1 spectra have"),
    ],
)
def test_what_does_not_fit_is_refused(small, change: dict, message: str) -> None:
    arguments = {"probabilities": small.probabilities, "targets": TARGETS, "size": 10} | change
    with pytest.raises(RefusedError, match=message):
        draw(rng=np.random.default_rng(0), **arguments)
