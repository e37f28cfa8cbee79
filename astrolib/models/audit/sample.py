"""Draw the audit sample: simple random sampling in each stratum, with known weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.models.audit.scores import check
from astrolib.models.audit.strata import stratify

AMBIGUOUS = -1  # an answer: somebody looked, and nobody could tell
UNANSWERED = -2  # no answer: nobody looked


@dataclass(frozen=True)
class Draw:
    """An audit sample and all that its estimate needs.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        The rows of the pool to ask about, in random order: who answers cannot tell the stratum.
    score : ndarray of float32, shape (n,)
        The highest probability of a target at the time of the draw.
    targets : tuple of int
        The columns of the classes of interest.
    strata : ndarray of int16, shape (N,)
        The stratum of every spectrum of the pool; -1 where it was excluded. `numpy.save` keeps it.
    names : tuple of str
        The names of the strata.
    """

    rows: NDArray[np.int64]
    score: NDArray[np.float32]
    targets: tuple[int, ...]
    strata: NDArray[np.int16]
    names: tuple[str, ...]

    @property
    def stratum(self) -> NDArray[np.str_]:
        """The name of the stratum of each drawn spectrum."""
        return np.array(self.names, dtype=np.str_)[self.strata[self.rows]]

    @property
    def weight(self) -> NDArray[np.float64]:
        """The inverse inclusion probability of each drawn spectrum; they sum to what could be drawn."""
        drawn = self.strata[self.rows]
        sizes = np.bincount(self.strata[self.strata >= 0], minlength=len(self.names))
        return (sizes / np.maximum(np.bincount(drawn, minlength=len(self.names)), 1))[drawn]


def draw(
    probabilities: NDArray[np.float32],
    targets: tuple[int, ...],
    size: int,
    rng: np.random.Generator,
    *,
    excluded: NDArray[np.bool_] | None = None,
) -> Draw:
    """Draw an audit sample over all scores.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (N, k)
        The scores of the whole pool.
    targets : tuple of int
        The columns of the classes whose precision and completeness are asked for.
    size : int
        How many spectra are asked about.
    rng : numpy.random.Generator
        The source of chance; the same seed draws the same sample.
    excluded : ndarray of bool, shape (N,), optional
        What is labelled already. It is not drawn, and `estimate` counts it as known.

    Raises
    ------
    RefusedError
        The scores, targets, size or mask do not fit.
    """
    targets = tuple(int(target) for target in targets)
    check(probabilities, targets)
    eligible = np.ones(len(probabilities), bool) if excluded is None else ~np.asarray(excluded, bool)
    if eligible.shape != (len(probabilities),):
        raise RefusedError(
            f"excluded has the shape {eligible.shape} for {len(probabilities)} spectra",
            remedy="give one truth value for each spectrum",
        )
    if size < 1:
        raise RefusedError(f"an audit of {size} spectra", remedy="ask about one spectrum at least")
    strata = stratify(probabilities, targets, size, eligible)
    rows = _rows(strata.of, strata.allocation, rng)
    score = probabilities[rows][:, list(targets)].max(axis=1)
    return Draw(rows, score, targets, strata.of, strata.names)


def _rows(
    of: NDArray[np.int16], allocation: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    chosen = [
        rng.choice(np.flatnonzero(of == stratum), count, replace=False)
        for stratum, count in enumerate(allocation)
    ]
    return rng.permutation(np.concatenate([np.empty(0, np.int64), *chosen]))
