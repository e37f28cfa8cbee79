"""What a blinking panel knows, and what of it becomes a label."""

from __future__ import annotations

import pytest

from astrolib.labels import LabelStore
from astrolib.labels.validation import validations
from astrolib.widgets.state.background import Foreground
from astrolib.widgets.state.blink import BlinkState

from .blink_fakes import FUNCTIONS


@pytest.fixture
def store(tmp_path):
    return LabelStore(tmp_path / "labels.sqlite")


@pytest.fixture
def state(store):
    return BlinkState(["a", "b"], FUNCTIONS, name="test", store=store, who="ada", background=Foreground())


def test_a_verdict_and_an_invalid_position_are_labels(state, store):
    state.toggle_position("r1.fits")
    assert state.invalid == {"r1.fits"}
    state.answer("valid")
    (said,) = validations(store.events())
    assert (said.tracklet_id, said.who, said.verdict) == ("a", "ada", "valid")
    assert said.invalid_frames == {"r1.fits"}
    assert (state.current, state.invalid) == ("b", frozenset())


def test_a_position_is_taken_back_by_itself_or_by_undo(state):
    for _ in range(2):
        state.toggle_position("r1.fits")
    assert state.invalid == frozenset()
    state.toggle_position("r3.fits")
    state.undo()
    assert state.invalid == frozenset()


def test_what_positions_give_follows_those_that_count(state):
    assert state.measured.lines == "r0.fits\nr1.fits\nr3.fits"
    state.toggle_position("r1.fits")
    assert state.measured.lines == "r0.fits\nr3.fits"


@pytest.mark.parametrize("frame", ["r2.fits", "other.fits", ""])
def test_a_frame_without_a_position_has_none_to_judge(state, frame):
    state.toggle_position(frame)
    assert "no position in" in state.error
    assert state.invalid == frozenset()


def test_a_press_that_comes_late_is_about_the_object_it_was_meant_for(state):
    state.answer("valid")
    state.toggle_position("r1.fits", "a", "e1")
    assert state.labels.of("a").flags == ("invalid position r1.fits",)
    assert state.current == "b"
    state.toggle_position("r1.fits", "elsewhere")
    assert "not on show yet" in state.error


def test_who_is_blind_says_so_with_every_answer(state, store):
    state.answer("valid")
    assert [event.score_visible for event in store.events()] == [False]


def test_a_score_once_seen_is_seen(state, store):
    state.show_score(True)
    assert state.score_visible
    state.show_score(False)
    assert state.blind
    state.answer("valid")
    assert not state.score_visible
    state.answer("invalid")
    state.answer("unsure", "a")
    assert [(event.object, event.score_visible) for event in store.events()] == [
        ("a", True),
        ("b", False),
        ("a", True),
    ]


def test_what_is_planted_shows_when_all_is_answered(state):
    assert state.watch() == ()
    state.answer("valid")
    assert state.watch() == ()
    state.answer("invalid")
    assert [row.who for row in state.watch()] == ["ada", "ada"]


def test_what_cannot_be_loaded_is_said(store):
    state = BlinkState(["gone"], FUNCTIONS, name="test", store=store, background=Foreground())
    assert state.phase == "failed"
    assert "no such tracklet" in state.error
    assert state.measured.facts == ()
