"""The file of a trained network: a ``.keras`` archive with our record as one more member."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolib.core.errors import AstrolibError, HostileFileError, UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.models import backend
from astrolib.models.inspection import CONFIG, RECORD, SECONDS, WEIGHTS

if TYPE_CHECKING:
    import keras


def save(model: keras.Model, record: dict[str, Any], path: Path) -> None:
    """Write a network and its record, whole or not at all.

    Parameters
    ----------
    model : keras.Model
        Of the layers in `astrolib.models.layers.KNOWN`.
    record : dict
        What JSON holds.
    path : Path
        Ending in ``.keras``.
    """
    plain = type(model).from_config(model.get_config())  # without the optimiser
    plain.set_weights(model.get_weights())
    with whole_file(path) as temporary:
        plain.save(temporary)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.writestr(RECORD, json.dumps(record, ensure_ascii=False, allow_nan=False))


def load(path: Path) -> tuple[keras.Model, dict[str, Any]]:
    """Read a network and its record from a file that a stranger may have made.

    A child process with limits looks through it and copies what is plain; only the copy is loaded.

    Raises
    ------
    HostileFileError
        If it holds anything but layers that we know, plain numbers and the record.
    UnreadableFileError
        If it is no such file, or its parts do not fit together.
    """
    if not path.is_file():
        raise UnreadableFileError("no such file", where=path, remedy="check the path")
    with tempfile.TemporaryDirectory(prefix="astrolib-model-") as folder:
        _inspect(path, Path(folder))
        keras = backend.load()
        try:
            config = json.loads((Path(folder) / CONFIG).read_text(encoding="utf-8"))
            model = keras.saving.deserialize_keras_object(config, safe_mode=True)
            model.load_weights(Path(folder) / WEIGHTS)
            return model, json.loads((Path(folder) / RECORD).read_text(encoding="utf-8"))
        except Exception as error:  # what keras raises for parts that do not fit has no bounds
            raise UnreadableFileError(
                f"its parts do not fit together ({error})"[:300], where=path, remedy="save it again"
            ) from error


def _inspect(path: Path, folder: Path) -> None:
    """Let a child process check the file and copy what is plain into `folder`.

    It gets no plugins of HDF5, which are code.
    """
    command = [sys.executable, "-P", "-m", "astrolib.models.inspection", str(path.resolve()), str(folder)]
    environment = os.environ | {"HDF5_PLUGIN_PRELOAD": "::", "OPENBLAS_NUM_THREADS": "1"}
    try:
        child = subprocess.run(  # noqa: S603 - our own module
            command, env=environment, capture_output=True, timeout=2 * SECONDS, check=False
        )
        verdict = json.loads(child.stdout or b"{}")
    except (subprocess.TimeoutExpired, ValueError):
        verdict = {}
    if verdict.get("plain") is True:
        return
    kind: type[AstrolibError] = UnreadableFileError if verdict.get("damaged") else HostileFileError
    what = str(verdict.get("what", "looking through it took too much time or memory"))
    raise kind(what[:300], where=path, remedy="load only what TrainedModel.save wrote")
