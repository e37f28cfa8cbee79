"""One training while it runs: epoch after epoch, with a checkpoint after each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from astrolib.core.errors import AstrolibError, ParameterError
from astrolib.core.files import write_text
from astrolib.core.progress import append_event
from astrolib.models import backend
from astrolib.models.checkpoint import Checkpoint, assign, values
from astrolib.models.judge import judge
from astrolib.models.labelled import LabelledSpectra
from astrolib.models.prediction import predict

if TYPE_CHECKING:
    import keras

CHECKPOINT = "checkpoint.npz"
PROGRESS = "progress.jsonl"
LEARNING_RATE = 2e-3
"""Of the first epoch; it falls as half a cosine towards the last (Loshchilov & Hutter 2017, ICLR)."""

_TINY = 1e-7


class Fit:
    """One training while it runs: the network, its optimiser and what came out so far."""

    def __init__(
        self,
        model: keras.Model,
        data: LabelledSpectra,
        validation: LabelledSpectra | None,
        epochs: int,
        batch_size: int,
        seed: int,
    ) -> None:
        self._model, self._data, self._validation = model, data, validation
        self._epochs, self._batch_size, self._seed = epochs, batch_size, seed
        self.history: list[dict[str, Any]] = []
        self.best = model.get_weights()
        self._fingerprint = self._digest()
        _fresh_optimiser(model)

    def begin(self, folder: Path | None) -> None:
        """Take up the checkpoint of the folder, where there is one."""
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists():
            self._resume(Checkpoint.load(folder / CHECKPOINT), folder)
        # A line may have been written twice, or half, when the process was killed.
        write_text(folder / PROGRESS, "")
        for line in self.history:
            append_event(folder / PROGRESS, line)

    def epoch(self) -> dict[str, Any]:
        """Pass over the spectra once."""
        begin, number = time.perf_counter(), len(self.history) + 1
        self._model.optimizer.learning_rate = self._learning_rate(number)
        batches = self._data.batches(self._batch_size, (self._seed, number))
        losses = [self._model.train_on_batch(flux, *known) for flux, *known in batches]
        line = {"epoch": number, "epochs": self._epochs, "loss": float(np.mean(losses))}
        if not np.isfinite(line["loss"]):
            raise AstrolibError(f"the loss is {line['loss']} in epoch {number}", remedy="check the fluxes")
        line |= dict(self._validate())
        line["seconds"] = round(time.perf_counter() - begin, 3)
        self.history.append(line)
        if self.since_best() == 0:
            self.best = self._model.get_weights()
        return line

    def keep(self, folder: Path | None) -> None:
        """Write the checkpoint, then the line of the last epoch."""
        if folder is None:
            return
        Checkpoint(
            self._fingerprint,
            tuple(self.history),
            values(self._model.variables),
            values(self._model.optimizer.variables),
            tuple(self.best),
        ).save(folder / CHECKPOINT)
        append_event(folder / PROGRESS, self.history[-1])

    def best_epoch(self) -> int:
        """Return the number of the best epoch so far; 0 before the first."""
        if not self.history or self._validation is None:
            return len(self.history)
        return int(np.argmin([line["val_loss"] for line in self.history])) + 1

    def since_best(self) -> int:
        """Return how many epochs passed since the best one."""
        return len(self.history) - self.best_epoch()

    def _learning_rate(self, number: int) -> float:
        """Return that of an epoch: half a cosine from `LEARNING_RATE` down (Loshchilov and Hutter 2017)."""
        return float(LEARNING_RATE * (1 + np.cos(np.pi * (number - 1) / self._epochs)) / 2)

    def _resume(self, checkpoint: Checkpoint, folder: Path) -> None:
        if checkpoint.fingerprint != self._fingerprint:
            raise ParameterError(
                "the checkpoint of another training (of other spectra, labels, epochs, network or seed)",
                where=folder,
                remedy="give an empty folder",
            )
        self.history, self.best = list(checkpoint.history), list(checkpoint.best)
        assign(self._model.variables, checkpoint.variables)
        assign(self._model.optimizer.variables, checkpoint.optimizer)

    def _validate(self) -> Iterator[tuple[str, float]]:
        if (kept := self._validation) is None:
            return
        answers = predict(self._model, kept.flux)
        classes = [str(number) for number in range(answers.shape[1])]
        judgement = judge(kept.labels, answers, classes, weights=kept.weights)
        likelihood = answers[np.arange(len(answers)), kept.labels]
        yield "val_loss", float(-np.mean(kept.weights * np.log(np.maximum(likelihood, _TINY))))
        yield "val_accuracy", float(judgement.accuracy)
        yield "f1", judgement.macro_f1

    def _digest(self) -> str:
        total = hashlib.sha256(f"{self._epochs} {self._batch_size} {self._seed} {LEARNING_RATE}".encode())
        total.update(self._data.digest())
        total.update(self._validation.digest() if self._validation else b"")
        for array in self.best:
            total.update(np.ascontiguousarray(array).data)
        return total.hexdigest()


def _fresh_optimiser(model: keras.Model) -> None:
    """Compile a network, or where that was done before, which takes seconds, set its optimiser back."""
    if not model.compiled:
        optimiser = backend.load().optimizers.Adam(LEARNING_RATE)
        model.compile(optimiser, "sparse_categorical_crossentropy", weighted_metrics=[])
        model.optimizer.build(model.trainable_variables)
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape))
    model.optimizer.learning_rate = LEARNING_RATE
