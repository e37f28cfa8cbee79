from __future__ import annotations

import numpy as np
import pytest

from astrolib.models.audit import UNANSWERED, draw
from astrolib.models.audit.counts import HIDDEN, HIDES, MOST_HIDDEN, Judged, hidden_prior, missed_targets
from astrolib.models.audit.posterior import DRAWS
from astrolib.models.audit.scores import log_odds

SURE, WARY = np.zeros(DRAWS, bool), np.ones(DRAWS, bool)


def missed(pool, answers_of, wary, size: int = 500) -> np.ndarray:
    """Draw how many of class 1 are missed, after some answers."""
    sample = draw(pool.probabilities, (1, 2), size, np.random.default_rng(0))
    labels = np.full(len(pool.truth), UNANSWERED)
    labels[sample.rows] = answers_of(sample, pool.truth[sample.rows])
    claimed = pool.probabilities.argmax(axis=1) == 1
    judged = Judged(claimed, log_odds(pool.probabilities, 1), labels, 1, sample)
    return missed_targets(judged, wary, np.random.default_rng(1))


def none_missed(sample, truth):
    """Answer that nothing is of class 1 but what is called so."""
    return np.where(np.char.startswith(sample.stratum, "claimed 1"), truth, 0)


def test_with_nothing_found_amiss_only_a_wary_draw_supposes_that_something_is(pool) -> None:
    sure, wary = (missed(pool, none_missed, how) for how in (SURE, WARY))
    assert (sure == 0).mean() > 0.95
    assert (wary > 0).mean() > 0.5


def test_ten_answers_do_not_say_that_nothing_is_missed(pool) -> None:
    assert (missed(pool, none_missed, SURE, size=10) > 0).mean() > 0.2


def test_one_that_is_met_was_missed_in_every_draw(pool) -> None:
    def one_met(sample, truth):
        answers = none_missed(sample, truth)
        answers[np.flatnonzero(sample.stratum == "near 1 4")[0]] = 1
        return answers

    assert missed(pool, one_met, SURE).min() >= 1


def test_a_wary_draw_hides_a_few_hundredths_of_the_class_and_no_more(pool) -> None:
    wary = missed(pool, none_missed, WARY) / (pool.truth == 1).sum()
    assert 0.01 < np.quantile(wary, 0.75) < np.quantile(wary, 0.95) < 0.12


@pytest.mark.parametrize("chance", HIDES)
def test_a_hidden_share_is_held_possible_with_its_chance(chance: float) -> None:
    prior = hidden_prior(chance)
    assert prior.sum() == pytest.approx(1.0)
    assert (prior > 0).all()
    assert prior[0] == pytest.approx(1 - chance, abs=0.03)
    assert prior[MOST_HIDDEN < HIDDEN].sum() < 0.05
