"""``run.json``: what was run, with what, on what, and how it ended."""

from __future__ import annotations

import dataclasses
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from astrolib import __version__
from astrolib.core.files import sha256, write_json
from astrolib.jobs import values
from astrolib.jobs.output import RECORD
from astrolib.jobs.verdict import Failure, Status

PACKAGES = ("numpy", "astropy", "pyarrow", "pyvo", "specutils", "papermill", "ipykernel")
"""The packages whose versions are recorded, where they are installed."""


@dataclass(frozen=True)
class Beginning:
    """What is known of a run before it starts.

    Parameters
    ----------
    notebook : Path
        The notebook, which is never changed.
    parameters : mapping
        All its parameters.
    inputs : mapping of str
        SHA-256 of each file and folder that a parameter names.
    start : datetime
        When it started [UTC].
    clock : float
        The same, by a clock that never goes back [s].
    """

    notebook: Path
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    start: datetime = dataclasses.field(default_factory=lambda: datetime.now(UTC))
    clock: float = dataclasses.field(default_factory=time.monotonic)


def write(
    out: Path, beginning: Beginning, status: Status, failure: Failure | None, peak_memory: int
) -> dict[str, Any]:
    """Write ``run.json`` into `out`, whole, and return its content."""
    content = {
        "status": status,
        "error": dataclasses.asdict(failure) if failure else None,
        "notebook": {"name": beginning.notebook.name, "sha256": sha256(beginning.notebook)},
        "parameters": {name: values.to_json(value) for name, value in beginning.parameters.items()},
        "seed": beginning.parameters.get("seed"),
        "inputs": dict(beginning.inputs),
        "versions": versions(),
        "start": _utc(beginning.start),
        "end": _utc(datetime.now(UTC)),
        "wall_time_s": round(time.monotonic() - beginning.clock, 3),
        "peak_memory_bytes": peak_memory,
    }
    write_json(out / RECORD, content)
    return content


def versions() -> dict[str, str]:
    """Return the versions of Python, astrolib and the main packages."""
    found = {"python": platform.python_version(), "astrolib": __version__}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
