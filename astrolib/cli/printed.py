"""What the last cell of a run printed, for whoever started it in a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from astrolib.cli.show import harmless

_MOST_LINES = 40
_FIRST_LINES = 10


def printed(notebook: Path) -> list[str]:
    """Return the lines that the last code cell of an executed notebook printed.

    Of many, the first and the last ones, and between them how many are left out.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        last = [cell for cell in cells if cell["cell_type"] == "code"][-1]
        text = "".join(map(_text, last["outputs"]))
    except (OSError, ValueError, LookupError, TypeError):  # the notebook may have taken itself away
        return []
    lines = [harmless(line) for line in text.rstrip().splitlines()]
    if len(lines) <= _MOST_LINES:
        return lines
    left = len(lines) - _MOST_LINES
    between = f"... {left} more lines in {notebook} ..."
    return [*lines[:_FIRST_LINES], between, *lines[_FIRST_LINES - _MOST_LINES :]]


def _text(output: dict[str, Any]) -> str:
    return "".join(output.get("text", "")) if output.get("name") == "stdout" else ""
