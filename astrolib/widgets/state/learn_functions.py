"""What a learning panel calls, handed in as functions, and what a round is to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from astropy.table import QTable

from astrolib.core.progress import Progress
from astrolib.core.spectrum import Spectrum


class Round(Protocol):
    """One turn of the loop: a model, and the spectra that people are asked about next.

    Attributes
    ----------
    number : int
        0 for the first batch, which is chosen without a model.
    model : object or None
        None in round 0.
    ids : ndarray of str, shape (n,)
        The pool.
    probabilities : ndarray of float32, shape (n, n_classes), or None
        Of each class, in the order of the classes; None in round 0.
    batch : QTable
        ``id, reason, stratum, weight, score`` of the spectra to label.
    audit : mapping
        Class -> ``precision, precision_low, precision_high``, ``completeness`` likewise, ``n, level``.
    history : QTable
        ``round, n_labels, f1, precision, completeness, n_targets, n_targets_random``, a row for each round.
    confusion : ndarray of int, shape (n_classes, n_classes), or None
        Rows are labels, columns are answers, on spectra that the model did not learn from.
    changed : QTable
        ``id, before, after, score`` of the spectra that the model now names otherwise.
    advice : str
        Whether to go on, in plain words.
    """

    number: int
    model: Any
    ids: np.ndarray
    probabilities: np.ndarray | None
    batch: QTable
    audit: Mapping[str, Mapping[str, Any]]
    history: QTable
    confusion: np.ndarray | None
    changed: QTable
    advice: str


@dataclass(frozen=True)
class PastRound:
    """What is kept of a round that another one followed: its number, and what its audit said."""

    number: int
    audit: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Profile:
    """One spectrum in both its shapes, for a person to judge.

    Parameters
    ----------
    id : str
    raw : Spectrum or None
        As it was collected; None where the collection does not hold it.
    wavelength : ndarray of float64, shape (n_pixels,)
        Of the prepared spectrum [angstrom].
    flux : ndarray of float32, shape (n_pixels,)
        As the network sees it, on the scale of the recipe.
    missing : str
        Why there is no raw spectrum.
    medium : {'air', 'vacuum', 'unknown'}
        Of `wavelength`.
    """

    id: str
    raw: Spectrum | None
    wavelength: np.ndarray
    flux: np.ndarray
    missing: str = ""
    medium: str = "unknown"


@dataclass(frozen=True)
class LearnFunctions:
    """What a learning panel calls.

    Parameters
    ----------
    learn : callable
        (labels with ``id, label``, the round before or None, progress, epoch_end) -> the next round.
        What `progress` or `epoch_end` raise must come out again: that is how training is stopped.
    reopen : callable
        () -> the rounds that were finished before, oldest first; all but the last may be `PastRound`.
    profile : callable
        Id -> what a person looks at.
    titles : callable
        Ids -> the names that people know them by.
    classify : callable or None
        (round, progress) -> the file that holds the answer for every spectrum of the pool.
    save : callable or None
        Round -> the file that holds its model.
    """

    learn: Callable[..., Round]
    reopen: Callable[[], Sequence[Round | PastRound]]
    profile: Callable[[str], Profile]
    titles: Callable[[Sequence[str]], Sequence[str]]
    classify: Callable[[Round, Progress], Path] | None = None
    save: Callable[[Round], Path] | None = None
