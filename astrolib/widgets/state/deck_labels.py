"""What one person has said in answer to one question: read from the log, followed, added to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from astrolib.labels import Current, LabelEvent, LabelStore, Question, current, effective


class OwnLabels:
    """One person's labels, as the store has them.

    Parameters
    ----------
    store : LabelStore
        The log.
    question : Question
        What is asked.
    who, deck : str
        The person, and the deck in which they say it.
    """

    def __init__(self, store: LabelStore, question: Question, who: str, deck: str) -> None:
        self.store, self.question, self.who, self.deck = store, question, who, deck
        self._events: dict[str, dict[int, LabelEvent]] = {}
        self._current: dict[str, Current] = {}
        self._seen = 0

    def refresh(self) -> bool:
        """Read what was said elsewhere since the last time; say whether there was anything."""
        newest = self.store.newest()
        if newest == self._seen:
            return False
        question, version = self.question.name, self.question.version
        events = self.store.events(after=self._seen, question=question, version=version, who=self.who)
        self._seen = newest
        new = [event for event in events if event.seq not in self._events.get(event.object, {})]
        self._take(new)
        return bool(new)

    def of(self, object_id: str) -> Current | None:
        """Return what this person says now about an object; None where they never said anything."""
        return self._current.get(object_id)

    def label(self, object_id: str) -> str:
        """Return the answer for an object; '' where there is none."""
        said = self.of(object_id)
        return said.label if said else ""

    def say(self, event: LabelEvent) -> LabelEvent:
        """Store an event, take it in, and return it as stored."""
        stored = self.store.append(event)
        self._take([stored])
        return stored

    def event(self, kind: str, value: str, object_id: str, **more: Any) -> LabelEvent:
        """Return an event that builds on what is known here of its object."""
        said = self.of(object_id)
        return LabelEvent(
            object=object_id,
            question=self.question.name,
            version=self.question.version,
            kind=kind,  # type: ignore[arg-type]  # checked by the event itself
            value=value,
            who=self.who,
            builds_on=said.newest.id if said else "",
            deck=self.deck,
            **more,
        )

    def last(self) -> LabelEvent | None:
        """Return the newest event of this deck that is in effect: what undo takes away."""
        events = effective(event for events in self._events.values() for event in events.values())
        said = [event for event in events if event.kind != "undo" and event.deck == self.deck]
        return said[-1] if said else None

    def _take(self, events: Iterable[LabelEvent]) -> None:
        changed = set()
        for event in events:
            self._events.setdefault(event.object, {})[event.seq] = event
            changed.add(event.object)
        for object_id in changed:
            (self._current[object_id],) = current(self._events[object_id].values())
