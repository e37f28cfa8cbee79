"""A table in the browser: thousands of rows, sorted, filtered and chosen by mouse or keyboard."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
from traitlets import Bytes, List, Tuple, Unicode

from astrolib.widgets.view.look import module, stylesheet


@dataclass(frozen=True)
class TableColumn:
    """One column as people see it.

    Parameters
    ----------
    name : str
        What it holds.
    values : sequence
        Texts, or numbers; a NaN is an empty cell.
    unit : str
        Said in the heading.
    digits : int or None
        Decimals that are shown; None for texts.
    """

    name: str
    values: Sequence[Any]
    unit: str = ""
    digits: int | None = None


class Table(anywidget.AnyWidget):
    """Rows to choose from; drawn by ``table.js``.

    Attributes
    ----------
    selected : tuple of int
        Rows that are chosen, as they were given; both ways.
    label : str
        What the table holds, for people who do not see it.
    """

    _esm = module("table.js")
    _css = stylesheet("table.css")

    label = Unicode("Table").tag(sync=True)
    headings: List = List().tag(sync=True)
    content = Bytes(b"[]").tag(sync=True)
    selected = Tuple().tag(sync=True)

    def show(self, columns: Sequence[TableColumn]) -> None:
        """Replace the rows; nothing is chosen then."""
        cells = [[_cell(value) for value in column.values] for column in columns]
        with self.hold_sync():
            self.selected = ()
            self.headings = [{"name": c.name, "unit": c.unit, "digits": c.digits} for c in columns]
            self.content = json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()


def _cell(value: Any) -> Any:
    """Return what JSON carries: an infinite or missing number is no number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
