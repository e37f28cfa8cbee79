"""One thing that a person said about an object."""

from __future__ import annotations

import getpass
import json
import os
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from astrolib.core.errors import RefusedError

Kind = Literal["answer", "flag", "unflag", "note", "undo"]

MADE_HERE = "made here"

LIMITS = {
    "id": 64,
    "object": 256,
    "question": 64,
    "value": 2000,
    "who": 128,
    "builds_on": 64,
    "shown": 4000,
    "deck": 128,
    "origin": 600,
}
"""Longest text of each field, in characters."""

_NEEDED = ("id", "object", "question", "value", "who")


def person() -> str:
    """Return who is at the keyboard: the hub's user, else the name of the login."""
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()


@dataclass(frozen=True)
class LabelEvent:
    """What was said, by whom, when, about what, and what was on the screen.

    Parameters
    ----------
    object : str
        Id of the object.
    question : str
        Name of the question.
    version : int
        Version of the question, that is of its taxonomy.
    kind : {'answer', 'flag', 'unflag', 'note', 'undo'}
        What `value` means.
    value : str
        The answer, the flag's name, the text of the note ('' takes a note away), or the id of the event that
        is undone.
    who : str
        Name of the person.
    when : datetime
        With its zone; kept in UTC to the microsecond.
    id : str
        Made by whoever makes the event, so that sending it again adds no second one.
    builds_on : str or None
        Id of the event that this one was made in view of; '' for "nothing had been said yet"; None makes no
        such claim, and can never be stale.
    shown : mapping
        What was on the screen (view, stretch, wavelength range), as JSON holds it.
    score_visible : bool
        Whether a model's score was visible.
    deck : str
        Name of the deck it was made in.
    origin : str
        ``made here``, or which file it was imported from.
    seq : int
        Place in the log, from 1; 0 before it is stored.

    Raises
    ------
    RefusedError
        If a text is missing, too long, holds control characters or has white space at an end, or `when`
        has no zone.
    """

    object: str
    question: str
    version: int
    kind: Kind
    value: str
    who: str
    when: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    builds_on: str | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    score_visible: bool = False
    deck: str = ""
    origin: str = MADE_HERE
    seq: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise RefusedError(f"kind is {self.kind!r}", remedy=f"choose one of {', '.join(get_args(Kind))}")
        if self.when.tzinfo is None:
            raise RefusedError("a time without a zone", where=self.when, remedy="give it in UTC")
        object.__setattr__(self, "when", self.when.astimezone(UTC))
        for name in LIMITS:
            text = self.shown_json if name == "shown" else getattr(self, name) or ""
            _check(name, text, needed=name in _NEEDED and (name, self.kind) != ("value", "note"))

    @property
    def time(self) -> str:
        """`when` as ISO 8601 in UTC, to the microsecond."""
        return self.when.isoformat(timespec="microseconds").replace("+00:00", "Z")

    @property
    def shown_json(self) -> str:
        """`shown` as JSON, keys in order."""
        try:
            return json.dumps(self.shown, sort_keys=True, ensure_ascii=True, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise RefusedError(
                f"what was shown is not JSON ({error})",
                where=self.object,
                remedy="give texts and finite numbers",
            ) from error

    @property
    def said(self) -> tuple[str, str, int, str, str, str]:
        """What makes two events with one id the same event."""
        return self.object, self.question, self.version, self.kind, self.value, self.who


def check_text(name: str, text: str) -> None:
    """Refuse a text that would not survive a table, a terminal or a line of CSV.

    Raises
    ------
    RefusedError
        If it holds control characters, line ends or lone surrogates, or begins or ends with white space.
    """
    if text != text.strip():
        raise RefusedError(
            f"{name} begins or ends with white space", where=repr(text[:80]), remedy="take it off"
        )
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise RefusedError(
            f"{name} holds a control character", where=repr(text[:80]), remedy="write it on one line"
        )


def _check(name: str, text: str, *, needed: bool) -> None:
    if needed and not text:
        raise RefusedError(f"a label without {name}", remedy=f"give {name}")
    if len(text) > LIMITS[name]:
        raise RefusedError(
            f"{name} of {len(text)} characters", where=repr(text[:40]), remedy=f"at most {LIMITS[name]}"
        )
    check_text(name, text)
