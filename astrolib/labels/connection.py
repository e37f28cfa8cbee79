"""SQLite for several processes and threads at once: one connection for each, durable, in WAL mode."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from astrolib.core.databases import BUSY_SECONDS, keep_journal

_INHERITED: list[sqlite3.Connection] = []


class Connections:
    """Gives each thread of each process its own connection to one file.

    SQLite's connections must not cross a fork, not even to be closed, and threads that share one would
    share its transactions. A connection closes with its thread.

    Parameters
    ----------
    path : Path
        The file; made when first asked for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def here(self) -> sqlite3.Connection:
        """Return the connection of this thread in this process."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is None or held.process != os.getpid():
            held = self._local.held = _Held(self.path)
        return held.connection

    def close(self) -> None:
        """Close the connection of this thread; it opens again when asked for."""
        self._local.__dict__.pop("held", None)


class _Held:
    """A connection that closes when its thread lets go of it."""

    def __init__(self, path: Path) -> None:
        self.process = os.getpid()
        # Whichever thread collects the garbage closes it, so SQLite's own check must not mind.
        self.connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        keep_journal(self.connection)
        self.connection.execute("PRAGMA synchronous = FULL")

    def __del__(self) -> None:
        if not hasattr(self, "connection"):
            return
        if self.process == os.getpid():
            self.connection.close()
        else:  # a forked child: keep it for good, as closing would disturb the parent's locks
            _INHERITED.append(self.connection)
