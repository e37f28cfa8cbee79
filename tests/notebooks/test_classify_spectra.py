"""The notebook classify_spectra, as production runs it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from astropy.table import Table

from astrolib.cli import main
from astrolib.collection import PreparedSpectra
from astrolib.models import TrainedModel, build, train

pytestmark = pytest.mark.slow

CLASSES = ("absorption", "emission")


@pytest.fixture(scope="module")
def sample():
    """Return fluxes with a line in the middle, and whether it is in emission."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400)
    line = np.exp(-0.5 * ((np.arange(24) - 12) / 2) ** 2)
    flux = (2 * labels - 1)[:, None] * line + rng.normal(0, 0.2, (400, 24))
    return flux.astype(np.float32), labels


def prepare(folder, flux, **recipe):
    with PreparedSpectra.create(folder, np.linspace(6500, 6600, 24), {"name": "toy"} | recipe) as writer:
        writer.append([f"{number:016x}" for number in range(len(flux))], flux)
    return PreparedSpectra.open(folder)


@pytest.fixture(scope="module")
def model(sample, tmp_path_factory):
    folder, (flux, labels) = tmp_path_factory.mktemp("model"), sample
    network = build(24, 2)
    train(network, flux[:300], labels[:300], epochs=15)
    learned = TrainedModel.of(network, prepare(folder / "prepared", flux[:300]), CLASSES)
    learned.save(folder / "model.keras")
    return folder / "model.keras"


@pytest.fixture
def run(notebooks, tmp_path):
    """Return a function that runs it: (exit status, products)."""

    def classified(prepared, model):
        notebook, out = str(notebooks / "batch" / "classify_spectra.ipynb"), tmp_path / "out"
        words = ["-p", "prepared", str(prepared), "-p", "model", str(model), "--out", str(out)]
        return main(["run", notebook, *words]), out

    return classified


def test_new_spectra_are_classified_on_another_day(run, sample, model, tmp_path):
    flux, labels = sample
    prepared = prepare(tmp_path / "new", flux[300:])
    status, out = run(tmp_path / "new", model)
    assert status == 0
    table = Table.read(out / "candidates.ecsv", format="ascii.ecsv")
    assert table.colnames == ["id", "label", *CLASSES, "entropy"]
    assert list(table["id"]) == list(prepared.ids)
    assert np.mean(np.array(CLASSES)[labels[300:]] == table["label"]) > 0.95
    assert json.loads((out / "run.json").read_text())["status"] == "done"


def test_spectra_of_another_recipe_are_refused(run, sample, model, tmp_path, capsys):
    prepare(tmp_path / "other", sample[0][300:], name="sharper", resolution=2000)
    status, out = run(tmp_path / "other", model)
    assert status == 1
    assert not (out / "candidates.ecsv").exists()
    message = json.dumps(json.loads((out / "run.json").read_text()))
    assert "sharper" in message
    assert "toy" in message
