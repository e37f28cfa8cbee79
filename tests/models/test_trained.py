import json
import os
import signal
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.models import TrainedModel, build, train
from astrolib.models.backend import load as load_keras

from .conftest import CLASSES, write_prepared


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, profiles):
    return write_prepared(tmp_path_factory.mktemp("trained") / "prepared", profiles.flux)


@pytest.fixture(scope="module")
def trained(prepared, profiles):
    model = build(24, 3)
    train(model, *profiles, epochs=2)
    return TrainedModel.of(model, prepared, CLASSES, dataset="d" * 64, seed=7).calibrated(
        profiles.flux[:50], profiles.labels[:50], np.ones(50)
    )


def test_what_was_saved_answers_the_same_and_knows_the_same(trained, profiles, tmp_path):
    trained.save(tmp_path / "model.keras")
    loaded = TrainedModel.load(tmp_path / "model.keras")
    assert np.array_equal(loaded.probabilities(profiles.flux), trained.probabilities(profiles.flux))
    assert (loaded.classes, loaded.recipe, loaded.recipe_hash) == (
        CLASSES,
        trained.recipe,
        trained.recipe_hash,
    )
    assert np.array_equal(loaded.wavelength, trained.wavelength)
    assert (loaded.dataset, loaded.seed) == ("d" * 64, 7)
    assert loaded.calibration.as_dict() == trained.calibration.as_dict()


def test_plain_keras_opens_the_file(trained, profiles, tmp_path):
    trained.save(tmp_path / "model.keras")
    plain = load_keras().saving.load_model(tmp_path / "model.keras")
    assert np.array_equal(plain.get_weights()[0], trained.model.get_weights()[0])


def test_several_networks_saved_as_one_come_back_as_one(prepared, profiles, tmp_path):
    keras = load_keras()
    inputs = keras.Input((24, 1))
    members = [build(24, 3, seed=seed) for seed in (1, 2)]
    members = [keras.Model(one.inputs, one.outputs[0], name=f"member_{n}") for n, one in enumerate(members)]
    mean = keras.Model(inputs, keras.layers.Average()([member(inputs) for member in members]))
    joined = TrainedModel.of(mean, prepared, CLASSES)
    joined.save(tmp_path / "model.keras")
    loaded = TrainedModel.load(tmp_path / "model.keras")
    assert np.array_equal(loaded.probabilities(profiles.flux), joined.probabilities(profiles.flux))


def test_the_answers_are_calibrated(trained, prepared, profiles):
    raw = TrainedModel.of(trained.model, prepared, CLASSES)
    calibrated = trained.probabilities(profiles.flux)
    assert not np.allclose(calibrated, raw.probabilities(profiles.flux))
    np.testing.assert_allclose(calibrated.sum(axis=1), 1, rtol=1e-5)


def test_spectra_of_another_recipe_are_refused_naming_both(trained, prepared, profiles, tmp_path):
    trained.check(prepared)
    other = write_prepared(tmp_path / "other", profiles.flux, name="sharper", resolution=2000)
    with pytest.raises(ParameterError, match=r"'sharper'.*'toy'"):
        trained.check(other)


def test_a_folder_without_a_recipe_is_refused(trained, prepared, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "bare").mkdir()
    table = pa.table({"id": ["a"], "flux": [np.zeros(24, np.float32)]})
    pq.write_table(table, tmp_path / "bare" / "part-0.parquet")
    with pytest.raises(ParameterError, match=r"'unknown'.*'toy'"):
        trained.check(type(prepared).open(tmp_path / "bare"))


def rewrite(path, change):
    """Change the record in a model's file."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    record = json.loads(content["astrolib.json"])
    change(record)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, json.dumps(record) if name == "astrolib.json" else data)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.pop("classes"),
        lambda record: record["classes"].append("one more"),
        lambda record: record.update(wavelength=[1, 2]),
        lambda record: record.update(calibration={"temperature": "hot"}),
        lambda record: record.update(recipe=5),
    ],
)
def test_a_record_that_does_not_fit_is_refused(trained, tmp_path, change):
    path = tmp_path / "model.keras"
    trained.save(path)
    rewrite(path, change)
    with pytest.raises(UnreadableFileError, match=r"model\.keras"):
        TrainedModel.load(path)


CHILD = """
import os, signal, sys, zipfile
from pathlib import Path
import numpy as np
from astrolib.models import TrainedModel, build

path, when = Path(sys.argv[1]), sys.argv[2]
def die(*_arguments, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

about = dict(classes=("a", "b"), recipe={}, recipe_hash="", wavelength=np.arange(24.0))
from astrolib.models.calibration import Calibration
def model(seed):
    return TrainedModel(build(24, 2, seed=seed), **about, calibration=Calibration.identity(2), seed=seed)
model(1).save(path)
if when == "archive":
    zipfile.ZipFile.writestr = die
elif when == "rename":
    Path.replace = die
model(2).save(path)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("when", "seed"), [("archive", 1), ("rename", 1), ("never", 2)])
def test_killed_while_a_model_is_replaced_the_old_one_or_the_new_one_is_whole(tmp_path, when, seed):
    path = tmp_path / "model.keras"
    done = subprocess.run([sys.executable, "-c", CHILD, path, when], env=os.environ)
    assert done.returncode == (0 if when == "never" else -signal.SIGKILL)
    assert TrainedModel.load(path).seed == seed
