"""The trail of cuts, and the rows that a cut judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.schema import Column, TableSchema

TRAIL = TableSchema(
    "cuts",
    (
        Column("cut", "str", "what was asked"),
        Column("before", "int", "candidates before it"),
        Column("removed", "int", "candidates that it removed"),
        Column("unknown", "int", "candidates of which nobody knows whether they pass"),
        Column("left", "int", "candidates after it"),
        Column("unit", "str", "of how much a removed candidate missed by"),
    ),
)
"""One row a cut."""


@dataclass(frozen=True)
class Step:
    """One cut of the trail; its fields are those of `TRAIL`."""

    cut: str
    before: int
    removed: int
    unknown: int
    left: int
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a table, as a cut judges them: a column is taken when it is asked for.

    Parameters
    ----------
    table : QTable
        All rows.
    which : ndarray of int64
        Those that are left.
    """

    table: QTable
    which: NDArray[np.int64]

    @property
    def colnames(self) -> list[str]:
        """The names of the columns."""
        return self.table.colnames

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.which)

    def __getitem__(self, name: str) -> Any:
        """Return a column."""
        column = self.table[name]
        return column if len(self.which) == len(column) else column[self.which]
