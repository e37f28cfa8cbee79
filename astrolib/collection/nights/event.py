"""One thing that was done to the ledger, by whom and when."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from astrolib.core.errors import RefusedError

EventKind = Literal["add", "edit", "move", "place", "answer"]

LIMITS = {"id": 64, "who": 128, "subject": 16, "value": 64_000}
"""Longest text of each field, in characters."""

_NEEDED = {
    "add": ("level", "parent", "name"),
    "edit": (),
    "move": ("from", "to"),
    "place": ("parent",),
    "answer": ("about", "answer"),
}


@dataclass(frozen=True)
class LedgerEvent:
    """What was done.

    Parameters
    ----------
    subject : str
        Id of the survey, project, night, field or frame.
    kind : {'add', 'edit', 'move', 'place', 'answer'}
        add: its level, parent, name and facts. edit: a new name, other facts. move: from one state to
        another. place: below another parent. answer: what a person said about a doubt; '' takes it back.
    value : mapping
        As JSON holds it.
    who : str
        The person, or the program on whose behalf it ran.
    id : str
        Made by whoever makes the event, so that sending it again adds no second one.
    when : datetime
        With its zone; kept in UTC to the microsecond.
    seq : int
        Place in the ledger, from 1; 0 before it is stored.

    Raises
    ------
    RefusedError
        If a text is missing, too long or holds control characters, or `when` has no zone.
    """

    subject: str
    kind: EventKind
    value: Mapping[str, Any]
    who: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    when: datetime = field(default_factory=lambda: datetime.now(UTC))
    seq: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(EventKind):
            raise RefusedError(
                f"an event of kind {self.kind!r}", remedy=f"use {', '.join(get_args(EventKind))}"
            )
        if self.when.tzinfo is None:
            raise RefusedError("a time without a zone", where=self.when, remedy="give it in UTC")
        object.__setattr__(self, "when", self.when.astimezone(UTC))
        if not isinstance(self.value, Mapping):
            raise RefusedError("an event whose value is no object", where=self.subject)
        if lacking := [name for name in _NEEDED[self.kind] if not isinstance(self.value.get(name), str)]:
            raise RefusedError(f"an event of kind {self.kind} without {lacking[0]}", where=self.subject)
        for name, limit in LIMITS.items():
            text = self.json if name == "value" else getattr(self, name)
            if not text or len(text) > limit or not text.isprintable():
                raise RefusedError(f"{name} is {text[:40]!r}", remedy=f"give 1 to {limit} characters of text")

    @property
    def json(self) -> str:
        """The value as JSON, in one form whatever the order of its keys."""
        return json.dumps(self.value, sort_keys=True, ensure_ascii=True, default=str)

    @property
    def at(self) -> str:
        """When, as the ledger holds it."""
        return self.when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
