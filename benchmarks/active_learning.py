"""How many labels does the loop need? Against random choice, the published loop, and every label there is.

    python benchmarks/active_learning.py run FOLDER [--pool 100000] [--test 200000] [--seeds 3]
    python benchmarks/active_learning.py draw FOLDER

A simulated survey through LAMOST, in which 0.35 % of the spectra look single-peaked and 0.15 % double-peaked,
is prepared as `published-halpha` prepares it, and answered by the truth; what nobody could tell is answered
so, and left out of the figures. F1 is the mean over the two targets, on spectra kept apart at the same
prevalence. Results are appended to ``results.jsonl``; what is there is not run again. On two cores it takes
about an hour and a half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from astrolib.collection import PreparedSpectra
from astrolib.models.active import Plan, committee, learn_round
from astrolib.models.active.query import first_batch
from astrolib.models.active.uncertainty import uncertainty
from astrolib.models.judge import judge
from astrolib.models.prediction import predict
from astrolib.sky import survey
from astrolib.spectra import resample, scale

TARGETS = ("single peak", "double peak")
CLASSES = (*TARGETS, "rest")
PREVALENCE = {"single peak": 0.0035, "double peak": 0.0015}
UNSURE = "not sure"
GRID = np.linspace(6519, 6732, 140)
LADDER = (2000, 4000, 6000, 12_000, 24_000)
MOST_LABELS = 2000
PUBLISHED_ROUNDS, PUBLISHED_BATCH, PUBLISHED_SAMPLE = 17, 100, 30


@dataclass(frozen=True)
class Sky:
    """Fluxes of shape (spectra, 140), and what each looks like."""

    flux: np.ndarray
    label: np.ndarray


def observe(count: int, seed: int) -> Sky:
    """Simulate a survey, and prepare it: linear interpolation, then each spectrum scaled to [-1, 1]."""
    flux, label = [], []
    for part in survey(count, "lamost", seed=seed, labels=PREVALENCE, band=(6480, 6780)):
        level = resample(part.wavelength, part.flux, GRID, method="linear").flux
        scaled = scale(level)[0]
        flux.append(np.where(np.isfinite(scaled), scaled, -1).astype(np.float32))  # a flat one stays, as bad
        looks = np.where(np.isin(part.truth["label"], TARGETS), part.truth["label"], "rest")
        label.append(np.where(part.truth["ambiguous"], UNSURE, looks))
    return Sky(np.concatenate(flux), np.concatenate(label).astype("U16"))


def as_pool(sky: Sky, folder: Path) -> PreparedSpectra:
    """Write a sky as prepared spectra, once."""
    if not folder.exists():
        with PreparedSpectra.create(folder, GRID, {"name": "published-halpha"}) as writer:
            writer.append([f"{number:016x}" for number in range(len(sky.flux))], sky.flux)
    return PreparedSpectra.open(folder)


class Experiment:
    """A pool that is answered by the truth, and a test set."""

    def __init__(self, pool: Sky, prepared: PreparedSpectra, test: Sky) -> None:
        self.pool, self.prepared = pool, prepared
        told = test.label != UNSURE
        self._flux = test.flux[told]
        self._truth = np.array([CLASSES.index(name) for name in test.label[told]])

    def f1(self, model: Any) -> dict[str, float]:
        """Judge a network on the test set."""
        found = judge(self._truth, predict(model, self._flux), CLASSES, targets=TARGETS)
        return {"f1": found.macro_f1, "f1_single": float(found.f1[0]), "f1_double": float(found.f1[1])}

    def trained(self, rows: np.ndarray, seed: int) -> list[Any]:
        """Train on the labels of some rows."""
        told = rows[self.pool.label[rows] != UNSURE]
        labels = np.array([CLASSES.index(name) for name in self.pool.label[told]])
        with TemporaryDirectory() as folder:
            return committee.train_committee(
                self.pool.flux[told],
                labels,
                len(CLASSES),
                seed=seed,
                folder=Path(folder),
                progress=lambda done, total: None,
                epoch_end=lambda line: None,
            )

    def loop(self, seed: int, folder: Path) -> Iterator[dict[str, Any]]:
        """Ours: rounds that grow up to 100 queries and an audit of 30, every one of them counted."""
        plan, labels, before = Plan(CLASSES, TARGETS, seed=seed), {}, None
        while True:
            number = 0 if before is None else before.number + 1
            before = learn_round(self.prepared, labels, plan, before, folder=folder / f"{seed}-{number:02d}")
            if before.model is not None:
                yield {"n_labels": len(labels)} | self.f1(before.model.model)
            if len(labels) + len(before.batch) > MOST_LABELS:
                return
            rows = self.prepared.rows(before.batch["id"])
            labels |= dict(zip(map(str, before.batch["id"]), map(str, self.pool.label[rows]), strict=True))

    def published(self, seed: int) -> Iterator[dict[str, Any]]:
        """Maximum entropy, 100 a round, and 30 predicted positives to judge; from 100 that we choose."""
        rng, known = np.random.default_rng(seed), np.zeros(len(self.pool.flux), dtype=bool)
        known[first_batch(self.pool.flux, PUBLISHED_BATCH, ~known, rng)] = True
        for number in range(PUBLISHED_ROUNDS + 1):
            members = self.trained(np.flatnonzero(known), seed * 100 + number)
            yield {"n_labels": int(known.sum())} | self.f1(committee.joined(members))
            answers = committee.answers_of(members, self.pool.flux, lambda done, total: None)
            unsure = np.where(known, -1, uncertainty(answers, "entropy"))
            known[np.argsort(-unsure)[:PUBLISHED_BATCH]] = True
            positive = np.flatnonzero((answers.mean(axis=0).argmax(axis=1) < len(TARGETS)) & ~known)
            known[rng.choice(positive, min(PUBLISHED_SAMPLE, len(positive)), replace=False)] = True

    def random(self, seed: int) -> Iterator[dict[str, Any]]:
        """Choose at random."""
        for count in (count for count in LADDER if count <= len(self.pool.flux)):
            rows = np.random.default_rng(seed).choice(len(self.pool.flux), count, replace=False)
            yield {"n_labels": count} | self.f1(committee.joined(self.trained(rows, seed)))

    def everything(self, seed: int) -> Iterator[dict[str, Any]]:
        """Learn from every label of the pool."""
        rows = np.arange(len(self.pool.flux))
        yield {"n_labels": len(rows)} | self.f1(committee.joined(self.trained(rows, seed)))


def run(folder: Path, pool: int, test: int, seeds: int) -> None:
    """Append to the results what is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.jsonl"
    done = {(line["kind"], line["seed"]) for line in read(results)}
    sky = observe(pool, 2001)
    experiment = Experiment(sky, as_pool(sky, folder / "pool"), observe(test, 2002))
    for seed in range(seeds):
        kinds = {
            "loop": lambda seed=seed: experiment.loop(seed, folder / "rounds"),
            "random": lambda seed=seed: experiment.random(seed),
            "published": lambda seed=seed: experiment.published(seed),
            "every label": lambda seed=seed: experiment.everything(seed),
        }
        for kind, of in kinds.items():
            if (kind, seed) not in done:
                lines = [{"kind": kind, "seed": seed} | line for line in of()]
                with results.open("a") as stream:
                    stream.writelines(json.dumps(line) + "\n" for line in lines)
                print(kind, seed, [(line["n_labels"], round(line["f1"], 3)) for line in lines], flush=True)


