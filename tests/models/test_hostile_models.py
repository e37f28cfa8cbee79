"""A model file from a stranger: refused before anything in it is loaded; the canary stays untouched."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from astrolib.core.errors import HostileFileError, UnreadableFileError
from astrolib.models import TrainedModel, build
from astrolib.models.backend import load as load_keras
from astrolib.models.calibration import Calibration


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Return the members of a model's file by name."""
    path = tmp_path_factory.mktemp("honest") / "model.keras"
    about = {"classes": ("a", "b"), "recipe": {}, "recipe_hash": "", "wavelength": np.arange(24.0)}
    TrainedModel(build(24, 2), **about, calibration=Calibration.identity(2)).save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def canary(tmp_path):
    path = tmp_path / "canary"
    path.write_text("alive")
    return path


def refused(tmp_path: Path, members: dict, match: str, compression: int = zipfile.ZIP_STORED) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(HostileFileError, match=match):
        TrainedModel.load(path)


def with_layer(honest, **changes):
    """Return the members with the first layer after the input changed."""
    config = json.loads(honest["config.json"])
    config["config"]["layers"][1].update(changes)
    return honest | {"config.json": json.dumps(config)}


def with_weights(honest, change):
    stream = io.BytesIO(honest["model.weights.h5"])
    with h5py.File(stream, "r+") as file:
        change(file)
    return honest | {"model.weights.h5": stream.getvalue()}


def test_the_honest_file_loads(honest, tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in honest.items():
            archive.writestr(name, content)
    assert TrainedModel.load(path).classes == ("a", "b")


def test_a_lambda_layer_as_keras_writes_it(honest, tmp_path, canary):
    keras = load_keras()
    function = eval(f"lambda x: (__import__('os').remove({str(canary)!r}), x)[1]", {})
    inputs = keras.Input((24, 1))
    output_shape = (24, 1)
    outputs = keras.layers.Lambda(function, output_shape=output_shape)
    config = json.loads(honest["config.json"])
    evil = keras.saving.serialize_keras_object(outputs)
    evil |= {"name": "lambda", "inbound_nodes": config["config"]["layers"][1]["inbound_nodes"]}
    del inputs
    config["config"]["layers"].insert(1, evil)
    refused(tmp_path, honest | {"config.json": json.dumps(config)}, "'Lambda' of 'keras.layers'")
    assert canary.read_text() == "alive"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "exec"),
        ("subprocess", "Popen"),
        ("keras.layers", "TorchModuleWrapper"),
        ("keras.layers", "StringLookup"),
        ("keras.src.models.functional", "Conv1D"),
        (None, "Conv1D"),
        ("keras.layers", ["Conv1D"]),
    ],
)
def test_an_object_that_we_do_not_know(honest, tmp_path, module, name):
    refused(tmp_path, with_layer(honest, module=module, class_name=name), "which we do not run")


def test_a_registered_object_under_a_known_name(honest, tmp_path):
    refused(tmp_path, with_layer(honest, registered_name="evil>Conv1D"), "in place of a Conv1D")


def test_a_function_inside_the_configuration_of_a_known_layer(honest, tmp_path):
    config = json.loads(honest["config.json"])
    evil = {"module": "os", "class_name": "function", "config": "system", "registered_name": "function"}
    config["config"]["layers"][1]["config"]["activation"] = evil
    refused(tmp_path, honest | {"config.json": json.dumps(config)}, "'function' of 'os'")


def test_a_layer_that_claims_more_weights_than_the_file_holds(honest, tmp_path):
    config = json.loads(honest["config.json"])["config"]["layers"][1]["config"]
    refused(tmp_path, with_layer(honest, config=config | {"filters": 10**9}), "claim .* weights")


def test_a_layer_that_hides_how_large_it_is(honest, tmp_path):
    refused(tmp_path, with_layer(honest, build_config=None), "does not say how large")


def test_a_configuration_nested_without_end(honest, tmp_path):
    refused(tmp_path, honest | {"config.json": "[" * 100_000 + "]" * 100_000}, "nested too deep")


def external_link(file, canary):
    file["layers/evil"] = h5py.ExternalLink(str(canary), "/")


def soft_link(file, canary):
    file["layers/evil"] = h5py.SoftLink("/layers")


def external_storage(file, canary):
    file.create_dataset("evil", (4,), "f4", external=[(str(canary), 0, 16)])


def virtual(file, canary):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource(str(canary), "x", (4,))
    file.create_virtual_dataset("evil", layout)


def packed(file, canary):
    file.create_dataset("evil", (1000, 1000), "f4", chunks=(1000, 1000), compression="gzip")


def unwritten(file, canary):
    file.create_dataset("evil", (1 << 40,), "f4")


def texts(file, canary):
    file.create_dataset("evil", data="text")


def ring(file, canary):
    file["layers/evil"] = file["layers"]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (external_link, "a link at 'evil'"),
        (soft_link, "a link at 'evil'"),
        (external_storage, "lies in other files"),
        (virtual, "lies in other files"),
        (packed, "packed"),
        (unwritten, "claim more bytes"),
        (texts, "holds no numbers"),
        (ring, "nested without bounds|claim more bytes"),
    ],
)
def test_weights_that_reach_outside_or_expand(honest, tmp_path, canary, change, match):
    refused(tmp_path, with_weights(honest, lambda file: change(file, canary)), match)
    assert canary.read_text() == "alive"


@pytest.mark.parametrize("name", ["../canary", "/etc/cron.d/evil", "assets/x.txt", "CONFIG.JSON"])
def test_a_member_with_a_path_or_that_nothing_needs(honest, tmp_path, canary, name):
    refused(tmp_path, honest | {name: "dead"}, "which no network needs")
    assert canary.read_text() == "alive"


def test_a_bomb(honest, tmp_path):
    bomb = honest | {"astrolib.json": " " * 50_000_000}
    refused(tmp_path, bomb, "could expand", compression=zipfile.ZIP_DEFLATED)
    refused(tmp_path, bomb, "50000000 bytes")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_comes_twice(honest, tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [*honest.items(), ("config.json", b"{}")]:
            archive.writestr(name, content)
    with pytest.raises(HostileFileError, match="twice"):
        TrainedModel.load(path)


class Evil:
    """Removes the canary where it is unpickled."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return Path.unlink, (self.canary,)


def test_a_pickle_and_an_old_hdf5_model_are_no_such_files(tmp_path, canary):
    path = tmp_path / "model.keras"
    path.write_bytes(pickle.dumps(Evil(canary)))
    with pytest.raises(UnreadableFileError, match=r"not a \.keras file"):
        TrainedModel.load(path)
    path.unlink()
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = "{}"
    with pytest.raises(UnreadableFileError, match=r"not a \.keras file"):
        TrainedModel.load(path)
    assert canary.exists()


def test_a_file_of_plain_keras_lacks_our_record(tmp_path):
    build(24, 2).save(tmp_path / "plain.keras")
    with pytest.raises(UnreadableFileError, match="astrolib did not save it"):
        TrainedModel.load(tmp_path / "plain.keras")


def test_a_file_that_is_missing_or_cut_short(honest, tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file"):
        TrainedModel.load(tmp_path / "model.keras")
    weights = honest["model.weights.h5"]
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (honest | {"model.weights.h5": weights[: len(weights) // 2]}).items():
            archive.writestr(name, content)
    with pytest.raises(UnreadableFileError):
        TrainedModel.load(path)
