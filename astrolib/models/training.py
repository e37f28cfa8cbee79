"""Train a network on labelled spectra: it stops when it no longer learns, and goes on where it was killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.table import QTable
from numpy.typing import ArrayLike, NDArray

from astrolib.models.fitting import Fit
from astrolib.models.labelled import LabelledSpectra

if TYPE_CHECKING:
    import keras

EpochEnd = Callable[[Mapping[str, Any]], object]
"""Called after each epoch with its line of `Training.history`."""


@dataclass(frozen=True)
class Training:
    """How a training went. The network itself holds the weights of the best epoch.

    Parameters
    ----------
    history : tuple of dict
        For each epoch `epoch` (from 1), `epochs` (planned), `loss`, `seconds`, and with a validation set
        `val_loss`, `val_accuracy` and `f1` (macro mean).
    best_epoch : int
        That of the lowest `val_loss`; the last one where nothing was kept apart for validation.
    """

    history: tuple[Mapping[str, Any], ...]
    best_epoch: int

    @property
    def curves(self) -> QTable:
        """The history as a table."""
        return QTable(rows=list(self.history))


def train(  # noqa: PLR0913 - each is what a person sets about a training
    model: keras.Model,
    flux: NDArray[np.float32],
    labels: ArrayLike,
    *,
    epochs: int,
    weights: ArrayLike | None = None,
    batch_size: int = 64,
    validation: tuple[Any, ...] | None = None,
    patience: int = 8,
    seed: int = 0,
    folder: Path | None = None,
    epoch_end: EpochEnd | None = None,
) -> Training:
    """Train a network with Adam on the cross-entropy, and leave it with the weights of the best epoch.

    Parameters
    ----------
    model : keras.Model
        As `astrolib.models.network.build` gives it; trained in place, from the weights that it has. One that
        was trained here before need not be compiled again.
    flux : ndarray of float32, shape (n, pixels)
        Prepared spectra.
    labels : array of int, shape (n,)
        Numbers of the classes.
    epochs : int
        Most passes over the spectra; over them the learning rate falls along half a cosine.
    weights : array of float, shape (n,), optional
        How much each spectrum counts; only their ratios matter.
    batch_size : int
        Spectra a step.
    validation : tuple of flux, labels and perhaps weights, optional
        Kept apart; the best epoch is that with the lowest loss on it.
    patience : int
        Epochs without a better one after which it stops; only with `validation`.
    seed : int
        Of the order of the spectra.
    folder : Path, optional
        For ``checkpoint.npz`` and ``progress.jsonl``, a line an epoch. Called again with the same data after
        it was killed, the training goes on from the last checkpoint.
    epoch_end : callable, optional
        Called after each epoch.

    Raises
    ------
    ParameterError
        If the arrays do not fit together, or `folder` holds the checkpoint of another training.
    """
    data = LabelledSpectra.of(flux, labels, weights)
    kept = LabelledSpectra.of(*validation) if validation else None
    run = Fit(model, data, kept, epochs, batch_size, seed)
    run.begin(folder)
    while len(run.history) < epochs and run.since_best() < patience:
        line = run.epoch()
        run.keep(folder)
        (epoch_end or unheeded)(line)
    model.set_weights(run.best)
    return Training(tuple(run.history), run.best_epoch())


def unheeded(_line: Mapping[str, Any]) -> None:
    """Do nothing after an epoch: the default of every `epoch_end`."""
