"""What everybody has said in answer to one question, followed as the log grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from astropy.table import QTable

from astrolib.labels import DISPUTED, LabelEvent, LabelStore, Question, consensus_table


class SharedLabels:
    """The labels of all people on one question, by consensus.

    Parameters
    ----------
    store : LabelStore
        The log.
    question : Question
        What is asked; other versions of it do not count.
    """

    def __init__(self, store: LabelStore, question: Question) -> None:
        self.store, self.question = store, question
        self._events: dict[str, list[LabelEvent]] = {}
        self._labels: dict[str, str] = {}  # of answered objects
        self._seen = 0

    def follow(self) -> bool:
        """Read what is new in the log; say whether anything was."""
        newest = self.store.newest()
        if newest == self._seen:
            return False
        question, version = self.question.name, self.question.version
        new = self.store.events(after=self._seen, question=question, version=version)
        self._seen = newest
        for event in new:
            self._events.setdefault(event.object, []).append(event)
        self._decide({event.object for event in new})
        return bool(new)

    def _decide(self, ids: set[str]) -> None:
        for object_id in ids:
            self._labels.pop(object_id, None)
        for row in consensus_table(event for object_id in ids for event in self._events[object_id]):
            if row["n_people"]:
                self._labels[str(row["id"])] = str(row["label"]) or DISPUTED

    def answered(self, ids: Iterable[str]) -> int:
        """Return how many of these objects have an answer of anybody."""
        return sum(object_id in self._labels for object_id in ids)

    def consensus(self) -> QTable:
        """Return ``id, label`` of every answered object, by id."""
        rows = sorted(self._labels.items())
        return QTable(rows=rows, names=("id", "label"), dtype=("U256", "U256") if not rows else None)

    def counts(self) -> dict[str, int]:
        """Return how many objects have each label."""
        return dict(Counter(self._labels.values()))
