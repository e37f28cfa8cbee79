"""The tables of a round: what to ask next, and what the model names otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.schema import Column, TableSchema
from astrolib.models.audit import Draw

BATCH = TableSchema(
    "spectra to ask about",
    (
        Column("id", "str", "the spectrum"),
        Column("reason", "str", "query: it teaches; audit: it judges"),
        Column("stratum", "str", "of the audit; empty for a query"),
        Column("weight", "float", "how many spectra its answer stands for; NaN for a query"),
        Column("score", "float", "highest probability of a target; NaN without a model"),
    ),
)

CHANGED = TableSchema(
    "spectra that the model names otherwise",
    (
        Column("id", "str", "the spectrum"),
        Column("before", "str", "what the model of the round before said"),
        Column("after", "str", "what the model says now"),
        Column("score", "float", "highest probability of a target now"),
    ),
)


def first(ids: NDArray[np.str_]) -> QTable:
    """Return a batch that was chosen without a model."""
    return BATCH.table({"id": identity, "reason": "query"} for identity in ids)


def of(ids: NDArray[np.str_], draw: Draw, asked: NDArray[np.int64], score: NDArray[np.float32]) -> QTable:
    """Return a batch: the audit, then the queries.

    Parameters
    ----------
    ids : ndarray of str, shape (spectra,)
        The pool.
    draw : Draw
        The audit.
    asked : ndarray of int
        Rows of the queries.
    score : ndarray, shape (spectra,)
        Highest probability of a target.
    """
    audit = [
        {"id": ids[row], "reason": "audit", "stratum": stratum, "weight": weight, "score": score[row]}
        for row, stratum, weight in zip(draw.rows, draw.stratum, draw.weight, strict=True)
    ]
    return BATCH.table([*audit, *({"id": ids[row], "reason": "query", "score": score[row]} for row in asked)])


def no_changes() -> QTable:
    """Return the table of changes where there is nothing to compare."""
    return CHANGED.table()


def changes(
    ids: NDArray[np.str_],
    classes: Sequence[str],
    was: NDArray[np.int64],
    now: NDArray[np.int64],
    score: NDArray[np.float32],
) -> QTable:
    """Return the spectra whose class changed, the highest score first."""
    rows = np.flatnonzero(was != now)
    return CHANGED.table(
        {"id": ids[row], "before": classes[was[row]], "after": classes[now[row]], "score": score[row]}
        for row in rows[np.argsort(-score[rows], kind="stable")]
    )