def read(results: Path) -> list[dict[str, Any]]:
    """Return the lines of the results."""
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


COLOURS = {"loop": "#1f5fa8", "published": "#8a4fa3", "random": "#b3541e", "every label": "#333"}
NAMES = {
    "loop": "this loop, audit included",
    "published": "maximum entropy, 100 a round",
    "random": "random choice",
    "every label": "every label of the pool",
}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 420, 60, 20, 50
FEWEST, MOST = 18, 110_000


def draw(folder: Path, picture: Path) -> None:
    """Draw F1 over the labels, a line for each seed."""
    lines = read(folder / "results.jsonl")
    full = np.mean([line["f1"] for line in lines if line["kind"] == "every label"])
    goal = f'<text x="{LEFT + 8}" y="{_y(0.95 * full) - 6:.0f}">95 % of it</text>'
    body = [*_axes(), _level(full, "3 3"), _level(0.95 * full, "8 4"), goal]
    for kind, colour in COLOURS.items():
        for seed in sorted({line["seed"] for line in lines}):
            points = [
                (_x(line["n_labels"]), _y(line["f1"]))
                for line in lines
                if (line["kind"], line["seed"]) == (kind, seed)
            ]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.4"/>')
            body += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    for row, (kind, name) in enumerate(NAMES.items()):
        y = HEIGHT - BOTTOM - 90 + 20 * row
        body.append(f'<circle cx="{WIDTH - 250}" cy="{y - 4}" r="4" fill="{COLOURS[kind]}"/>')
        body.append(f'<text x="{WIDTH - 238}" y="{y}">{escape(name)}</text>')
    picture.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'font-family="sans-serif" font-size="12" fill="#333"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(body)}</svg>\n"
    )


def _axes() -> Iterator[str]:
    for value in np.arange(0, 1.01, 0.2):
        y = _y(value)
        yield f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{value:.1f}</text>'
    for value in (30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000):
        x = _x(value)
        yield f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#eee"/>'
        yield f'<text x="{x:.0f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{value:,}</text>'
    yield f'<text x="{(LEFT + WIDTH) // 2}" y="{HEIGHT - 12}" text-anchor="middle">labels</text>'
    yield f'<text x="14" y="{TOP + 6}">F1</text>'


def _level(value: float, dashes: str) -> str:
    y = _y(value)
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#333" '
        f'stroke-dasharray="{dashes}"/>'
    )


def _x(labels: float) -> float:
    return LEFT + (WIDTH - 20 - LEFT) * np.log(labels / FEWEST) / np.log(MOST / FEWEST)


def _y(f1: float) -> float:
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - f1)


def main() -> None:
    """Run it, or draw what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["run", "draw"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pool", type=int, default=100_000)
    parser.add_argument("--test", type=int, default=200_000)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    if given.what == "run":
        run(given.folder, given.pool, given.test, given.seeds)
    draw(given.folder, given.folder / "active-learning.svg")


if __name__ == "__main__":
    main()
