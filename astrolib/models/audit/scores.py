"""Scores as the audit reads them: which class a network gives, and the log odds of a class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError

TINY = 1e-30  # below the smallest float32 that a softmax gives, so that no logarithm is infinite


def log_odds(probabilities: NDArray[np.float32], column: int) -> NDArray[np.float64]:
    """Return ln(p / (1 - p)) of one class.

    The odds are taken against the sum of the other columns: a float32 probability that is rounded to 1 still
    has its rank among the others.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (N, k)
        A row for each spectrum, a column for each class.
    column : int
        The class.
    """
    others = probabilities.sum(axis=1, where=np.arange(probabilities.shape[1]) != column, dtype=np.float64)
    own = probabilities[:, column].astype(np.float64)
    return np.log(np.maximum(own, TINY)) - np.log(np.maximum(others, TINY))


def check(probabilities: NDArray[np.float32], targets: tuple[int, ...]) -> None:
    """Refuse scores that are no probabilities, and targets that are no columns of them.

    Raises
    ------
    RefusedError
        What is wrong, with the row or the target.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] < 2:
        raise RefusedError(
            f"the scores have the shape {probabilities.shape}",
            remedy="give one row for each spectrum and one column for each class",
        )
    bad = ~((probabilities >= 0) & (probabilities <= 1)).all(axis=1)
    if bad.any():
        raise RefusedError(
            f"{bad.sum()} spectra have a score that is no probability",
            where=f"row {np.argmax(bad)}",
            remedy="give the output of a softmax",
        )
    wrong = [target for target in targets if not 0 <= target < probabilities.shape[1]]
    if wrong or not targets or len(set(targets)) != len(targets):
        raise RefusedError(
            f"the targets {targets} are not columns of {probabilities.shape[1]} classes",
            remedy="name each target once, by its column",
        )
