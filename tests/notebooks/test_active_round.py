"""The notebook active_round, round after round, answered by the truth."""

from __future__ import annotations

import json

import numpy as np
import pytest
from astropy.table import QTable, vstack

from astrolib.cli import main
from astrolib.collection import PreparedSpectra
from astrolib.labels import LabelEvent, LabelStore
from astrolib.models import TrainedModel

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Return the folder of prepared spectra, few of them in emission, and the label of each."""
    rng = np.random.default_rng(3)
    labels = rng.choice(["emission", "absorption"], 800, p=[0.06, 0.94])
    line = np.exp(-0.5 * ((np.arange(32) - 16) / 2) ** 2)
    sign = np.where(labels == "emission", 1, -1)[:, None]
    flux = (sign * line + rng.normal(0, 0.1, (800, 32))).astype(np.float32)
    folder = tmp_path_factory.mktemp("pool") / "prepared"
    ids = [f"{number:016x}" for number in range(800)]
    with PreparedSpectra.create(folder, np.linspace(6500, 6600, 32), {"name": "toy"}) as writer:
        writer.append(ids, flux)
    return folder, dict(zip(ids, labels.tolist(), strict=True))


@pytest.fixture
def run(notebooks, pool, tmp_path):
    """Return a function that runs a round: (exit status, products)."""

    def learned(name, labels=None, **other):
        values = {"prepared": pool[0], "classes": '["emission", "absorption"]', "targets": '["emission"]'}
        values |= {"batch_size": 20, "audit_size": 10} | ({"labels": labels} if labels else {}) | other
        words = [word for key, value in values.items() for word in ("-p", key, str(value))]
        notebook, out = notebooks / "batch" / "active_round.ipynb", tmp_path / "rounds" / name
        return main(["run", str(notebook), *words, "--out", str(out)]), out

    return learned


def read(file):
    return QTable.read(file, format="ascii.ecsv")


def answered(batch, truth):
    return QTable({"id": batch["id"], "label": [truth[str(identity)] for identity in batch["id"]]})


def test_three_rounds_beside_one_another_find_each_other(run, pool, tmp_path):
    labels = tmp_path / "labels.ecsv"
    status, first = run("first")
    assert status == 0
    assert not (first / "model.keras").exists()
    said = answered(read(first / "next_batch.ecsv"), pool[1])

    for name in ("second", "third"):
        said.write(labels, overwrite=True)
        status, out = run(name, labels)
        assert status == 0
        batch = read(out / "next_batch.ecsv")
        assert batch.colnames == ["id", "reason", "stratum", "weight", "score"]
        said = vstack([said, answered(batch, pool[1])])

    audit = json.loads((out / "audit.json").read_text())["emission"]
    assert audit["n"] == 10
    assert audit["level"] == 0.9
    assert audit["completeness_low"] <= audit["completeness"] <= audit["completeness_high"]
    history = read(out / "history.ecsv")
    assert history["round"].tolist() == [0, 1, 2]
    assert history["n_labels"].tolist() == [0, 20, 50]
    assert TrainedModel.load(out / "model.keras").classes == ("emission", "absorption")
    assert json.loads((out / "run.json").read_text())["status"] == "done"


def test_the_answers_of_a_label_store_are_taken(run, pool, tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    for identity, label in list(pool[1].items())[:150]:
        store.append(
            LabelEvent(object=identity, question="lines", version=1, kind="answer", value=label, who="ada")
        )

    status, out = run("only", tmp_path / "labels.sqlite", question="lines")

    assert status == 0
    assert read(out / "history.ecsv")["n_labels"].tolist() == [150]


def test_a_target_that_is_no_class_is_refused_in_one_line(run, pool, tmp_path, capsys):
    status, out = run("wrong", targets='["comet"]')

    assert status == 1
    assert "'comet' is none of the classes" in capsys.readouterr().err
    assert not (out / "next_batch.ecsv").exists()
