"""What people said of candidates, beside what the network said."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from astropy.table import QTable

from astrolib.candidates.table import Candidates
from astrolib.labels import LabelEvent, consensus_table, label_table

QUESTION = "candidate"
"""The question that verdicts answer."""


def with_verdicts(candidates: Candidates, events: Iterable[LabelEvent], question: str = QUESTION) -> QTable:
    """Return the whole table with what people said.

    Parameters
    ----------
    candidates : Candidates
        Those removed by cuts are among the rows.
    events : iterable of LabelEvent
        Those of other questions are left aside.
    question : str
        Name of the question.

    Returns
    -------
    QTable
        With ``verdict`` (empty where nobody said anything, or people disagree), ``decided`` (single,
        unanimous, majority, disputed, unanswered), ``flags`` and ``notes`` (with the person's name before
        each).
    """
    said = [event for event in events if event.question == question]
    agreed = {str(row["id"]): row for row in consensus_table(said)}
    notes: dict[str, list[str]] = {}
    for row in label_table(said):
        if row["note"]:
            notes.setdefault(str(row["id"]), []).append(f"{row['who']}: {row['note']}")
    ids = [str(one) for one in candidates.table["id"]]
    table = QTable(candidates.table, copy=False)
    for name, column in (("verdict", "label"), ("decided", "decided"), ("flags", "flags")):
        table[name] = np.array([str(agreed[one][column]) if one in agreed else "" for one in ids], dtype=str)
    table["notes"] = np.array(["; ".join(notes.get(one, [])) for one in ids], dtype=str)
    return table
