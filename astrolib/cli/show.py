"""What a terminal shows: a bar that stays on its line, or lines where nobody watches."""

from __future__ import annotations

import contextlib
import shutil
import sys
from dataclasses import dataclass, field
from typing import TextIO

from astrolib.jobs.events import Event

_WIDTH = 24


def plain(text: str) -> str:
    """Return `text` on one line, without what would steer a terminal."""
    return harmless(" ".join(text.split()))


def harmless(line: str) -> str:
    """Return a line with its spaces, without what would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in line)


@dataclass
class ProgressDisplay:
    """Shows how far a run is.

    Parameters
    ----------
    stream : TextIO
        Where it is shown; a bar if it is a terminal.
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _cell: Event = field(default_factory=dict)
    _shown: str = ""

    def __call__(self, event: Event) -> None:
        """Show an event of a run."""
        if event.get("state") == "start":
            self._cell = event
        if text := self._text(event):
            with contextlib.suppress(OSError):  # who watched has gone, and the run goes on
                self._show(text)

    def close(self) -> None:
        """Leave the line of the bar empty."""
        with contextlib.suppress(OSError):
            if self.stream.isatty():
                self._overwrite("")

    def _show(self, text: str) -> None:
        if self.stream.isatty():
            self._overwrite(text)
        elif text != self._shown:
            self._shown = text
            print(text, file=self.stream, flush=True)

    def _text(self, event: Event) -> str:
        if event.get("state") == "start":
            return f"{self._place()}{plain(event.get('source', ''))}"
        if event.get("total"):
            return f"{self._place()}{plain(event.get('label', ''))} {self._amount(event)}"
        return ""

    def _place(self) -> str:
        return f"cell {self._cell.get('cell', 0)} of {self._cell.get('cells', 0)}: " if self._cell else ""

    def _amount(self, event: Event) -> str:
        share = min(event.get("done", 0) / event["total"], 1.0)
        if not self.stream.isatty():  # in steps of a tenth, for each is a line
            return f"{10 * int(10 * share)} %"
        full = round(_WIDTH * share)
        return f"[{'#' * full}{'.' * (_WIDTH - full)}] {event.get('done', 0)}/{event['total']}"

    def _overwrite(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns - 1
        self.stream.write(f"\r\x1b[K{text[:columns]}")
        self.stream.flush()
