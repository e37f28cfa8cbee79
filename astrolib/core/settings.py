"""Settings in one frozen object: defaults, then a file, then the environment, then arguments."""

from __future__ import annotations

import dataclasses
import math
import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolib.core import paths
from astrolib.core.errors import SettingsError

PROFILES = ("local", "live")


@dataclass(frozen=True)
class Settings:
    """What a person or a site may set.

    Parameters
    ----------
    profile : {'local', 'live'}
        ``local`` asks the simulated archive and resolves names offline; ``live`` asks the world's.
    deadline : float
        Longest time a remote query or a single download may take, retries included [s].
    retries : int
        How often a query that failed in passing is tried again.
    downloads : int
        How many downloads run side by side.
    max_file_mb : float
        Largest file that is read or downloaded [MB], counted unpacked.
    max_rows : int
        Most rows of a remote table that are read.
    """

    profile: str = "local"
    deadline: float = 60.0
    retries: int = 2
    downloads: int = 4
    max_file_mb: float = 512.0
    max_rows: int = 1_000_000

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise SettingsError(f"profile is {self.profile!r}", remedy=f"choose one of {', '.join(PROFILES)}")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            least = 0 if field.name == "retries" else sys.float_info.min
            if isinstance(value, int | float) and not least <= value < math.inf:
                raise SettingsError(f"{field.name} is {value}", remedy="give a positive number")


def load(file: Path | None = None, **arguments: Any) -> Settings:
    """Gather the settings that are in force.

    Parameters
    ----------
    file : Path, optional
        A TOML file; by default ``settings.toml`` in ``$ASTROLIB_HOME``, where there is one.
    **arguments
        Settings by name; they win over the environment (``ASTROLIB_PROFILE`` ...) and the file.

    Raises
    ------
    SettingsError
        If a setting is unknown or cannot be read as its type.
    """
    file = file or paths.settings_file()
    values = _from_file(file) | _from_environment() | arguments
    return Settings(**{name: _typed(name, value) for name, value in values.items()})


def _from_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(f"not TOML ({error})", where=file, remedy="mend or remove the file") from error


def _from_environment() -> dict[str, str]:
    names = (field.name for field in dataclasses.fields(Settings))
    keys = {name: f"ASTROLIB_{name.upper()}" for name in names}
    return {name: os.environ[key] for name, key in keys.items() if key in os.environ}


def _typed(name: str, value: Any) -> Any:
    kinds = {field.name: type(getattr(Settings, field.name)) for field in dataclasses.fields(Settings)}
    if name not in kinds:
        raise SettingsError(f"unknown setting {name!r}", remedy=f"known are {', '.join(kinds)}")
    try:
        typed = kinds[name](value)
        if isinstance(value, bool) or (isinstance(value, float) and typed != value):
            raise ValueError(value)
        return typed
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"{name} is {value!r}", remedy=f"give a value of type {kinds[name].__name__}"
        ) from error
