"""Full-text search over the metadata of a collection, in memory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+")


class TextIndex:
    """Finds rows by the words in their text columns (SQLite FTS5).

    Parameters
    ----------
    columns : sequence of sequences of str
        The text columns, equally long.
    """

    def __init__(self, columns: Sequence[Iterable[str]]) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        names = [f"c{number}" for number in range(len(columns))]
        self._database.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(names)}, tokenize='unicode61')"
        )
        marks = ", ".join("?" for _ in names)
        rows = ((row, *texts) for row, texts in enumerate(zip(*columns, strict=True)))
        self._database.executemany(
            f"INSERT INTO texts(rowid, {', '.join(names)}) VALUES (?, {marks})",  # noqa: S608 - no outside text
            rows,
        )

    def rows(self, text: str) -> list[int]:
        """Return the rows that hold every word of `text`, or words that begin so, in order.

        What is no letter or digit parts words, so that nothing in `text` is taken for query syntax. A text
        without words finds nothing.
        """
        words = " ".join(f'"{word}"*' for word in _WORD.findall(text))
        if not words:
            return []
        found = self._database.execute("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid", (words,))
        return [row for (row,) in found]
