"""One round of active learning: train, judge, draw the next audit, choose what to ask."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.table import QTable, Table
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.datasets import Dataset, freeze
from astrolib.models import audit as auditing
from astrolib.models.active import batch, committee, history, query
from astrolib.models.active.advice import advice, agreement
from astrolib.models.active.answers import known_classes
from astrolib.models.active.last_audit import LastAudit
from astrolib.models.active.plan import Plan
from astrolib.models.active.round import Round
from astrolib.models.audit import UNANSWERED
from astrolib.models.trained import TrainedModel
from astrolib.models.training import EpochEnd, unheeded

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra

TRAINING = 4
"""Parts of the progress of a round that are training; scoring the pool is one more."""

Scores = NDArray[np.float32]


def learn_round(
    prepared: PreparedSpectra,
    labels: Table | Mapping[str, str],
    plan: Plan,
    before: Round | None = None,
    *,
    folder: Path,
    progress: Progress | None = None,
    epoch_end: EpochEnd | None = None,
) -> Round:
    """Train on the labels, judge the model by the last audit, and choose what to ask next.

    Parameters
    ----------
    prepared : PreparedSpectra
        The pool.
    labels : Table or mapping of id to label
        Every label so far; one a spectrum.
    plan : Plan
        What the loop is to do.
    before : Round, optional
        The last round. The answers to its audit judge this round's model and teach only the next.
    folder : Path
        Of this round: its files are written there. Killed and called again, it goes on where it was.
    progress : Progress, optional
        Told how much of the round is done. What it raises ends the round.
    epoch_end : callable, optional
        Given ``epoch, epochs, member, loss, seconds`` after each epoch; with an audit, also ``val_loss`` and
        ``f1`` of its answers.

    Returns
    -------
    Round
        Saved in `folder`. Without a model where the labels are of one class, or of no target.

    Raises
    ------
    ParameterError
        If a spectrum is labelled twice, or no label belongs to the pool.
    LeakError
        If what the model learns from and what it is judged by share an object or a place.
    """
    known = known_classes(prepared, labels, plan.classes)
    work = _Work(prepared, plan, before, known)
    if not _enough(known[work.taught], plan):
        finished = work.without_model()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        dataset = work.frozen()
        dataset.save(folder / "dataset.ecsv")
        finished = work.with_model(
            dataset.sha256,
            folder / "training" / dataset.sha256[:16],  # other labels are another training
            progress or silent,
            epoch_end or unheeded,
        )
    finished.save(folder)
    shutil.rmtree(folder / "training", ignore_errors=True)
    return finished


@dataclass(frozen=True, eq=False)
class _Work:
    """What the steps of one round share."""

    prepared: PreparedSpectra
    plan: Plan
    before: Round | None
    known: NDArray[np.int16]

    @cached_property
    def number(self) -> int:
        return self.before.number + 1 if self.before else int(_enough(self.known, self.plan))

    @cached_property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng((self.plan.seed, self.number))

    @cached_property
    def n_labels(self) -> int:
        return int(np.count_nonzero(self.known != UNANSWERED))

    @property
    def sizes(self) -> tuple[int, int]:
        """How many spectra this round asks to learn from and to be judged by."""
        return self.plan.sizes(self.n_labels)

    @cached_property
    def audit(self) -> LastAudit:
        return LastAudit.of(self.plan, self.known, self.before.draw if self.before else None)

    @cached_property
    def taught(self) -> NDArray[np.int64]:
        """The rows to learn from: none of an object that the model is judged by."""
        taught = self.known >= 0
        if len(self.audit.answered):
            objects = self.prepared.objects()
            taught &= ~np.isin(objects, objects[self.audit.answered])
        return np.flatnonzero(taught)

    def frozen(self) -> Dataset:
        """Freeze what is learned from and what is judged by; a leak between them ends the round."""
        used = np.concatenate([self.taught, self.audit.told])
        table = Table()
        table["id"] = self.prepared.ids[used]
        table["label"] = np.array(self.plan.classes)[self.known[used]]
        table["part"] = np.repeat(["train", "audit"], [len(self.taught), len(self.audit.told)])
        present = [name for name in self.plan.classes if name in set(table["label"])]
        return freeze(self.prepared, table, present, seed=self.plan.seed)

    def without_model(self) -> Round:
        """Choose a batch by shape alone."""
        count, _ = self.sizes
        rows = query.first_batch(self.prepared.flux, count, self.known == UNANSWERED, self.rng)
        return Round(
            **self._common(None),
            model=None,
            probabilities=None,
            draw=None,
            batch=batch.first(self.prepared.ids[rows]),
            changed=batch.no_changes(),
            agreements=(),
            advice="Label this batch: it was chosen without a model, for profiles that differ. "
            f"A model needs two classes, one of them {' or '.join(self.plan.targets)}.",
        )

    def with_model(
        self,
        dataset: str,
        folder: Path,
        progress: Progress,
        epoch_end: EpochEnd,
    ) -> Round:
        """Train, score, judge and choose."""
        members, model = self._trained(dataset, folder, progress, epoch_end)
        answers = committee.answers_of(
            members,
            self.prepared.flux,
            lambda done, total: progress(TRAINING * total + done, (TRAINING + 1) * total),
        )
        probabilities = model.calibration.apply(answers.mean(axis=0))
        common = self._common(probabilities)
        open_ = self.known == UNANSWERED
        queries, audited = self.sizes
        draw = auditing.draw(probabilities, self.plan.columns, audited, self.rng, excluded=~open_)
        open_[draw.rows] = False
        asked = query.choose(
            answers,
            lambda rows: committee.features_of(members[0], self.prepared.flux[rows]),
            self.plan,
            queries,
            open_,
            self.rng,
        )
        changed, agreements = self._compared(probabilities)
        asks = batch.of(self.prepared.ids, draw, asked, self._score(probabilities))
        said = advice(agreements, common["audit"], self._found(probabilities))
        return Round(
            **common,
            model=model,
            probabilities=probabilities,
            draw=draw,
            batch=asks,
            changed=changed,
            agreements=agreements,
            advice=said if len(asks) else "Stop: every spectrum of the pool has a label.",
        )

    def _trained(
        self,
        dataset: str,
        folder: Path,
        progress: Progress,
        epoch_end: EpochEnd,
    ) -> tuple[list[Any], TrainedModel]:
        flux = self.prepared.flux
        seed = int(np.random.SeedSequence((self.plan.seed, self.number)).generate_state(1)[0])

        def told(line: Mapping[str, Any]) -> None:
            network = line["network"]
            shown = {name: value for name, value in line.items() if name != "network"}
            epoch_end(shown | dict(self.audit.epoch(network, flux)))

        members = committee.train_committee(
            flux[self.taught],
            self.known[self.taught].astype(np.int64),
            len(self.plan.classes),
            seed=seed,
            folder=folder,
            progress=lambda done, total: progress(TRAINING * done, (TRAINING + 1) * total),
            epoch_end=told,
        )
        model = TrainedModel.of(
            committee.joined(members), self.prepared, self.plan.classes, dataset=dataset, seed=seed
        )
        return members, self.audit.calibrated(model, flux)

    def _common(self, probabilities: Scores | None) -> dict[str, Any]:
        """Return what every round tells, with a model or without."""
        size = len(self.plan.classes)
        nothing = np.zeros((size, size), dtype=np.int64)
        judged = self.audit.figures(probabilities)
        return {
            "number": self.number,
            "plan": self.plan,
            "prepared": self.prepared.sha256,
            "ids": self.prepared.ids,
            "known": self.known,
            "audit": judged,
            "history": self._history(judged),
            "confusion": nothing if probabilities is None else self.audit.confusion(probabilities),
            "asked": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }

    def _history(self, judged: Mapping[str, Any]) -> QTable:
        row = {
            "round": self.number,
            "n_labels": self.n_labels,
            "n_targets": int(np.isin(self.known, self.plan.columns).sum()),
            "n_targets_random": self.n_labels * self.audit.share_of_targets(),
        }
        past = self.before.history if self.before else history.begun()
        return history.extended(past, row | history.means(judged))

    def _score(self, probabilities: Scores) -> Scores:
        """Return the highest probability of a target."""
        return probabilities[:, list(self.plan.columns)].max(axis=1)

    def _found(self, probabilities: Scores) -> dict[str, int]:
        counts = np.bincount(probabilities.argmax(axis=1), minlength=len(self.plan.classes))
        return {self.plan.classes[column]: int(counts[column]) for column in self.plan.columns}

    def _compared(self, probabilities: Scores) -> tuple[QTable, tuple[float, ...]]:
        """Return what the round before named otherwise, and how much the two share."""
        if self.before is None or self.before.probabilities is None:
            return batch.no_changes(), ()
        was, now = self.before.probabilities.argmax(axis=1), probabilities.argmax(axis=1)
        changed = batch.changes(self.prepared.ids, self.plan.classes, was, now, self._score(probabilities))
        return changed, (*self.before.agreements, agreement(was, now, self.plan.columns))


def _enough(known: NDArray[np.integer], plan: Plan) -> bool:
    """Say whether a network can learn anything: two classes, one of them a target."""
    classes = np.unique(known[known >= 0])
    return len(classes) > 1 and bool(np.isin(classes, plan.columns).any())
