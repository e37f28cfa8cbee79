"""What a panel reads from a round: its batch in an order that gives nothing away, and its answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from astrolib.widgets.state.learn_functions import Round


def mixed_batch(finished: Round) -> list[str]:
    """Return the ids of the batch, queries and audit in one order that tells nobody which is which."""
    ids = np.sort(np.asarray(finished.batch["id"], dtype=str))
    return list(map(str, np.random.default_rng(finished.number).permutation(ids)))


def answer_of(finished: Round | None, classes: Sequence[str], object_id: str) -> tuple[str, float] | None:
    """Return the model's answer about a spectrum and its probability; None where there is none."""
    if finished is None or finished.probabilities is None:
        return None
    rows = np.flatnonzero(np.asarray(finished.ids) == object_id)
    if not rows.size:
        return None
    probabilities = finished.probabilities[rows[0]]
    best = int(np.argmax(probabilities))
    return classes[best], float(probabilities[best])
