"""The rounds of a loop as a table: what was labelled, and how good the model was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from astropy.table import QTable, vstack

from astrolib.core.schema import Column, TableSchema

HISTORY = TableSchema(
    "rounds",
    (
        Column("round", "int", "number of the round; 0 has no model"),
        Column("n_labels", "int", "labels so far, those of the audits included"),
        Column("f1", "float", "mean over the targets, from the audit"),
        Column("precision", "float", "mean over the targets, from the audit"),
        Column("completeness", "float", "mean over the targets, from the audit"),
        Column("n_targets", "int", "targets among the labels"),
        Column("n_targets_random", "float", "as many labels chosen at random would hold, from the audit"),
    ),
)
"""One row a round; NaN where no audit has been answered yet."""


def begun() -> QTable:
    """Return the history before the first round."""
    return HISTORY.table()


def extended(history: QTable, row: Mapping[str, Any]) -> QTable:
    """Return the history with one round more."""
    new = HISTORY.table([row])
    return vstack([history, new]) if len(history) else new


def means(audit: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return precision, completeness and F1 as means over the targets that an audit told of."""
    told = [(figures["precision"], figures["completeness"]) for figures in audit.values()]
    values = np.array(told, dtype=np.float64).reshape(-1, 2)
    total = values.sum(axis=1)
    f1 = 2 * values.prod(axis=1) / np.where(total > 0, total, 1)
    return {"precision": _mean(values[:, 0]), "completeness": _mean(values[:, 1]), "f1": _mean(f1)}


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if len(values) and np.isfinite(values).all() else float("nan")
