"""What each person says now: the log folded, undo included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from astrolib.labels.event import LabelEvent


@dataclass(frozen=True)
class Current:
    """What one person says now about one object.

    Parameters
    ----------
    object, who, question : str
        Which object, person and question.
    version : int
        Version of the question.
    label : str
        The answer; '' where none is in effect.
    flags : tuple of str
        Set flags, in alphabetical order.
    note : str
        The last note; '' where none is in effect.
    answer : LabelEvent or None
        The event that gave the label.
    newest : LabelEvent
        The last event of this person on this object, an undo included: what an edit builds on.
    """

    object: str
    who: str
    question: str
    version: int
    label: str
    flags: tuple[str, ...]
    note: str
    answer: LabelEvent | None
    newest: LabelEvent

    @property
    def says_something(self) -> bool:
        """Whether anything is in effect; not so when all was undone."""
        return bool(self.label or self.flags or self.note)


def effective(events: Iterable[LabelEvent]) -> list[LabelEvent]:
    """Return the events that no other one undoes, in the order of the log.

    An undo that is itself undone has no effect. An event refers only to earlier ones, so the log is read
    from its end.
    """
    undone: set[str] = set()
    kept = []
    for event in sorted(events, key=lambda event: event.seq, reverse=True):
        if event.id in undone:
            continue
        kept.append(event)
        if event.kind == "undo":
            undone.add(event.value)
    return kept[::-1]


def current(events: Iterable[LabelEvent]) -> list[Current]:
    """Return what each person says now about each object, by question, version, object and person."""
    threads: dict[tuple[str, int, str, str], list[LabelEvent]] = {}
    for event in events:
        threads.setdefault((event.question, event.version, event.object, event.who), []).append(event)
    return [_fold(threads[key]) for key in sorted(threads)]


def _fold(thread: list[LabelEvent]) -> Current:
    answer: LabelEvent | None = None
    flags: set[str] = set()
    note = ""
    for event in effective(thread):
        if event.kind == "answer":
            answer = event
        elif event.kind == "flag":
            flags.add(event.value)
        elif event.kind == "unflag":
            flags.discard(event.value)
        elif event.kind == "note":
            note = event.value
    newest = max(thread, key=lambda event: event.seq)
    return Current(
        object=newest.object,
        who=newest.who,
        question=newest.question,
        version=newest.version,
        label=answer.value if answer else "",
        flags=tuple(sorted(flags)),
        note=note,
        answer=answer,
        newest=newest,
    )
