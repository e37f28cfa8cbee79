"""The checks of `astrolib doctor`. None imports what it checks, so that all take a moment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from astrolib.core import paths, settings
from astrolib.core.errors import AstrolibError

SUPPORTED = ((3, 11), (3, 12), (3, 13))

REINSTALL = "install astrolib again"

SECURITY_FLOORS = {
    "jupyter_server": "2.20",
    "nbconvert": "7.17.1",
    "notebook": "7.5.6",
    "oauthenticator": "17.4",
    "tornado": "6.6.1",
}
"""Packages that others bring along: below these versions they have known holes."""

TOOLS = {"SExtractor": ("source-extractor", "sex"), "SCAMP": ("scamp",), "SWarp": ("SWarp", "swarp")}
"""Programs that reduce nights, where they are installed, by the names of their commands."""

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget", "bqplot")

_FLOOR = re.compile(r"([A-Za-z0-9_.-]+)>=([0-9.]+)")
_GIGABYTE = 1e9


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    level : {'ok', 'warn', 'fail'}
        ``warn`` where something optional is missing.
    subject : str
        What was checked.
    text : str
        What was found, and what to do about it.
    """

    level: Literal["ok", "warn", "fail"]
    subject: str
    text: str


def python() -> Finding:
    """Check the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] not in SUPPORTED:
        return Finding("warn", "Python", f"{version} is not tried; use one of {_listed(SUPPORTED)}")
    return Finding("ok", "Python", f"{version} at {sys.executable}")


def packages() -> Finding:
    """Check that every package that astrolib needs is there, and none has a known hole."""
    try:
        required = metadata.requires("astrolib") or []
    except metadata.PackageNotFoundError:
        return Finding("fail", "packages", f"astrolib is not installed in this Python; {REINSTALL}")
    # With a marker stand the extras, and TensorFlow under the name of each platform: `networks` looks for it.
    needed = {m[1]: m[2] for line in required if ";" not in line and (m := _FLOOR.match(line))}
    if wrong := [*_below(needed, required=True), *_below(SECURITY_FLOORS, required=False)]:
        return Finding("fail", "packages", f"{', '.join(wrong)}; {REINSTALL}")
    return Finding("ok", "packages", f"{len(needed)} of {len(needed)} at the needed versions or newer")


def lab() -> Finding:
    """Check that JupyterLab finds the widgets' extensions."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    if missing := [name for name in EXTENSIONS if not (folder / name).is_dir()]:
        return Finding("fail", "widgets", f"{', '.join(missing)} not found by JupyterLab; {REINSTALL}")
    return Finding("ok", "widgets", "their extensions are where JupyterLab looks")


def shipped() -> Finding:
    """Check that the notebooks, extensions and hub configuration came with astrolib."""
    try:
        for name in ("notebooks", "nbextensions", "hub_config"):
            paths.shipped(name)
    except AstrolibError as error:
        return Finding("fail", "files", str(error))
    return Finding("ok", "files", f"notebooks in {paths.shipped('notebooks')}")


def setting() -> Finding:
    """Check that the settings can be read."""
    try:
        return Finding("ok", "settings", f"profile {settings.load().profile}")
    except (AstrolibError, OSError) as error:
        return Finding("fail", "settings", str(error))


def home() -> Finding:
    """Check that ASTROLIB_HOME can be written, and how much space is left there."""
    try:
        folder = paths.home()
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free / _GIGABYTE
    except AstrolibError as error:
        return Finding("fail", "home", str(error))
    except OSError as error:
        return Finding("fail", "home", f"{error}; set ASTROLIB_HOME to a folder that you can write")
    if free < 1:
        return Finding("warn", "home", f"{folder} has {free:.1f} GB left; make room")
    return Finding("ok", "home", f"{folder} can be written, {free:.0f} GB free")


def archive() -> Finding:
    """Check whether the local archive answers."""
    try:
        address = json.loads(paths.archive_address_file().read_text(encoding="utf-8"))["ssap"]
    except (AstrolibError, OSError, ValueError, KeyError, TypeError):
        address = ""
    address = os.environ.get("ASTROLIB_LOCAL_ARCHIVE", address)
    if _answers(address):
        return Finding("ok", "local archive", address)
    remedy = "start it with `astrolib sky serve`; a hub and a run start their own"
    return Finding("warn", "local archive", f"does not answer; {remedy}")


def gpu() -> Finding:
    """Check whether there is an NVIDIA GPU."""
    command = shutil.which("nvidia-smi")
    if not command:
        return Finding("ok", "GPU", "none found; everything runs on the CPU")
    query = [command, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=5, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return Finding("warn", "GPU", "nvidia-smi does not answer; look at the driver")
    return Finding("ok", "GPU", answer.stdout)


def networks() -> Finding:
    """Check which backend networks train on, and whether it uses the GPU."""
    try:
        from astrolib.models import backend  # only for this check

        name, seen = backend.choose(), backend.sees_gpu()
    except (AstrolibError, ImportError) as error:
        return Finding("fail", "networks", str(error))
    if seen and name == "jax":
        return Finding("ok", "networks", "keras on JAX, on the GPU")
    if seen:
        return Finding("warn", "networks", f"keras on {name}, on the CPU; unset KERAS_BACKEND to use the GPU")
    if shutil.which("nvidia-smi"):
        remedy = "to use the GPU, pip install 'jax[cuda13]'"
        return Finding("warn", "networks", f"keras on {name}, on the CPU; {remedy}")
    return Finding("ok", "networks", f"keras on {name}, on the CPU")


def tools() -> Finding:
    """Check which programs for reducing nights are installed."""
    missing = [name for name, commands in TOOLS.items() if not any(map(shutil.which, commands))]
    if missing:
        return Finding(
            "warn", "programs", f"{', '.join(missing)} not installed; needed to reduce nights only"
        )
    return Finding("ok", "programs", ", ".join(TOOLS))


ALL: tuple[Callable[[], Finding], ...] = (
    python,
    packages,
    lab,
    shipped,
    setting,
    home,
    archive,
    gpu,
    networks,
    tools,
)


def _listed(versions: Iterable[tuple[int, ...]]) -> str:
    return ", ".join(".".join(map(str, version)) for version in versions)


def _below(floors: dict[str, str], *, required: bool) -> Iterator[str]:
    for name, floor in floors.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            if required:
                yield f"{name} is missing"
            continue
        if _numbers(version) < _numbers(floor):
            yield f"{name} {version} is older than {floor}"


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: (4, 6, 2) of ``4.6.2rc1``."""
    leading = re.match(r"[0-9]+(\.[0-9]+)*", version)
    return tuple(map(int, leading[0].split("."))) if leading else ()


def _answers(address: str) -> bool:
    if not address:
        return False
    import requests  # a tenth of a second, only where there is somebody to ask

    try:
        with requests.get(address, params={"REQUEST": "queryData", "MAXREC": "0"}, timeout=2) as answer:
            return answer.ok
    except (requests.RequestException, ValueError):
        return False
