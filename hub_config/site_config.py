"""The site's own configuration: every ``conf.d/*.py``, in sorted order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from traitlets.config import Config


class SiteConfigError(Exception):
    """A file of the site cannot be run; the message names it."""


def load_site(c: Config, folders: Iterable[Path]) -> list[Path]:
    """Run every ``*.py`` of `folders` with `c` in reach, and return the files in the order they were run.

    Files are run in the order of the folders, and by name inside each; a later one wins.

    Raises
    ------
    SiteConfigError
        If a file fails. A hub without its site's rules would be open to the wrong people.
    """
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    for path in files:
        _run(c, path)
    return files


def _run(c: Config, path: Path) -> None:
    scope = {"c": c, "get_config": lambda: c, "__file__": str(path), "__name__": f"conf.d.{path.stem}"}
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), scope)  # noqa: S102 (the site's own file)
    except Exception as error:
        raise SiteConfigError(f"{path}: {type(error).__name__}: {error}; mend it or move it away") from error
