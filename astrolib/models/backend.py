"""The backend of keras: chosen before keras is imported, with quiet logs.

TensorFlow on the CPU, where it trains networks on spectra as fast as JAX and starts on every machine; JAX
where it sees a GPU. ``KERAS_BACKEND`` decides where it is set.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from astrolib.core.errors import SettingsError

BACKENDS = ("tensorflow", "jax")
"""Those that the tests run on."""

_JAX_PLUGINS = ("jax_cuda13_plugin", "jax_cuda12_plugin", "jax_rocm7_plugin", "jax_rocm60_plugin")
_GPU_DEVICES = (Path("/dev/nvidia0"), Path("/dev/kfd"))


def choose() -> str:
    """Return the name of the backend that keras has, or would have, in this process.

    Nothing is imported, so that asking costs nothing.

    Raises
    ------
    SettingsError
        If ``KERAS_BACKEND`` names one that is not installed, or none is.
    """
    if named := os.environ.get("KERAS_BACKEND"):
        if not find_spec(named):
            raise SettingsError(
                f"KERAS_BACKEND is {named!r}, which is not installed",
                remedy=f"use one of {', '.join(BACKENDS)}",
            )
        return named
    order = ("jax", "tensorflow") if sees_gpu() else ("tensorflow", "jax")
    for name in order:
        if find_spec(name):
            return name
    raise SettingsError("no backend for keras", remedy="install tensorflow-cpu, or jax")


def sees_gpu() -> bool:
    """Say whether JAX would see a GPU: its plugin is installed, and the system shows a device."""
    return any(map(find_spec, _JAX_PLUGINS)) and any(device.exists() for device in _GPU_DEVICES)


def load() -> ModuleType:
    """Import keras on the backend of `choose`, without its chatter, and return it.

    Returns
    -------
    module
        ``keras``; where it was imported before, as it was.
    """
    if "keras" in sys.modules:
        return sys.modules["keras"]
    os.environ["KERAS_BACKEND"] = choose()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _hushed():
        import keras  # takes seconds, so whoever only reads results does not pay for it
    return keras


@contextmanager
def _hushed() -> Iterator[None]:
    """Send what C libraries write to standard error while they are loaded to nowhere."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
