"""A small universe, and the archive that serves it on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import uvicorn

from astrolib.sky import Index, build_app, build_index, make_spectra
from astrolib.sky.spectra.stars import UNITS, Arrays

ORDINARY = {
    "mag": 8.0,
    "teff": 15000.0,
    "disc_radius": 6.0,
    "turbulence": 12.0,
    "v_inner": 300.0,
    "vsini": 150.0,
    "period": 1000.0,
    "depth_sigma": 30.0,
}


@pytest.fixture(scope="session")
def universe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 24 Ondrejov and 12 LAMOST spectra of 12 stars."""
    folder = tmp_path_factory.mktemp("universe")
    make_spectra(folder, stars=12, seed=3)
    return folder


@pytest.fixture(scope="session")
def index(universe: Path) -> Index:
    return build_index(universe)


@pytest.fixture(scope="session")
def address(index: Index) -> Iterator[str]:
    """Return the address of the running archive, without a slash at its end."""
    with _running(index) as base:
        yield base


@pytest.fixture(scope="session")
def running() -> Callable[[Index], contextlib.AbstractContextManager[str]]:
    """Return a context manager that runs the archive of an index and gives its address."""
    return _running


@contextlib.contextmanager
def _running(index: Index) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(build_app(index), log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def state() -> Callable[..., Arrays]:
    """Return a function that makes the parameters of stars without emission, but for those given."""

    def made(count: int = 1, **values: float | np.ndarray) -> Arrays:
        chosen = dict.fromkeys(UNITS, 0.0) | ORDINARY | values
        return {
            name: np.broadcast_to(np.asarray(value, float), (count,)).copy() for name, value in chosen.items()
        }

    return made
