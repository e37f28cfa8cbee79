"""How good answers are: precision, recall and F1 of each class, confusion and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable
from numpy.typing import ArrayLike, NDArray

from astrolib.core.errors import ParameterError
from astrolib.core.files import write_json

BINS = 15
"""Bins of the expected calibration error, as Guo et al. (2017, ICML 70, 1321) count it."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the answers of a network are worth against labels.

    Parameters
    ----------
    classes : tuple of str
        In the order of the columns of the probabilities.
    targets : tuple of str
        The classes over which `macro_f1` is the mean.
    confusion : ndarray of float64, shape (classes, classes)
        Rows are labels, columns answers; counts, or sums of weights.
    calibration_error : float
        Expected calibration error of the most probable class, 0 to 1.
    """

    classes: tuple[str, ...]
    targets: tuple[str, ...]
    confusion: NDArray[np.float64]
    calibration_error: float

    @property
    def accuracy(self) -> float:
        """Share of labels that the answers meet; NaN without labels."""
        return _ratio(np.trace(self.confusion), self.confusion.sum())

    @property
    def precision(self) -> NDArray[np.float64]:
        """Of the answers of a class, the share that is right; NaN where nothing was answered so."""
        return _ratio(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def recall(self) -> NDArray[np.float64]:
        """Of the labels of a class, the share that was found; NaN where there is none."""
        return _ratio(np.diag(self.confusion), self.confusion.sum(axis=1))

    @property
    def f1(self) -> NDArray[np.float64]:
        """Harmonic mean of precision and recall; NaN where neither labels nor answers have the class."""
        return _ratio(2 * np.diag(self.confusion), self.confusion.sum(axis=0) + self.confusion.sum(axis=1))

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the targets; a target that has neither labels nor answers is left out."""
        f1 = self.f1[[self.classes.index(name) for name in self.targets]]
        return float(np.nanmean(f1)) if np.isfinite(f1).any() else float("nan")

    def table(self) -> QTable:
        """Return one row a class: precision, recall, F1 and support."""
        return QTable(
            {
                "class": np.array(self.classes, dtype=str),
                "precision": self.precision,
                "recall": self.recall,
                "f1": self.f1,
                "support": self.confusion.sum(axis=1),
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the content of ``metrics.json``; what has no value is None."""
        rows = zip(self.classes, self.table()["precision", "recall", "f1", "support"], strict=True)
        return {
            "accuracy": _known(self.accuracy),
            "macro_f1": _known(self.macro_f1),
            "targets": list(self.targets),
            "classes": {name: {key: _known(row[key]) for key in row.colnames} for name, row in rows},
            "confusion": self.confusion.tolist(),
            "calibration_error": _known(self.calibration_error),
        }

    def write(self, path: Path) -> None:
        """Write ``metrics.json``."""
        write_json(path, self.as_dict())


def judge(
    labels: ArrayLike,
    probabilities: NDArray[np.floating],
    classes: Sequence[str],
    *,
    targets: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
) -> Judgement:
    """Judge answers by labels.

    Parameters
    ----------
    labels : array of int, shape (n,)
        Numbers of the true classes.
    probabilities : ndarray, shape (n, classes)
        The answer is the most probable class.
    classes : sequence of str
        Names of the columns.
    targets : sequence of str, optional
        Classes that are looked for; all where none are given.
    weights : array of float, shape (n,), optional
        How many spectra each label stands for.

    Raises
    ------
    ParameterError
        If a target is no class, or the arrays do not fit together.
    """
    truth, answers = np.asarray(labels, dtype=np.int64), probabilities.argmax(axis=1)
    mass = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=np.float64)
    targets = tuple(classes if targets is None else targets)
    if unknown := set(targets) - set(classes):
        raise ParameterError(f"no class {min(unknown)!r}", remedy=f"known are {', '.join(classes)}")
    if not (truth.shape == mass.shape == answers.shape and probabilities.shape[1] == len(classes)):
        raise ParameterError(
            f"labels of shape {truth.shape} and probabilities of shape {probabilities.shape}",
            remedy="give one label and one weight a row, and one column a class",
        )
    confusion = np.zeros((len(classes), len(classes)))
    np.add.at(confusion, (truth, answers), mass)
    return Judgement(tuple(classes), targets, confusion, calibration_error(truth, probabilities, mass))


def calibration_error(
    labels: NDArray[np.int64], probabilities: NDArray[np.floating], weights: NDArray[np.floating]
) -> float:
    """Return the expected calibration error: how far confidence is from the share of right answers.

    Parameters
    ----------
    labels, weights : ndarray, shape (n,)
        True class, and how many spectra each stands for.
    probabilities : ndarray, shape (n, classes)

    Returns
    -------
    float
        Mean over bins of confidence, weighted by what they hold; NaN without labels.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights * (right - confidence), minlength=BINS)
    return float(_ratio(np.abs(gaps).sum(), weights.sum()))


def _ratio(part: Any, whole: Any) -> Any:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.float64(part) / np.float64(whole)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
