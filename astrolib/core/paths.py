"""Where everything lies: what ships with astrolib, and what it keeps."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from astrolib.core.errors import SettingsError


def shipped(name: str) -> Path:
    """Return a folder that ships with astrolib, in a clone or an installed wheel.

    Parameters
    ----------
    name : {'notebooks', 'nbextensions', 'hub_config'}
        The folder's name.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    SettingsError
        If neither the clone nor the environment holds it.
    """
    clone = Path(__file__).resolve().parents[2]
    for root in (clone, Path(sys.prefix) / "share" / "astrolib"):
        if (root / name).is_dir():
            return root / name
    raise SettingsError(
        f"the folder {name} of astrolib is missing", where=clone, remedy="install astrolib again"
    )


def home() -> Path:
    """Return ``$ASTROLIB_HOME`` (default ``~/.local/share/astrolib``), made if it is not there.

    Raises
    ------
    SettingsError
        If it is no folder, or cannot be made.
    """
    named = os.environ.get("ASTROLIB_HOME")
    return _made(Path(named or "~/.local/share/astrolib"), mode=0o700).resolve()


def labels_file() -> Path:
    """Return the store of label events, ``labels.sqlite``."""
    return home() / "labels.sqlite"


def nights_file() -> Path:
    """Return the ledger of nights, ``nights.sqlite``; it need not exist."""
    return home() / "nights.sqlite"


def settings_file() -> Path:
    """Return the file of settings, ``settings.toml``; it need not exist."""
    return home() / "settings.toml"


def universe_folder() -> Path:
    """Return the folder of the simulated universe, ``sky``; it need not exist."""
    return home() / "sky"


def run_folder() -> Path:
    """Return the folder ``run`` with the addresses of what is running."""
    return _made(home() / "run")


def archive_address_file() -> Path:
    """Return the file that holds the local archive's address while it runs."""
    return run_folder() / "archive.json"


def _made(folder: Path, mode: int = 0o777) -> Path:
    """Return a folder, made if it is not there."""
    try:
        folder = folder.expanduser()
        folder.mkdir(parents=True, exist_ok=True, mode=mode)
    except (OSError, RuntimeError, ValueError) as error:  # a file in its place; no such ~person; a NUL in it
        raise SettingsError(
            f"no folder for what astrolib keeps ({getattr(error, 'strerror', None) or error})",
            where=folder,
            remedy="set ASTROLIB_HOME to a folder that you can write",
        ) from error
    return folder
