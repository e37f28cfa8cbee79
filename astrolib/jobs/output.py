"""Where a run may write: one folder on this machine that holds nothing yet."""

from __future__ import annotations

import os
import re
from pathlib import Path

from astrolib.core.errors import RefusedError

RECORD = "run.json"
PROGRESS = "progress.jsonl"

_NOT_PLAIN = re.compile(r"~|[A-Za-z][A-Za-z0-9+.-]*:")


class OutputError(RefusedError):
    """A run must not write there."""


def folder(out: Path | str) -> Path:
    """Return `out` as an absolute path, refused where a run must not write.

    Raises
    ------
    OutputError
        If it is an address (``s3://...``), a template (``{name}``), climbs (``..``), begins with a tilde that
        no shell has replaced, is a file, cannot be written, or holds something already.
    """
    text = str(out)
    if not text or _NOT_PLAIN.match(text) or set("{}\0") & set(text) or ".." in Path(text).parts:
        raise OutputError(
            "not a plain path", where=repr(text[:200]), remedy="give a folder without ~, .. or {}"
        )
    path = Path(text).absolute()
    try:
        _check(path)
    except OSError as error:
        raise OutputError(
            f"cannot be used ({error.strerror})", where=path, remedy="choose another folder"
        ) from error
    return path


def claim(path: Path) -> None:
    """Make the folder and its file of progress, which only one of several runs can do.

    Raises
    ------
    OutputError
        If another run has done it, or it cannot be done.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / PROGRESS).touch(exist_ok=False)
    except OSError as error:
        taken = isinstance(error, FileExistsError) and path.is_dir()
        what = "holds a run already" if taken else f"cannot be made ({error.strerror})"
        raise OutputError(what, where=path, remedy="choose another folder") from error


def _check(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise OutputError("is a file", where=path, remedy="choose a folder")
    if (path / RECORD).exists():
        raise OutputError("holds a run already", where=path, remedy="choose another folder")
    if path.exists() and any(path.iterdir()):
        raise OutputError("is not empty", where=path, remedy="choose another folder, or empty it")
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError("cannot be written", where=path, remedy="choose another folder")
