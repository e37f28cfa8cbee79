"""What the answers to the last audit say of a network that has not learned from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolib.models import audit
from astrolib.models.active.plan import Plan
from astrolib.models.audit import UNANSWERED, Draw
from astrolib.models.judge import judge
from astrolib.models.prediction import predict

if TYPE_CHECKING:
    import keras

    from astrolib.models.trained import TrainedModel

LEVEL = 0.9
"""Of the intervals."""

_TINY = 1e-7


@dataclass(frozen=True, eq=False)
class LastAudit:
    """The audit of the round before, with what is known of the pool now.

    Parameters
    ----------
    plan : Plan
        What the loop is to do.
    known : ndarray of int16, shape (spectra,)
        As `answers.known_classes` gives it.
    draw : Draw or None
        None where nothing was drawn, or nobody has answered.
    """

    plan: Plan
    known: NDArray[np.int16]
    draw: Draw | None

    @classmethod
    def of(cls, plan: Plan, known: NDArray[np.int16], draw: Draw | None) -> LastAudit:
        """Return the audit, if anybody has answered it."""
        answered = draw is not None and bool((known[draw.rows] != UNANSWERED).any())
        return cls(plan, known, draw if answered else None)

    @property
    def answered(self) -> NDArray[np.int64]:
        """The rows that somebody answered, whatever they said: the network must not learn from them."""
        if self.draw is None:
            return np.empty(0, dtype=np.int64)
        return self.draw.rows[self.known[self.draw.rows] != UNANSWERED]

    @property
    def told(self) -> NDArray[np.int64]:
        """Those of them whose answer is a class."""
        return self.answered[self.known[self.answered] >= 0]

    def figures(self, probabilities: NDArray[np.float32] | None) -> dict[str, dict[str, Any]]:
        """Return precision and completeness of each target, as ``audit.json`` has them."""
        if self.draw is None or probabilities is None:
            nothing: dict[str, Any] = {}
            for name in ("precision", "completeness"):
                nothing |= {name: float("nan"), f"{name}_low": 0.0, f"{name}_high": 1.0}
            return {target: nothing | {"n": 0, "level": LEVEL} for target in self.plan.targets}
        known = self.known.astype(np.int64)
        found = audit.estimate(probabilities, known[self.draw.rows], self.draw, known, LEVEL)
        return {self.plan.classes[column]: {**figures} for column, figures in found.items()}

    def calibrated(self, model: TrainedModel, flux: NDArray[np.float32]) -> TrainedModel:
        """Return the model calibrated on the answers, by their weights; as it is without any."""
        if self.draw is None or not len(self.told):
            return model
        weight = dict(zip(self.draw.rows.tolist(), self.draw.weight.tolist(), strict=True))
        weights = [weight[row] for row in self.told.tolist()]
        return model.calibrated(flux[self.told], self.known[self.told], weights)

    def confusion(self, probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return how often each label (rows) was given each answer (columns)."""
        counts = np.zeros((len(self.plan.classes),) * 2, dtype=np.int64)
        np.add.at(counts, (self.known[self.told], probabilities[self.told].argmax(axis=1)), 1)
        return counts

    def epoch(self, network: keras.Model, flux: NDArray[np.float32]) -> Mapping[str, float]:
        """Return ``val_loss`` and ``f1`` of a network while it is trained; nothing without answers."""
        if not len(self.told):
            return {}
        labels = self.known[self.told].astype(np.int64)
        answers = predict(network, flux[self.told])
        right = answers[np.arange(len(labels)), labels]
        f1 = judge(labels, answers, self.plan.classes, targets=self.plan.targets).macro_f1
        return {"val_loss": float(-np.log(np.maximum(right, _TINY)).mean()), "f1": f1}

    def share_of_targets(self) -> float:
        """Return the share of targets in the pool: known, and estimated by weight; NaN without an audit."""
        if self.draw is None:
            return float("nan")
        asked = self.known[self.draw.rows] != UNANSWERED
        target = np.isin(self.known[self.draw.rows], self.plan.columns)
        weight, excluded = self.draw.weight, self.draw.strata < 0
        counted = np.isin(self.known[excluded], self.plan.columns).sum()
        estimated = weight[asked & target].sum() / weight[asked].sum() * np.count_nonzero(~excluded)
        return float((counted + estimated) / len(self.known))
