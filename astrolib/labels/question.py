"""What is asked about each object: answers, their keys, and flags, read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.labels.event import LIMITS, check_text

DECK_KEYS = {
    "n": "note",
    "u": "undo",
    "l": "unlabelled only",
    "/": "go to",
    "?": "all keys",
}
"""Keys that the Deck keeps for itself, beside the arrows."""

_FOLDER = Path(__file__).parent / "questions"


class QuestionError(RefusedError):
    """A question is incomplete, or two of its keys clash."""


@dataclass(frozen=True)
class Answer:
    """One answer: what is recorded, the key that gives it, what the button says, and when it is right."""

    value: str
    key: str
    text: str
    about: str = ""


@dataclass(frozen=True)
class Flag:
    """A remark beside the answer; any number of flags can be set."""

    value: str
    key: str
    text: str
    about: str = ""


@dataclass(frozen=True)
class Question:
    """A question and everything that can be said to it.

    Parameters
    ----------
    name : str
        As labels record it.
    version : int
        Raised whenever the answers change; labels of different versions are never mixed.
    text : str
        The question as people read it.
    answers : tuple of Answer
        In the order of the buttons; at least two.
    flags : tuple of Flag
        May be empty.

    Raises
    ------
    QuestionError
        If a text is missing, a value repeats, or a key is no single lower-case letter or digit, repeats,
        or is one that the Deck keeps for itself.
    """

    name: str
    version: int
    text: str
    answers: tuple[Answer, ...]
    flags: tuple[Flag, ...] = ()

    def __post_init__(self) -> None:
        if not (self.name and self.text and type(self.version) is int and self.version >= 1):
            raise self._refused("a name, a text and a version from 1 are needed", "add them")
        if len(self.answers) < 2:
            raise self._refused(f"{len(self.answers)} answers", "give at least two")
        choices: list[Answer | Flag] = [*self.answers, *self.flags]
        for choice in choices:
            self._check_choice(choice)
        self._check_unique("value", (choice.value for choice in choices))
        self._check_unique("key", (choice.key for choice in choices))

    def check_answer(self, value: str) -> None:
        """Refuse a value that is no answer to this question.

        Raises
        ------
        RefusedError
            Naming the answers.
        """
        values = [answer.value for answer in self.answers]
        if value not in values:
            raise RefusedError(
                f"{value!r} is no answer", where=self.name, remedy=f"choose one of {', '.join(values)}"
            )

    def check_flag(self, value: str) -> None:
        """Refuse a value that is no flag of this question."""
        values = [flag.value for flag in self.flags]
        if value not in values:
            raise RefusedError(
                f"{value!r} is no flag", where=self.name, remedy=f"choose one of {', '.join(values)}"
            )

    def _check_choice(self, choice: Answer | Flag) -> None:
        if not all(isinstance(text, str) for text in (choice.value, choice.key, choice.text, choice.about)):
            raise self._refused(f"{choice.value!r} holds something other than text", "put it in quotes")
        if not choice.value or not choice.text or len(choice.value) > LIMITS["value"]:
            raise self._refused("an answer or flag without value or text", "give both")
        if ";" in choice.value:
            raise self._refused(f"a semicolon in {choice.value!r}", "leave it out: it parts flags in tables")
        check_text("value", choice.value)
        if (
            len(choice.key) != 1
            or not choice.key.isascii()
            or not (choice.key.islower() or choice.key.isdigit())
        ):
            raise self._refused(
                f"key {choice.key!r} of {choice.value!r}", "give one lower-case letter or digit"
            )
        if choice.key in DECK_KEYS:
            raise self._refused(
                f"key {choice.key!r} of {choice.value!r} is the Deck's ({DECK_KEYS[choice.key]})",
                f"choose a key other than {' '.join(DECK_KEYS)}",
            )

    def _check_unique(self, what: str, values: Iterable[str]) -> None:
        seen: set[str] = set()
        for value in values:
            if value in seen:
                raise self._refused(
                    f"{what} {value!r} stands twice", f"give each answer and flag its own {what}"
                )
            seen.add(value)

    def _refused(self, what: str, remedy: str) -> QuestionError:
        return QuestionError(what, where=f"question {self.name!r}", remedy=remedy)


def read_question(source: str | Path) -> Question:
    """Read a question from a TOML file, or one that ships with astrolib by its name.

    Parameters
    ----------
    source : str or Path
        A path, or a name such as ``halpha``.

    Raises
    ------
    QuestionError
        If there is no such question, or the file is not one.
    """
    path = _FOLDER / f"{source}.toml" if isinstance(source, str) and "." not in source else Path(source)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        answers = tuple(Answer(**entry) for entry in content.pop("answers", ()))
        flags = tuple(Flag(**entry) for entry in content.pop("flags", ()))
        return Question(answers=answers, flags=flags, **content)
    except OSError as error:  # not there, a folder, or a name too long for a file
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.toml")))
        raise QuestionError(
            "no such question", where=source, remedy=f"known are {known}, or give a file"
        ) from error
    except (ValueError, TypeError) as error:
        raise QuestionError(f"not a question ({error})", where=path.name, remedy="mend the file") from error
    except AstrolibError as error:
        raise QuestionError(error.what, where=f"{path.name}, {error.where}", remedy=error.remedy) from error
