"""Verdicts on moving objects and their positions, read from the log."""

from __future__ import annotations

import pytest

from astrolib.labels import LabelEvent, LabelStore, read_question
from astrolib.labels.validation import first_verdicts, invalid_position, validations


@pytest.fixture
def say(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")

    def say(kind: str, value: str, object_id: str = "t1", who: str = "ada", **more):
        return store.append(LabelEvent(object_id, "mover", 1, kind, value, who, **more))

    say.store = store
    return say


def test_the_verdict_and_the_positions_of_each_person(say):
    say("answer", "valid", score_visible=True)
    say("flag", invalid_position("r2.fits"))
    say("flag", "noteworthy")
    say("answer", "invalid", who="bo")
    ada, bo = validations(say.store.events())
    assert (ada.tracklet_id, ada.who, ada.verdict, ada.invalid_frames) == ("t1", "ada", "valid", {"r2.fits"})
    assert ada.score_visible
    assert (bo.verdict, bo.invalid_frames, bo.score_visible) == ("invalid", frozenset(), False)


def test_what_is_taken_back_is_not_said(say):
    answer = say("answer", "valid")
    flag = say("flag", invalid_position("r2.fits"))
    say("undo", flag.id)
    (ada,) = validations(say.store.events())
    assert ada.invalid_frames == frozenset()
    say("undo", answer.id)
    assert validations(say.store.events()) == []


def test_a_position_can_be_valid_again(say):
    say("flag", invalid_position("a b.fits"))
    say("unflag", invalid_position("a b.fits"))
    assert validations(say.store.events()) == []


def test_other_questions_and_versions_are_passed_over(say):
    say.store.append(LabelEvent("t1", "candidate", 1, "answer", "accept", "ada"))
    say.store.append(LabelEvent("t1", "mover", 2, "answer", "valid", "ada"))
    assert validations(say.store.events()) == []


def test_the_question_has_the_keys_that_people_know():
    question = read_question("mover")
    assert [(answer.key, answer.value) for answer in question.answers] == [
        ("v", "valid"),
        ("i", "invalid"),
        ("q", "unsure"),
    ]


def test_the_first_verdict_that_was_not_taken_back(say):
    slip = say("answer", "invalid")
    say("undo", slip.id)
    say("answer", "valid")
    say("answer", "invalid")
    say("answer", "unsure", who="bo")
    say("flag", "noteworthy", object_id="t2")
    assert first_verdicts(say.store.events()) == [("t1", "ada", "valid"), ("t1", "bo", "unsure")]
