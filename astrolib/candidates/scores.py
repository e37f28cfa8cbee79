"""The table that a network leaves: for each spectrum a label, a probability for each class, the entropy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.table import Table
from numpy.typing import ArrayLike, NDArray

from astrolib.candidates.ecsv import read_ecsv, texts
from astrolib.core.errors import UnreadableFileError

PREFIX = "p "
"""Before the name of a class stands this in the column of its probability."""

_ROUNDING = 1e-6  # of probabilities in single precision
_REMEDY = "classify again, or give a table of id, label, entropy and a probability for each class"


@dataclass(frozen=True, eq=False)
class Scores:
    """What a network said of spectra.

    Parameters
    ----------
    ids, labels : ndarray of str, shape (n,)
        The spectra, each once, and the class of the highest probability.
    classes : tuple of str
        In the order of the columns.
    probabilities : ndarray of float64, shape (n, classes)
        Calibrated; each row sums to 1.
    entropy : ndarray of float64, shape (n,)
        Of the row [nat].
    """

    ids: NDArray[np.str_]
    labels: NDArray[np.str_]
    classes: tuple[str, ...]
    probabilities: NDArray[np.float64]
    entropy: NDArray[np.float64]

    @classmethod
    def of(cls, ids: Sequence[str], classes: Sequence[str], probabilities: ArrayLike) -> Scores:
        """Return the scores of probabilities, shape (n, classes)."""
        given = np.asarray(probabilities, dtype=np.float64).reshape(len(ids), len(classes))
        best = given.argmax(axis=1) if len(given) else np.empty(0, dtype=np.intp)
        entropy = -np.sum(given * np.log(np.maximum(given, 1e-300)), axis=1)
        return cls(np.array(ids, dtype=str), np.array(classes)[best], tuple(classes), given, entropy)


def read_scores(path: Path) -> Scores:
    """Read ``candidates.ecsv``.

    Raises
    ------
    UnreadableFileError
        If it is no such table, a spectrum stands twice, or a probability is none.
    HostileFileError
        If it is absurdly large.
    """
    return scores_of(read_ecsv(path), path.name)


def scores_of(table: Table, where: str) -> Scores:
    """Return the scores in a table whose other columns of numbers are probabilities."""
    for name in ("id", "label", "entropy"):
        if name not in table.colnames:
            raise UnreadableFileError(f"no column {name!r}", where=where, remedy=_REMEDY)
    ids, labels = texts(table["id"]), texts(table["label"])
    columns = [name for name in table.colnames if table[name].dtype.kind == "f" and name != "entropy"]
    given = np.array([np.ma.filled(np.ma.asarray(table[name]), np.nan) for name in columns]).T
    given = given.reshape(len(table), len(columns)).astype(np.float64)
    _check(ids, labels, columns, given, where)
    entropy = np.ma.filled(np.ma.asarray(table["entropy"], dtype=np.float64), np.nan)
    return Scores(ids, labels, tuple(columns), given, entropy)


def _check(
    ids: NDArray[np.str_],
    labels: NDArray[np.str_],
    classes: list[str],
    given: NDArray[np.float64],
    where: str,
) -> None:
    unknown = set(labels.tolist()) - set(classes)
    if not classes or unknown:
        what = f"no probability for {min(unknown)!r:.60}" if unknown else "no column of probabilities"
        raise UnreadableFileError(what, where=where, remedy=_REMEDY)
    if len(set(ids.tolist())) < len(ids):
        names, counts = np.unique(ids, return_counts=True)
        repeated = names[counts > 1][0]
        raise UnreadableFileError(f"spectrum {repeated} stands twice", where=where, remedy="keep one")
    wrong = ~((given >= 0) & (given <= 1 + _ROUNDING)).all(axis=1)
    if wrong.any():
        raise UnreadableFileError(
            f"the probabilities of {ids[wrong][0]} are no numbers from 0 to 1", where=where, remedy=_REMEDY
        )
