"""How a long function says how far it is; whoever calls decides how that is shown."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol


class Progress(Protocol):
    """Called now and then as ``progress(done, total)``."""

    def __call__(self, done: int, total: int) -> None:
        """Report that `done` of `total` items are finished."""


def silent(done: int, total: int) -> None:
    """Show nothing: the default of every `progress` argument."""


PROGRESS_FILE = "ASTROLIB_PROGRESS"
"""The environment variable that names the file to which a notebook run without people reports."""

_SECONDS_BETWEEN_LINES = 0.2


def reporter(label: str) -> Progress:
    """Return a progress that whoever runs this notebook can follow; silent where nobody does.

    Parameters
    ----------
    label : str
        What is being done, in a word or two: ``"download"``.

    Returns
    -------
    Progress
        Appends ``{"time", "label", "done", "total"}`` to the file that ``ASTROLIB_PROGRESS`` names, at most
        five lines a second and always the last one.
    """
    file = os.environ.get(PROGRESS_FILE)
    if not file:
        return silent
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal last
        if done < total and time.monotonic() - last < _SECONDS_BETWEEN_LINES:
            return
        last = time.monotonic()
        append_event(Path(file), {"label": label, "done": int(done), "total": int(total)})

    return report


def append_event(file: Path, event: dict[str, Any]) -> None:
    """Append `event` with the present time [UTC] as one line of JSON, in one write."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    with file.open("ab", buffering=0) as stream:
        stream.write(json.dumps({"time": now} | event).encode() + b"\n")
