"""List the files of a local folder that may hold spectra, and those below."""

from __future__ import annotations

import os
from pathlib import Path

from astrolib.archive.answer import Answer
from astrolib.archive.content import may_hold_spectrum
from astrolib.archive.walk import Place, row_of
from astrolib.core.errors import RefusedError
from astrolib.core.schema import SPECTRUM_OFFER


def list_folder(path: Path) -> Answer:
    """List the files in a folder and below that may hold spectra.

    Symbolic links that lead out of the folder are not followed; hidden files are left out.

    Parameters
    ----------
    path : Path
        The folder.

    Returns
    -------
    Answer
        ``found`` or ``none``; ``truncated`` where a folder below could not be read.

    Raises
    ------
    RefusedError
        If it is no folder, or may not be read.
    """
    root = Path(path).expanduser().resolve()
    if not root.is_dir() or not os.access(root, os.R_OK | os.X_OK):
        raise RefusedError("not a folder that can be read", where=path, remedy="check the path")
    unread: list[str] = []
    files = [
        Place(str(file), str(file.relative_to(root)), False, file.stat().st_size / 1000)
        for file in _files(root, unread)
        if may_hold_spectrum(file.name) and file.resolve().is_relative_to(root) and file.is_file()
    ]
    reason = f"{len(unread)} folders left out: {unread[0]}" if unread else ""
    offer = SPECTRUM_OFFER.table(row_of(place) for place in files)
    return Answer.of_offer(offer, truncated=bool(unread), reason=reason, address=str(root))


def _files(root: Path, unread: list[str]) -> list[Path]:
    def note(error: OSError) -> None:
        unread.append(f"{error.filename}: {error.strerror}")

    found = []
    for folder, below, names in os.walk(root, onerror=note, followlinks=False):
        below[:] = sorted(name for name in below if not name.startswith("."))
        found += [Path(folder) / name for name in sorted(names)]
    return found
