"""A small simulated universe, served for the notebooks as the hub serves it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def local_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run `astrolib sky serve`, and return the addresses that it left."""
    home = tmp_path_factory.mktemp("archive")
    command = [sys.executable, "-m", "astrolib", "sky", "serve", str(home / "sky")]
    environment = os.environ | {"ASTROLIB_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        left = home / "run" / "archive.json"
        for _ in range(600):
            if left.exists() or server.poll() is not None:
                break
            time.sleep(0.1)
        yield json.loads(left.read_text())
        server.terminate()


@pytest.fixture
def local_service(local_archive: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the service `local` that archive."""
    monkeypatch.setenv("ASTROLIB_LOCAL_ARCHIVE", local_archive["ssap"])
    monkeypatch.setenv("ASTROLIB_LOCAL_NAMES", local_archive["names"])
    return local_archive["ssap"]


@pytest.fixture(scope="session")
def notebooks() -> Path:
    """Return the folder of shipped notebooks."""
    return Path(__file__).resolve().parents[2] / "notebooks"
