"""Learn actively, unattended: without labels the panel waits, with labels it trains and saves its model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from astrolib.collection import SpectrumCollection, read_spectra
from astrolib.jobs import run_notebook
from astrolib.labels import LabelEvent, LabelStore
from astrolib.models import TrainedModel
from astrolib.sky import make_spectra
from astrolib.spectra import prepare, read_recipe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return the folder of a small universe, collected and prepared, and the truth of each prepared id."""
    folder = tmp_path_factory.mktemp("pool")
    truth = make_spectra(folder / "sky", stars=36)
    collection = SpectrumCollection.create(folder / "collection")
    labels = {}
    for row in truth:
        (spectrum,) = read_spectra(folder / "sky" / row["file"])
        collection.append([spectrum])
        labels[spectrum.id] = str(row["label"])
    done = prepare(collection, folder / "prepared", read_recipe("published-halpha"))
    return folder, {name: labels[name] for name in map(str, done.prepared.ids)}


@pytest.fixture
def learn(notebooks: Path, tmp_path: Path, pool: tuple[Path, dict[str, str]]) -> Callable[[], Path]:
    """Return a function that runs the notebook: out."""

    def run() -> Path:
        out = tmp_path / "out"
        folders = {"prepared": pool[0] / "prepared", "collection": pool[0] / "collection"}
        parameters = folders | {"batch_size": 10, "audit_size": 5}
        run = run_notebook(notebooks / "40_learn_actively.ipynb", parameters, out)
        assert run.status == "done", run.failure
        return out

    return run


def said(out: Path) -> str:
    """Return what the cells of the executed notebook said."""
    cells = json.loads((out / "40_learn_actively.ipynb").read_text())["cells"]
    return json.dumps([cell.get("outputs", []) for cell in cells])


def test_without_labels_it_waits_and_says_so(learn):
    out = learn()
    assert "it was chosen without a model" in said(out)
    assert "There is no model yet" in said(out)
    assert len(Table.read(out / "labels.ecsv")) == 0
    assert not (out / "model.keras").exists()
    assert len(Table.read(out / "rounds" / "round-00" / "next_batch.ecsv")) == 10


def test_with_labels_it_trains_and_saves_the_model(learn, pool):
    names, truth = np.array(list(pool[1])), pool[1]
    chosen = np.random.default_rng(0).permutation(names)[:60]
    events = [
        LabelEvent(
            who="ada", object=str(name), question="halpha", version=1, kind="answer", value=truth[name]
        )
        for name in chosen
    ]
    LabelStore().append_all(events)
    out = learn()
    model = TrainedModel.load(out / "model.keras")
    assert "single peak" in model.classes
    assert len(Table.read(out / "labels.ecsv")) == 60
    reasons = Table.read(out / "rounds" / "round-00" / "next_batch.ecsv")["reason"]
    assert set(reasons) == {"audit", "query"}
