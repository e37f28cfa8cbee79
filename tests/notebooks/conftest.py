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

PATIENCE = 240  # until the universe is made and served [s]


@pytest.fixture(scope="session")
def local_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run `astrolib sky serve`, and return the addresses that it left."""
    home = tmp_path_factory.mktemp("archive")
    command = [sys.executable, "-m", "astrolib", "sky", "serve", str(home / "sky")]
    environment = os.environ | {"ASTROLIB_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            yield _addresses(home / "run" / "archive.json", server)
        finally:
            server.terminate()


def _addresses(left: Path, server: subprocess.Popen[bytes]) -> dict[str, str]:
    """Wait for what the server leaves when it is ready."""
    deadline = time.monotonic() + PATIENCE
    while not left.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the archive did not start within {PATIENCE} s (exit status {server.poll()})")
        time.sleep(0.1)
    return json.loads(left.read_text())


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
