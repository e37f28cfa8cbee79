"""What ``run.json`` says beside the verdict: what was run, with what, on what, and when."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from astrolib import __version__
from astrolib.core.errors import AstrolibError
from astrolib.core.files import write_json
from astrolib.jobs import values

PACKAGES = ("numpy", "astropy", "pyarrow", "pyvo", "specutils", "papermill", "ipykernel")
"""The packages whose versions are recorded, where they are installed."""


class RecordError(AstrolibError):
    """A run has ended, and that could not be recorded."""


@dataclass(frozen=True)
class Clock:
    """Started when it is made.

    Parameters
    ----------
    start : datetime
        UTC.
    seconds : float
        The same by a clock that is never set back [s].
    """

    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = field(default_factory=time.monotonic)

    def read(self) -> dict[str, Any]:
        """Return start and end [UTC, ISO 8601], and the time between them [s]."""
        return {
            "start": _iso(self.start),
            "end": _iso(datetime.now(UTC)),
            "wall_time_s": round(time.monotonic() - self.seconds, 3),
        }


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write ``run.json``, in a folder that the notebook may have taken away.

    Raises
    ------
    RecordError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, content)
    except OSError as error:
        raise RecordError(
            f"cannot be written ({error.strerror})",
            where=path,
            remedy=f"the run is {content['status']}; make room, and run again in another folder",
        ) from error


def origin(parameters: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return what is needed to repeat a run: folder, parameters, seed, inputs, versions."""
    return {
        "folder": str(Path.cwd()),
        "parameters": {name: values.to_json(value) for name, value in parameters.items()},
        "seed": parameters.get("seed"),
        "inputs": dict(inputs),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, astrolib and the main packages."""
    found = {"python": platform.python_version(), "astrolib": __version__}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
