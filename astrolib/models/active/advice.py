"""Whether to go on labelling, in plain words.

Labels stop paying when predictions stop changing (Bloodgood & Vijay-Shanker 2009, CoNLL, 39): unlike a
score on labels that were chosen to be hard, that is seen on the whole pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEADY = 0.97
"""Two rounds name the same targets when they share this much of them."""


def agreement(one: NDArray[np.int64], other: NDArray[np.int64], columns: Sequence[int]) -> float:
    """Return how much two rounds share of the spectra that either calls a target (Dice's coefficient).

    Parameters
    ----------
    one, other : ndarray of int, shape (spectra,)
        The class that each round gives.
    columns : sequence of int
        The targets.
    """
    both = sum(np.count_nonzero((one == column) & (other == column)) for column in columns)
    named = np.count_nonzero(np.isin(one, columns)) + np.count_nonzero(np.isin(other, columns))
    return 2 * both / named if named else 1.0


def advice(
    agreements: Sequence[float], audit: Mapping[str, Mapping[str, Any]], found: Mapping[str, int]
) -> str:
    """Say whether to go on.

    Parameters
    ----------
    agreements : sequence of float
        `agreement` of each round with the one before, oldest first.
    audit : mapping
        What the audit said of each target.
    found : mapping of str to int
        How many spectra the model calls each target.
    """
    if missing := [name for name, count in found.items() if not count]:
        return f"Go on: the model finds no {missing[0]} yet. Label every {missing[0]} that comes by."
    if not agreements:
        return "Go on: this is the first model, and nothing can be compared yet."
    changed = f"{1 - agreements[-1]:.0%} of the targets changed since the last round"
    if len(agreements) < 2 or min(agreements[-2:]) < STEADY:
        return f"Go on: {changed}, and labels still teach."
    return f"You may stop: {changed}, for the second time so few. {_sureness(audit)}"


def _sureness(audit: Mapping[str, Mapping[str, Any]]) -> str:
    widths = [
        figures[f"{name}_high"] - figures[f"{name}_low"] for figures in audit.values() for name in _FIGURES
    ]
    if not widths or max(widths) > 0.2:
        return "For figures to publish, draw one more audit, of some 500."
    return "The audit is narrow enough to publish."


_FIGURES = ("precision", "completeness")
