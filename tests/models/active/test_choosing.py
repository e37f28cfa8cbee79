"""What is asked next, and whether to go on: without a network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import ParameterError
from astrolib.models.active import Plan, query
from astrolib.models.active.advice import advice, agreement
from astrolib.models.active.history import means
from astrolib.models.active.spread import spread
from astrolib.models.active.uncertainty import of_targets, uncertainty


def rng():
    return np.random.default_rng(0)


def test_spread_points_are_of_every_heap():
    heaps = np.array([[0, 0], [10, 0], [0, 10], [10, 10]], dtype="f4")
    points = np.repeat(heaps, 50, axis=0) + rng().normal(0, 0.1, (200, 2)).astype("f4")

    assert set(spread(points, 4, rng()) // 50) == {0, 1, 2, 3}


def test_spread_stays_away_from_what_was_taken_and_what_weighs_nothing():
    points = np.array([[0.0], [0.0], [5.0], [9.0]], dtype="f4")

    chosen = spread(points, 4, rng(), weights=np.array([1, 1, 1, 0]), taken=np.array([0]))

    assert chosen.tolist() == [2]  # 1 is where 0 is, and 3 weighs nothing


@given(st.integers(1, 30), st.integers(0, 40))
def test_spread_never_repeats_a_point(n, count):
    points = np.random.default_rng(n).normal(size=(n, 2)).astype("f4")

    chosen = spread(points, count, rng())

    assert len(set(chosen.tolist())) == len(chosen) == min(n, count)


@pytest.mark.parametrize("strategy", ["margin", "entropy", "least_confidence"])
def test_a_tie_is_less_sure_than_a_clear_answer(strategy):
    answers = np.array([[[0.5, 0.5, 0.0], [0.9, 0.05, 0.05], [1.0, 0.0, 0.0]]], dtype="f4")

    unsure = uncertainty(answers, strategy)

    assert unsure[0] > unsure[1] > unsure[2]
    assert unsure[2] == pytest.approx(0, abs=1e-6)


def test_members_that_are_sure_of_different_things_disagree():
    one, other = [[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]

    assert uncertainty(np.array([one, other], dtype="f4"), "disagreement") == pytest.approx(
        [np.log(2), 0], abs=1e-6
    )


def test_doubt_between_two_classes_that_nobody_looks_for_is_no_doubt():
    collapsed = of_targets(np.array([[[0.0, 0.5, 0.5]]], dtype="f4"), (0,))

    assert uncertainty(collapsed, "margin") == pytest.approx([0])


def test_a_batch_confirms_candidates_and_asks_about_the_least_sure():
    probabilities = np.full((1, 100, 2), 0.0, dtype="f4")
    probabilities[0, :, 1] = np.r_[np.full(20, 0.99), np.linspace(0.0, 0.45, 80)]  # the target
    probabilities[0, :, 0] = 1 - probabilities[0, :, 1]
    plan, open_ = Plan(("rest", "target"), ("target",)), np.ones(100, bool)
    open_[99] = False

    chosen = query.choose(probabilities, lambda rows: rows[:, None].astype("f4"), plan, 12, open_, rng())

    assert len(set(chosen.tolist())) == 12
    assert (chosen < 20).sum() == 12 // query.CONFIRMED
    assert (chosen[chosen >= 20] >= 99 - query.SHORTLIST * 9).all()
    assert 99 not in chosen


def test_the_first_batch_prefers_the_rare_that_have_company():
    shapes = np.zeros((1000, 40), dtype="f4")
    shapes[:30, 15:25] = 3  # thirty of a kind
    shapes += rng().normal(0, 0.1, shapes.shape).astype("f4")

    chosen = query.first_batch(shapes, 20, np.ones(1000, bool), rng())

    assert (chosen < 30).sum() >= 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"classes": ("a",)}, "classes"),
        ({"classes": ("a", "a")}, "classes"),
        ({"targets": ()}, "targets"),
        ({"targets": ("c",)}, "'c' is none of the classes"),
        ({"batch_size": 9}, "batch_size 9"),
        ({"audit_size": 2}, "audit_size 2"),
        ({"strategy": "guess"}, "strategy 'guess'"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(wrong, said):
    with pytest.raises(ParameterError, match=said):
        Plan(**{"classes": ("a", "b"), "targets": ("a",)} | wrong)


def test_rounds_grow_with_the_labels_up_to_the_plan():
    plan = Plan(("a", "b"), ("a",))

    assert [plan.sizes(n) for n in (0, 80, 200, 400, 5000)] == [
        (20, 6),
        (20, 6),
        (50, 15),
        (100, 30),
        (100, 30),
    ]
    assert Plan(("a", "b"), ("a",), batch_size=10, audit_size=3).sizes(0) == (10, 3)
    assert Plan(("a", "b"), ("a",), audit_size=500).sizes(400) == (100, 500)


def test_rounds_agree_by_the_targets_they_share():
    was, now = np.array([0, 1, 1, 2, 2]), np.array([1, 1, 1, 2, 0])

    assert agreement(was, now, (1,)) == pytest.approx(2 * 2 / 5)
    assert agreement(was, was, (1, 2)) == 1
    assert agreement(np.zeros(3, int), np.zeros(3, int), (1,)) == 1


def audit(width):
    figures = {"precision_low": 0.9, "precision_high": 0.9 + width}
    return {"target": figures | {"completeness_low": 0.8, "completeness_high": 0.8 + width}}


def test_advice_in_plain_words():
    assert advice([], {}, {"target": 0}).startswith("Go on: the model finds no target yet")
    assert advice([], {}, {"target": 3}).startswith("Go on: this is the first model")
    assert advice([0.9, 0.99], {}, {"target": 3}).startswith("Go on: 1% of the targets changed")
    assert "draw one more audit" in advice([0.98, 0.99], audit(0.5), {"target": 3})
    assert advice([0.98, 0.99], audit(0.1), {"target": 3}).endswith("narrow enough to publish.")


def test_means_are_undefined_where_a_target_is():
    told = {"precision": 0.5, "completeness": 1.0}

    assert means({"a": told, "b": told})["f1"] == pytest.approx(2 / 3)
    assert np.isnan(means({"a": told, "b": {"precision": np.nan, "completeness": 0.0}})["f1"])
    assert np.isnan(means({})["f1"])
