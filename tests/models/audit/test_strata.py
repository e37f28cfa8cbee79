from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.models.audit.strata import apportion, stratify

TARGETS = (1, 2)


def test_strata_partition_what_may_be_drawn(pool) -> None:
    eligible = np.random.default_rng(0).random(len(pool.truth)) < 0.9
    strata = stratify(pool.probabilities, TARGETS, 500, eligible)
    assert (strata.of[~eligible] == -1).all()
    assert (strata.of[eligible] >= 0).all()
    assert strata.allocation.sum() == 500
    assert (strata.allocation >= 2).all()


def test_a_claimed_stratum_holds_only_what_is_called_its_class(pool) -> None:
    strata = stratify(pool.probabilities, TARGETS, 500, np.ones(len(pool.truth), bool))
    called = pool.probabilities.argmax(axis=1)
    for index, name in enumerate(strata.names):
        inside = called[strata.of == index]
        assert (
            (inside == int(name.split()[1])).all()
            if "claimed" in name
            else not np.isin(inside, TARGETS).any()
        )


def test_strata_depend_on_the_order_of_scores_and_not_on_their_sharpness(pool, pool_of) -> None:
    everything = np.ones(len(pool.truth), bool)
    sharp = pool_of(sharpness=1.3)
    plain = stratify(pool.probabilities, TARGETS, 500, everything)
    sharper = stratify(sharp.probabilities, TARGETS, 500, everything)
    assert plain.names == sharper.names
    assert (plain.of != sharper.of).mean() < 0.01


def test_the_bulk_is_asked_about_too(pool) -> None:
    strata = stratify(pool.probabilities, TARGETS, 500, np.ones(len(pool.truth), bool))
    assert strata.names[-1] == "bulk"
    assert strata.allocation[-1] >= 30
    assert (strata.of == len(strata.names) - 1).mean() > 0.8


def test_where_scores_are_equal_there_still_is_a_sample() -> None:
    flat = np.full((5000, 3), 1 / 3, np.float32)
    strata = stratify(flat, TARGETS, 100, np.ones(5000, bool))
    assert strata.allocation.sum() == 100


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=30),
    st.integers(1, 600),
    st.integers(0, 2**32 - 1),
)
def test_a_sample_is_shared_out_whole(sizes: list[int], size: int, seed: int) -> None:
    shares = np.random.default_rng(seed).random(len(sizes)) + 1e-3
    size = max(size, len(sizes))
    given_out = apportion(size, shares, np.array(sizes))
    assert given_out.sum() == min(size, sum(sizes))
    assert (given_out >= 1).all()
    assert (given_out <= sizes).all()


def test_no_stratum_is_emptied_while_others_have_room() -> None:
    assert apportion(50, np.array([0.9, 0.1]), np.array([20, 1000])).tolist() == [10, 40]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_a_sample_smaller_than_the_strata_still_has_weights(pool, size: int) -> None:
    strata = stratify(pool.probabilities, TARGETS, size, np.ones(len(pool.truth), bool))
    assert strata.allocation.sum() == size
    assert (strata.allocation > 0).all()
