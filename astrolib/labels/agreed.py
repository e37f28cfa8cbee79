"""One label an object, from a store of events or a table made elsewhere: what a network learns from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from astropy.table import QTable

from astrolib.core.errors import UnreadableFileError
from astrolib.labels.files import read_rows
from astrolib.labels.store import LabelStore
from astrolib.labels.tables import consensus_table

DISPUTED = "disputed"
"""Stands for a label where people disagree: no class, so that nothing is learned from it."""

_SUFFIXES = (".ecsv", ".csv")


def agreed_labels(path: Path, question: str = "halpha", until: str = "9999") -> QTable:
    """Return the label that people agree on, for each object that anybody answered.

    Parameters
    ----------
    path : Path
        A label store, or a table with the columns ``id`` and ``label`` in ECSV or CSV; there an object may
        have several rows, and the label of more than half of them counts.
    question : str
        Which answers of a store count.
    until : str
        Time (UTC, ISO 8601): what was said later in a store does not count.

    Returns
    -------
    QTable
        ``id`` and ``label``, by id; `DISPUTED` where no label has more than half of the answers.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it is none of the two.
    RefusedError
        If a store is damaged.
    """
    if not path.is_file():
        raise UnreadableFileError("no such file", where=path, remedy="check the path")
    labels = _of_table(path) if path.suffix in _SUFFIXES else _of_store(path, question, until)
    return QTable(
        rows=sorted(labels.items()), names=("id", "label"), dtype=None if labels else ("U16", "U16")
    )


def _of_table(path: Path) -> dict[str, str]:
    answers: dict[str, list[str]] = {}
    for row in read_rows(path):
        if row["label"]:
            answers.setdefault(row["id"], []).append(row["label"])
    return {identity: _majority(labels) for identity, labels in answers.items()}


def _of_store(path: Path, question: str, until: str) -> dict[str, str]:
    events = [event for event in LabelStore(path).events(question=question) if event.time <= until]
    newest = max((event.version for event in events), default=0)
    return {
        str(row["id"]): str(row["label"]) or DISPUTED
        for row in consensus_table(event for event in events if event.version == newest)
        if row["n_people"]
    }


def _majority(labels: list[str]) -> str:
    label, count = Counter(labels).most_common(1)[0]
    return label if count > len(labels) / 2 else DISPUTED
