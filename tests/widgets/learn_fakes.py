"""A pool of simple profiles and a learner that learns nothing, but answers as one that does."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable

from astrolib.core.errors import AstrolibError
from astrolib.core.spectrum import Spectrum
from astrolib.widgets.state.learn_functions import LearnFunctions, Profile

CLASSES = ("single peak", "double peak", "shell", "emission in absorption", "absorption", "bad")
TARGETS = ("single peak", "double peak")
EPOCHS = 8
HOSTILE = "<img src=x onerror=window.hacked=1>"


@dataclass(frozen=True)
class FakeRound:
    number: int
    model: Any
    ids: np.ndarray
    probabilities: np.ndarray | None
    batch: QTable
    audit: dict[str, dict[str, float]]
    history: QTable
    confusion: np.ndarray | None
    changed: QTable
    advice: str


class FakeLearner:
    """Answers as a learner does, with rounds in a file.

    Parameters
    ----------
    file : Path
        Where the rounds are kept.
    size, batch : int
        Of the pool and of a batch.
    pause : float
        Seconds an epoch takes.
    """

    def __init__(self, file: Path, size: int = 120, batch: int = 6, pause: float = 0.0) -> None:
        self.file, self.batch, self.pause = Path(file), batch, pause
        self.ids = np.array([f"s{number:04d}" for number in range(size)])
        self.truth = np.random.default_rng(1).integers(len(CLASSES), size=size)
        self.fail = ""
        self.asked: list[dict[str, str]] = []

    @property
    def functions(self) -> LearnFunctions:
        return LearnFunctions(self.learn, self.reopen, self.profile, self.titles, self.classify, self.save)

    def learn(self, labels, before, progress, epoch_end):
        self.asked.append(dict(zip(map(str, labels["id"]), map(str, labels["label"]), strict=True)))
        number = 0 if before is None else before.number + 1
        if self.fail:
            raise AstrolibError(self.fail, remedy="label more")
        if number:
            for epoch in range(1, EPOCHS + 1):
                time.sleep(self.pause)
                loss = 1.4 * np.exp(-epoch / 3) + 0.1
                f1 = 1 - 0.8 * np.exp(-epoch / 3)
                epoch_end({"epoch": epoch, "epochs": EPOCHS, "loss": loss, "val_loss": loss + 0.1, "f1": f1})
                progress(epoch, EPOCHS)
        kept = [*self._kept(), len(labels)]
        self.file.write_text(json.dumps(kept))
        return self._round(number, kept)

    def reopen(self):
        kept = self._kept()
        return [self._round(number, kept[: number + 1]) for number in range(len(kept))]

    def profile(self, object_id):
        kind = CLASSES[self.truth[self._row(object_id)]]
        wavelength = np.linspace(6400, 6760, 1400)
        flux = profile_of(kind, wavelength, self._row(object_id))
        grid = np.linspace(6519, 6732, 140)
        scaled = np.interp(grid, wavelength, flux)
        scaled = 2 * (scaled - scaled.min()) / np.ptp(scaled) - 1
        raw = Spectrum(wavelength, flux, target=self.title(object_id), medium="vacuum")
        return Profile(object_id, raw, grid, scaled.astype(np.float32), medium="vacuum")

    def titles(self, ids):
        return [self.title(object_id) for object_id in ids]

    def title(self, object_id):
        return HOSTILE if object_id == "s0000" else f"Star {self._row(object_id)}"

    def classify(self, finished, progress):
        progress(len(self.ids), len(self.ids))
        return self.file.with_name("candidates.ecsv")

    def save(self, finished):
        path = self.file.with_name("model.keras")
        path.write_text(f"round {finished.number}")
        return path

    def _kept(self) -> list[int]:
        return json.loads(self.file.read_text()) if self.file.exists() else []

    def _row(self, object_id: str) -> int:
        return int(np.flatnonzero(self.ids == object_id)[0])

    def _round(self, number: int, kept: list[int]) -> FakeRound:
        rows = np.arange(number * self.batch, (number + 1) * self.batch)
        audit = np.arange(self.batch) >= 2 * self.batch // 3
        probabilities = self._probabilities(number) if number else None
        return FakeRound(
            number,
            f"model {number}" if number else None,
            self.ids,
            probabilities,
            QTable(
                {
                    "id": self.ids[rows],
                    "reason": np.where(audit, "audit", "query"),
                    "stratum": audit.astype(int),
                    "weight": np.where(audit, 20.0, np.nan),
                    "score": np.linspace(0.9, 0.4, self.batch),
                }
            ),
            {target: estimate(number, place) for place, target in enumerate(TARGETS)} if number else {},
            history(kept),
            self._confusion(number) if number else None,
            self._changed(number),
            ADVICE if number else "",
        )

    def _probabilities(self, number: int) -> np.ndarray:
        noise = np.random.default_rng(number).random((len(self.ids), len(CLASSES)))
        noise[np.arange(len(self.ids)), self.truth] += 1.5 * number
        return (noise / noise.sum(axis=1, keepdims=True)).astype(np.float32)

    def _confusion(self, number: int) -> np.ndarray:
        counts = np.random.default_rng(number).integers(0, 3, (len(CLASSES), len(CLASSES)))
        return counts + np.diag([6, 4, 5, 7, 40, 3]) * number

    def _changed(self, number: int) -> QTable:
        rows = np.arange(0 if number < 2 else 5)
        return QTable(
            {
                "id": self.ids[rows],
                "before": np.array([CLASSES[4]] * len(rows), dtype=str),
                "after": np.array([CLASSES[self.truth[row]] for row in rows], dtype="U30"),
                "score": 0.5 + 0.09 * rows,
            }
        )


ADVICE = (
    "Go on. The last round raised the F1 of the two targets by 0.06, and the audit cannot yet tell their "
    "completeness to better than 0.15. Two more rounds like this one should be enough."
)


def estimate(number: int, place: int) -> dict[str, float]:
    precision, completeness = 1 - 0.5 / (number + 1 + place), 1 - 0.7 / (number + 1)
    half = 0.3 / np.sqrt(number)
    ends = {}
    for name, value in (("precision", precision), ("completeness", completeness)):
        ends |= {name: value, f"{name}_low": max(0, value - half), f"{name}_high": min(1, value + half)}
    return ends | {"n": 30 * number, "level": 0.9}


def history(kept: list[int]) -> QTable:
    rounds = np.arange(1, len(kept))
    f1 = 1 - 0.6 / (rounds + 0.3)
    labels = np.array(kept[1:], dtype=int)
    columns = {"round": rounds, "n_labels": labels, "f1": f1, "n_targets": labels // 3}
    columns["n_targets_random"] = 0.05 * labels
    return QTable(columns | {"precision": f1 + 0.02, "completeness": f1 - 0.02})


def profile_of(kind: str, wavelength: np.ndarray, seed: int) -> np.ndarray:
    def line(centre: float, width: float, height: float) -> np.ndarray:
        return height * np.exp(-0.5 * ((wavelength - centre) / width) ** 2)

    flux = {
        "single peak": line(6564.6, 6, 1.4),
        "double peak": line(6559, 4, 0.8) + line(6571, 4, 0.9),
        "shell": line(6558, 4, 0.6) + line(6571, 4, 0.6) - line(6564.6, 2, 0.9),
        "emission in absorption": line(6564.6, 5, 0.5) - line(6564.6, 20, 0.5),
        "absorption": -line(6564.6, 12, 0.5),
        "bad": np.zeros_like(wavelength),
    }[kind]
    noise = np.random.default_rng(seed).normal(0, 0.03 if kind != "bad" else 0.4, wavelength.size)
    return (1 + flux + noise).astype(np.float32)
