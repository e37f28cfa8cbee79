"""What a run says of itself while it goes: the lines of ``progress.jsonl``, read as they come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Event = dict[str, Any]

KEYS = {
    **dict.fromkeys(("cell", "cells", "done", "total", "pid", "signal"), int),
    **dict.fromkeys(("state", "label", "source", "type", "message"), str),
    "ours": bool,
    "traceback": list,
}
"""The keys that we look at, and their types; a line in which one is of another type is passed over."""


@dataclass
class Follower:
    """Reads the lines that were appended to a file since it was last asked.

    Parameters
    ----------
    file : Path
        A file of JSON lines, which others append to.
    """

    file: Path
    _position: int = 0

    def new(self) -> list[Event]:
        """Return the events since the last call; a line that is not whole yet waits for the next."""
        try:
            with self.file.open("rb") as stream:
                stream.seek(self._position)
                whole, end, _ = stream.read().rpartition(b"\n")
        except OSError:  # a cell may take the file away, and the run must still be followed to its end
            return []
        self._position += len(whole) + len(end)
        return [event for line in whole.splitlines() if (event := _event(line))]


@dataclass
class Story:
    """What is known of a run from its events.

    Parameters
    ----------
    cell : dict, optional
        The event with which the cell that runs now started.
    error : dict, optional
        The event of the cell that failed.
    kernel : int, optional
        Process id of the kernel.
    died_of : int, optional
        The signal that ended the kernel (0: it left by itself); None while it lives.
    """

    cell: Event | None = None
    error: Event | None = None
    kernel: int | None = None
    died_of: int | None = None

    def take(self, event: Event) -> None:
        """Take in the next event."""
        match event.get("state"):
            case "kernel":
                self.kernel = event.get("pid")
            case "start":
                self.cell = event
            case "end":
                self.cell = None
            case "error":
                self.error, self.cell = event, None
            case "died":
                self.died_of = event.get("signal", 0)


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    fits = isinstance(event, dict) and all(isinstance(event[key], KEYS[key]) for key in event.keys() & KEYS)
    return event if fits else None
