"""The service `local` of a run: the archive that runs already, or one of the run's own while it lasts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from astrolib.core import paths
from astrolib.core.errors import ServiceError

SECONDS_TO_START = 60.0
"""How long an archive may take to answer."""


@contextmanager
def local_archive(parameters: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Give what the environment of a run holds, so that its service `local` answers.

    Nothing where the run asks another service, or where an archive runs on this machine. Otherwise one is
    started on a free port of loopback for this run alone, and stopped when the block ends.

    Raises
    ------
    ServiceError
        If it does not start.
    """
    if "local" not in (parameters.get("service"), parameters.get("known")):
        yield {}
        return
    from astrolib.archive import local  # astropy, only where the service is asked

    if local.addresses():
        yield {}
        return
    from astrolib.sky import make_universe

    make_universe(paths.universe_folder())
    with tempfile.TemporaryDirectory(prefix="astrolib-archive-") as home, _serving(Path(home)) as addresses:
        yield {variable: addresses[service] for service, variable in local.VARIABLES.items()}


@contextmanager
def _serving(home: Path) -> Iterator[dict[str, str]]:
    """Serve the universe with `home` as ASTROLIB_HOME, so that no other run finds what this one will stop."""
    command = [sys.executable, "-P", "-m", "astrolib", "sky", "serve", "--attached"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, str(paths.universe_folder())],
            env={**os.environ, "ASTROLIB_HOME": str(home)},
            stdin=subprocess.PIPE,  # nothing is sent: it ends when our end closes, however we end
            stdout=log,
            stderr=log,
            start_new_session=True,  # an interrupt at the terminal ends the run first
        )
        try:
            yield _addresses(process, home / "run" / "archive.json", log)
        finally:
            _end(process)


def _addresses(process: subprocess.Popen[bytes], file: Path, log: IO[bytes]) -> dict[str, str]:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists():
            return json.loads(file.read_text(encoding="utf-8"))
        time.sleep(0.1)
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    raise ServiceError(
        f"the local archive did not start ({lines[-1] if lines else 'no answer'})",
        remedy="start it yourself with `astrolib sky serve`",
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
