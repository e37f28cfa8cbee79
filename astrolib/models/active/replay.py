"""The same rounds from the same labels: what was asked can be worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from astropy.table import Table

from astrolib.models.active.learning import learn_round
from astrolib.models.active.round import Round

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra

LabelsThen = Callable[[str], Table | Mapping[str, str]]


def replay(
    prepared: PreparedSpectra, rounds: Sequence[Round], labels_then: LabelsThen, folder: Path
) -> list[bool]:
    """Work every round out again, and say which ask for the same spectra.

    Parameters
    ----------
    prepared : PreparedSpectra
        The pool.
    rounds : sequence of Round
        Oldest first.
    labels_then : callable
        Time (UTC, ISO 8601) -> the labels as they stood then, as the log of label events knows them.
    folder : Path
        For the rounds as they come out now.

    Returns
    -------
    list of bool
        For each round, whether its batch is the same. Another number of threads, another processor or another
        version of a library may round differently, and a batch may then differ in its last spectra.
    """
    again: list[Round] = []
    for old in rounds:
        place = folder / f"round-{old.number:02d}"
        again.append(
            learn_round(
                prepared, labels_then(old.asked), old.plan, again[-1] if again else None, folder=place
            )
        )
    return [np.array_equal(new.batch["id"], old.batch["id"]) for new, old in zip(again, rounds, strict=True)]
