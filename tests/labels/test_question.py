"""A question is checked when it is read."""

from __future__ import annotations

import pytest

from astrolib.core.errors import RefusedError
from astrolib.labels import Answer, Flag, Question, QuestionError, read_question
from astrolib.labels.question import DECK_KEYS

GOOD = """
name = "real"
version = 2
text = "Is it real?"
[[answers]]
value = "valid"
key = "v"
text = "Valid"
[[answers]]
value = "invalid"
key = "i"
text = "Invalid"
"""


def test_default_question_has_the_agreed_answers():
    question = read_question("halpha")
    assert [answer.value for answer in question.answers] == [
        "single peak",
        "double peak",
        "shell",
        "emission in absorption",
        "absorption",
        "other",
        "not sure",
        "bad",
    ]
    assert [flag.value for flag in question.flags] == ["noteworthy"]


def test_another_question_is_only_another_file(tmp_path):
    file = tmp_path / "real.toml"
    file.write_text(GOOD)
    question = read_question(file)
    assert (question.name, question.version, [answer.key for answer in question.answers]) == (
        "real",
        2,
        ["v", "i"],
    )
    assert read_question(str(file)) == question


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('key = "i"', 'key = "v"', "key 'v' stands twice"),
        ('value = "invalid"', 'value = "valid"', "value 'valid' stands twice"),
        ('key = "i"', 'key = "V"', "one lower-case letter or digit"),
        ('key = "i"', 'key = "ii"', "one lower-case letter or digit"),
        ('key = "i"', 'key = "u"', "the Deck's"),
        ('value = "invalid"', 'value = "a;b"', "semicolon"),
        ('key = "i"', "key = 1", "put it in quotes"),
        ('key = "i"', "", "not a question"),
        ("version = 2", "version = 0", "a version from 1"),
        ("version = 2", "version = true", "a version from 1"),
        ("version = 2", "colour = 2", "not a question"),
        ("[[answers]]", "[[", "not a question"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(tmp_path, old, new, reason):
    file = tmp_path / "real.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(QuestionError, match=reason) as refusal:
        read_question(file)
    assert "real.toml" in str(refusal.value)


def test_unknown_question_names_the_known_ones():
    with pytest.raises(QuestionError, match=r"known are .*\bhalpha\b"):
        read_question("hbeta")


def test_no_key_of_the_deck_can_be_taken():
    for key in DECK_KEYS:
        with pytest.raises(QuestionError):
            Question("q", 1, "?", (Answer("a", "a", "A"), Answer("b", "b", "B")), (Flag("f", key, "F"),))


def test_unknown_answer_and_flag_are_refused_with_the_known_ones():
    question = read_question("halpha")
    with pytest.raises(RefusedError, match="single peak, double peak"):
        question.check_answer("triple peak")
    with pytest.raises(RefusedError, match="noteworthy"):
        question.check_flag("boring")
