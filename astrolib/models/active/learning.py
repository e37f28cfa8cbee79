"""One round of active learning: train, judge, draw the next audit, choose what to ask."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.table import QTable, Table
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.datasets import Dataset, freeze
from astrolib.models import audit as auditing
from astrolib.models.active import committee, history, query
from astrolib.models.active.advice import advice, agreement
from astrolib.models.active.answers import known_classes
from astrolib.models.active.plan import Plan
from astrolib.models.active.round import Round
from astrolib.models.audit import UNANSWERED, Draw
from astrolib.models.judge import judge
from astrolib.models.prediction import predict
from astrolib.models.trained import TrainedModel

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra

LEVEL = 0.9
"""Of the intervals."""

_SCORING = 4
"""Part of the work of a round that is scoring, as a share of that of training: one to so many."""


@dataclass(frozen=True, eq=False)
class Held:
    """The answers to the last audit, which this round does not learn from."""

    draw: Draw
    answers: NDArray[np.int64]

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which of them name a class."""
        return self.answers >= 0


def learn_round(
    prepared: PreparedSpectra,
    labels: Table | Mapping[str, str],
    plan: Plan,
    before: Round | None = None,
    *,
    folder: Path,
    progress: Progress | None = None,
    epoch_end: Callable[[Mapping[str, Any]], object] | None = None,
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
    number = before.number + 1 if before else int(_enough(known, plan))
    held = _held(before, known)
    taught = known.astype(np.int64).copy()
    if held is not None:
        taught[_same_objects(prepared, held.draw.rows[held.answers != UNANSWERED])] = UNANSWERED
    rng = np.random.default_rng((plan.seed, number))
    work = _Work(prepared, plan, before, number, known, held, rng)
    if not _enough(taught, plan):
        finished = work.without_model()
    else:
        dataset = work.frozen(np.flatnonzero(taught >= 0))
        folder.mkdir(parents=True, exist_ok=True)
        dataset.save(folder / "dataset.ecsv")
        finished = work.with_model(
            np.flatnonzero(taught >= 0),
            dataset,
            folder / "training",
            progress or silent,
            epoch_end or _nothing,
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
    number: int
    known: NDArray[np.int16]
    held: Held | None
    rng: np.random.Generator

    def frozen(self, rows: NDArray[np.int64]) -> Dataset:
        """Freeze what is learned from and what is judged by; refuse them if they share an object."""
        tested = self.held.draw.rows[self.held.told] if self.held else rows[:0]
        used = np.concatenate([rows, tested])
        table = Table()
        table["id"] = self.prepared.ids[used]
        table["label"] = np.array(self.plan.classes)[self.known[used]]
        table["part"] = np.repeat(["train", "audit"], [len(rows), len(tested)])
        present = [name for name in self.plan.classes if name in set(table["label"])]
        return freeze(self.prepared, table, present, seed=self.plan.seed)

    def without_model(self) -> Round:
        """Choose a batch by shape alone."""
        rows = query.first_batch(self.prepared.flux, self.plan.batch_size, self.known == UNANSWERED, self.rng)
        nothing = np.full(len(rows), np.nan)
        batch = _batch(
            self.prepared.ids[rows], np.full(len(rows), "query"), [""] * len(rows), nothing, nothing
        )
        said = (
            "Label this batch: it was chosen without a model, for profiles that differ. "
            f"A model needs two classes, one of them {' or '.join(self.plan.targets)}."
        )
        return self._round(None, None, None, batch, self._unjudged(), _no_changes(), (), said)

    def with_model(
        self,
        rows: NDArray[np.int64],
        dataset: Dataset,
        folder: Path,
        progress: Progress,
        epoch_end: Callable[[Mapping[str, Any]], object],
    ) -> Round:
        """Train, score, judge and choose."""
        flux, classes = self.prepared.flux, self.plan.classes
        members = committee.train_committee(
            flux[rows],
            self.known[rows].astype(np.int64),
            len(classes),
            seed=self._seed,
            folder=folder,
            progress=lambda done, total: progress(_SCORING * done, (_SCORING + 1) * total),
            epoch_end=lambda line: epoch_end(self._judged_line(line)),
        )
        answers = committee.answers_of(
            members, flux, lambda done, total: progress(_SCORING * total + done, (_SCORING + 1) * total)
        )
        model = self._calibrated(
            TrainedModel.of(committee.joined(members), self.prepared, classes, dataset=dataset.sha256,
                            seed=self._seed)
        )  # fmt: skip
        probabilities = model.calibration.apply(answers.mean(axis=0))
        judged = self._judge(probabilities)
        draw = auditing.draw(
            probabilities,
            self.plan.columns,
            self.plan.audit_size,
            self.rng,
            excluded=self.known != UNANSWERED,
        )
        open_ = self.known == UNANSWERED
        open_[draw.rows] = False
        labelled = [int(np.count_nonzero(self.known[rows] == column)) for column in self.plan.columns]
        asked = query.choose(
            flux, answers, lambda some: committee.features_of(members[0], flux[some]), labelled, self.plan,
            open_, self.rng,
        )  # fmt: skip
        batch = self._next_batch(probabilities, draw, asked)
        changed, agreements = self._compared(probabilities)
        found = {
            name: int(np.count_nonzero(probabilities.argmax(axis=1) == column))
            for name, column in zip(self.plan.targets, self.plan.columns, strict=True)
        }
        said = advice(agreements, judged, found)
        return self._round(model, probabilities, draw, batch, judged, changed, agreements, said)

    @property
    def _seed(self) -> int:
        return int(np.random.SeedSequence((self.plan.seed, self.number)).generate_state(1)[0])

    def _judged_line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Add to the line of an epoch what the network then says of the last audit."""
        told = {name: value for name, value in line.items() if name != "network"}
        if self.held is None or not self.held.told.any():
            return told
        rows, labels = self.held.draw.rows[self.held.told], self.held.answers[self.held.told]
        answers = predict(line["network"], self.prepared.flux[rows])
        right = answers[np.arange(len(labels)), labels]
        judgement = judge(labels, answers, self.plan.classes, targets=self.plan.targets)
        loss = -np.log(np.maximum(right, 1e-7)).mean()
        return told | {"val_loss": float(loss), "f1": judgement.macro_f1}

    def _calibrated(self, model: TrainedModel) -> TrainedModel:
        if self.held is None or not self.held.told.any():
            return model
        told = self.held.told
        rows = self.held.draw.rows[told]
        return model.calibrated(
            self.prepared.flux[rows], self.held.answers[told], self.held.draw.weight[told]
        )

    def _judge(self, probabilities: NDArray[np.float32]) -> dict[str, Any]:
        if self.held is None:
            return self._unjudged()
        figures = auditing.estimate(
            probabilities, self.held.answers, self.held.draw, self.known.astype(np.int64), LEVEL
        )
        return {self.plan.classes[column]: dict(of) for column, of in figures.items()}

    def _unjudged(self) -> dict[str, Any]:
        nothing: dict[str, Any] = {}
        for name in ("precision", "completeness"):
            nothing |= {name: float("nan"), f"{name}_low": 0.0, f"{name}_high": 1.0}
        return {target: nothing | {"n": 0, "level": LEVEL} for target in self.plan.targets}

    def _next_batch(self, probabilities: NDArray[np.float32], draw: Draw, asked: NDArray[np.int64]) -> QTable:
        rows = np.concatenate([draw.rows, asked])
        n_audit, n_asked = len(draw.rows), len(asked)
        return _batch(
            self.prepared.ids[rows],
            np.repeat(["audit", "query"], [n_audit, n_asked]),
            [*draw.stratum, *[""] * n_asked],
            np.concatenate([draw.weight, np.full(n_asked, np.nan)]),
            probabilities[rows][:, list(self.plan.columns)].max(axis=1),
        )

    def _compared(self, probabilities: NDArray[np.float32]) -> tuple[QTable, tuple[float, ...]]:
        """Return what the round before named otherwise, and how much the two share."""
        if self.before is None or self.before.probabilities is None:
            return _no_changes(), ()
        was, now = self.before.probabilities.argmax(axis=1), probabilities.argmax(axis=1)
        rows = np.flatnonzero(was != now)
        score = probabilities[rows][:, list(self.plan.columns)].max(axis=1)
        rows, score = rows[np.argsort(-score)], np.sort(score)[::-1]
        names = np.array(self.plan.classes)
        changed = QTable(
            {
                "id": self.prepared.ids[rows],
                "before": names[was[rows]],
                "after": names[now[rows]],
                "score": score,
            }
        )
        return changed, (*self.before.agreements, agreement(was, now, self.plan.columns))

    def _round(
        self,
        model: TrainedModel | None,
        probabilities: NDArray[np.float32] | None,
        draw: Draw | None,
        batch: QTable,
        judged: Mapping[str, Any],
        changed: QTable,
        agreements: tuple[float, ...],
        said: str,
    ) -> Round:
        return Round(
            self.number, self.plan, self.prepared.sha256, model, self.prepared.ids, self.known, probabilities,
            draw, batch, judged, self._history(judged), self._confusion(probabilities), changed, agreements,
            said, datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        )  # fmt: skip

    def _history(self, judged: Mapping[str, Any]) -> QTable:
        answered = int(np.count_nonzero(self.known != UNANSWERED))
        row = {
            "round": self.number,
            "n_labels": answered,
            "n_targets": int(np.isin(self.known, self.plan.columns).sum()),
            "n_targets_random": answered * self._share_of_targets(),
        }
        past = self.before.history if self.before else history.begun()
        return history.extended(past, row | history.means(judged))

    def _share_of_targets(self) -> float:
        """Return the share of targets in the pool, as the last audit and all labels know it."""
        if self.held is None:
            return float("nan")
        asked = self.held.answers != UNANSWERED
        is_target = np.isin(self.held.answers, self.plan.columns)
        labelled = self.held.draw.strata < 0
        counted = np.isin(self.known[labelled], self.plan.columns).sum()
        weight = self.held.draw.weight
        estimated = (weight * is_target)[asked].sum() / max(weight[asked].sum(), 1) * (~labelled).sum()
        return float((counted + estimated) / len(self.known))

    def _confusion(self, probabilities: NDArray[np.float32] | None) -> NDArray[np.int64]:
        size = len(self.plan.classes)
        counts = np.zeros((size, size), dtype=np.int64)
        if self.held is not None and probabilities is not None:
            told = self.held.told
            says = probabilities[self.held.draw.rows[told]].argmax(axis=1)
            np.add.at(counts, (self.held.answers[told], says), 1)
        return counts


def _enough(known: NDArray[np.integer], plan: Plan) -> bool:
    """Say whether a network can learn anything: two classes, one of them a target."""
    classes = np.unique(known[known >= 0])
    return len(classes) > 1 and bool(np.isin(classes, plan.columns).any())


def _held(before: Round | None, known: NDArray[np.int16]) -> Held | None:
    """Return the answers to the last audit, where there are any."""
    if before is None or before.draw is None:
        return None
    answers = known[before.draw.rows].astype(np.int64)
    return Held(before.draw, answers) if (answers != UNANSWERED).any() else None


def _same_objects(prepared: PreparedSpectra, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all spectra of the objects that some spectra are of."""
    objects = prepared.objects()
    return np.flatnonzero(np.isin(objects, objects[rows]))


def _batch(ids: Any, reason: Any, stratum: Any, weight: Any, score: Any) -> QTable:
    table = QTable()
    table["id"] = np.array(ids, dtype=np.str_)
    table["reason"] = np.array(reason, dtype=np.str_)
    table["stratum"] = np.array(stratum, dtype=np.str_)
    table["weight"] = np.array(weight, dtype=np.float64)
    table["score"] = np.array(score, dtype=np.float64)
    return table


def _no_changes() -> QTable:
    texts = {name: np.array([], dtype=np.str_) for name in ("id", "before", "after")}
    return QTable(texts | {"score": np.array([], dtype=np.float32)})


def _nothing(_line: Mapping[str, Any]) -> None:
    """Do nothing after an epoch."""
