"""Texts in CSV that no spreadsheet runs as a formula, and back."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def quoted(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would run it; -12.3 stays a number."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unquoted(text: str) -> str:
    """Return a text without the apostrophe of `quoted`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
