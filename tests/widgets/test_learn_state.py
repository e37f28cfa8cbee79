"""The loop without a view: label, train, stop, fail, go on another day, count what others say."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from astrolib.labels import LabelEvent, LabelStore
from astrolib.widgets.state.background import Foreground
from astrolib.widgets.state.learn import LearnState

from .learn_fakes import CLASSES, TARGETS, FakeLearner


@pytest.fixture
def learner(tmp_path: Path):
    return FakeLearner(tmp_path / "rounds.json")


@pytest.fixture
def make(learner, tmp_path):
    """Return a function that makes the loop anew, as after a restart."""

    def state(who="ada", **options) -> LearnState:
        store = LabelStore(tmp_path / "labels.sqlite")
        options.setdefault("background", Foreground())
        return LearnState(
            learner.functions, "halpha", CLASSES, TARGETS, name="test", store=store, who=who, **options
        )

    return state


@pytest.fixture
def state(make):
    opened = make()
    opened.open()
    return opened


def answer_all(state, value="absorption"):
    while state.n_left:
        state.deck.answer(value)


def test_the_first_batch_comes_without_a_model(state, learner):
    assert (state.phase, state.round.number, state.has_model) == ("labelling", 0, False)
    assert (state.n_batch, state.n_answered) == (6, 0)
    assert learner.asked == [{}]


def test_the_order_of_the_batch_tells_no_audit_from_a_query(state):
    shown = list(state.deck.order.ids)
    assert sorted(shown) == sorted(state.round.batch["id"])
    assert shown != list(state.round.batch["id"])
    assert not state.deck.score_visible


def test_no_round_begins_before_the_batch_is_answered(state, learner):
    state.deck.answer("absorption")
    state.next_round()
    assert (state.round.number, len(learner.asked)) == (0, 1)


def test_a_round_learns_from_every_label_and_brings_the_next_batch(state, learner):
    first = list(state.deck.order.ids)
    answer_all(state)
    state.next_round()
    assert learner.asked[-1] == dict.fromkeys(first, "absorption")
    assert (state.round.number, state.tab, state.n_left) == (1, "statistics", 6)
    assert not set(first) & set(state.deck.order.ids)
    assert [told["epoch"] for told in state.epochs] == list(range(1, 9))
    assert state.counts == {"absorption": 6}


def test_a_new_batch_is_never_seen_with_the_answers_of_the_one_before(state):
    answer_all(state)
    seen = []
    state.observe(lambda _: seen.append((state.phase, state.n_left)), ["phase", "round", "deck"])
    state.next_round()
    assert ("labelling", 0) not in seen
    assert seen[-1] == ("labelling", 6)


def test_made_anew_it_goes_on_in_the_same_round_with_every_label(state, make, learner):
    answer_all(state)
    state.next_round()
    state.deck.answer("shell")
    here = state.deck.current
    again = make()
    again.open()
    assert (again.round.number, again.n_answered, again.deck.current) == (1, 1, here)
    assert [past.number for past in again.rounds] == [0, 1]
    assert len(learner.asked) == 2


def test_an_answer_of_a_colleague_counts(state, make):
    colleague = make(who="ben")
    colleague.open()
    answer_all(colleague)
    state.refresh()
    assert (state.n_left, state.deck.n_labelled) == (0, 0)
    state.next_round()
    assert state.round.number == 1


def test_what_people_disagree_about_is_answered_and_of_no_class(state, make, learner):
    colleague = make(who="ben")
    colleague.open()
    answer_all(colleague, "shell")
    disputed = state.deck.current
    state.deck.answer("bad")
    state.next_round()
    assert learner.asked[-1][disputed] == "disputed"
    assert state.counts == {"shell": 5, "disputed": 1}


def test_an_answer_taken_back_is_asked_for_again(state):
    answer_all(state)
    state.deck.undo()
    assert state.n_left == 1


def test_labels_of_another_version_of_the_question_do_not_count(state):
    other = LabelEvent(
        who="ben", object=state.deck.current, question="halpha", version=99, kind="answer", value="x"
    )
    state.labels.store.append(other)
    state.refresh()
    assert (state.n_answered, state.counts) == (0, {})


def test_a_failed_training_keeps_the_round_and_says_why(state, learner):
    answer_all(state)
    learner.fail = "shell has 0 labels, fewer than 6"
    state.next_round()
    assert (state.phase, state.round.number) == ("labelling", 0)
    assert state.error == "shell has 0 labels, fewer than 6; label more"
    learner.fail = ""
    state.next_round()
    assert (state.round.number, state.error) == (1, "")


def test_without_a_first_batch_it_failed_and_can_be_tried_again(make, learner):
    learner.fail = "no prepared spectra"
    state = make()
    state.open()
    assert (state.phase, state.round) == ("failed", None)
    learner.fail = ""
    state.next_round()
    assert (state.phase, state.round.number) == ("labelling", 0)


def test_with_labels_of_an_earlier_day_it_opens_by_learning(make, learner):
    earlier = LabelEvent(
        who="ben", object="s0100", question="halpha", version=1, kind="answer", value="shell"
    )
    state = make()
    state.labels.store.append(earlier)
    phases = []
    state.observe(lambda change: phases.append(change["new"]), "phase")
    state.open()
    assert phases == ["opening", "learning", "labelling"]
    assert learner.asked == [{"s0100": "shell"}]


def test_training_stops_at_the_end_of_an_epoch_and_loses_nothing(make, learner):
    class Halfway(Foreground):
        """Asks to stop once three epochs are told."""

        def back(self, act):
            super().back(act)
            if len(state.epochs) == 3:
                state.stop()

    state = make(background=Halfway())
    state.open()
    answer_all(state)
    state.next_round()
    assert (state.phase, state.round.number, len(state.epochs)) == ("labelling", 0, 3)
    assert "stopped" in state.notice
    assert state.n_left == 0


def test_work_runs_beside_the_kernel_and_one_at_a_time(make, learner):
    learner.pause = 0.05
    state = make(background=None)
    state.in_foreground(state.open)
    answered = threading.Event()
    state.observe(lambda _: answered.set() if state.n_left == 0 else None, "n_answered")
    for object_id in state.deck.order.ids:
        wait_for(lambda shown=object_id: state.deck.current == shown and state.deck.phase == "ready")
        state.deck.answer("shell")
    state.next_round()
    assert state.phase == "learning"
    state.next_round()
    wait_for(lambda: state.phase == "labelling")
    assert len(learner.asked) == 2


def wait_for(true):
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.02)
    pytest.fail("it never came")


def test_the_score_is_hidden_until_asked_for_and_labels_say_so(state):
    answer_all(state)
    state.next_round()
    first = state.deck.current
    state.deck.answer("shell")
    state.show_score(True)
    second = state.deck.current
    label, probability = state.score_of(second)
    state.deck.answer("bad")
    seen = {event.object: event.score_visible for event in state.labels.store.events()}
    assert (seen[first], seen[second]) == (False, True)
    row = int(np.flatnonzero(state.round.ids == second)[0])
    assert label == CLASSES[state.round.probabilities[row].argmax()]
    assert 0 < probability <= 1
    assert state.score_of("nobody") is None


def test_the_model_is_saved_and_classifies_once_there_is_one(state, learner):
    assert state.save() is None
    assert "no model yet" in state.notice
    answer_all(state)
    state.next_round()
    assert state.save().read_text() == "round 1"
    state.classify()
    assert (state.phase, "candidates.ecsv" in state.notice) == ("labelling", True)
