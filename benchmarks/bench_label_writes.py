"""Label writes a second, each on disk before the next, against a plain SQLite insert as durable.

Run: ``python benchmarks/bench_label_writes.py [writes] [folder]``. The folder decides which disk is measured.
"""

from __future__ import annotations

import itertools
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from peer import compare

from astrolib.labels import LabelEvent, LabelStore


def main(writes: int = 500, folder: str | None = None) -> None:
    """Compare the store with the plain insert, and print writes a second."""
    with tempfile.TemporaryDirectory(dir=folder) as name, closing(_plain(Path(name))) as plain:
        store = LabelStore(Path(name) / "labels.sqlite")
        numbers = itertools.count()

        def ours() -> None:
            for _ in range(writes):
                store.append(
                    LabelEvent(f"o{next(numbers)}", "halpha", 1, "answer", "shell", "ada", builds_on="")
                )

        def peer() -> None:
            for _ in range(writes):
                plain.execute("INSERT INTO label VALUES (?, ?, ?)", (f"o{next(numbers)}", "shell", "ada"))

        compare(f"{writes} durable label writes (peer: plain insert)", ours, peer)
        store.close()


def _plain(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE label (object TEXT, label TEXT, who TEXT)")
    return database


if __name__ == "__main__":
    main(*(int(argument) if argument.isdigit() else argument for argument in sys.argv[1:]))
