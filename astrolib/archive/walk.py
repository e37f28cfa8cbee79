"""Walk a tree of folders on another machine: bounded in depth, pages and rows, never twice, never upward."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from astrolib.archive.answer import Answer
from astrolib.archive.content import may_hold_spectrum
from astrolib.core.errors import AstrolibError
from astrolib.core.schema import SPECTRUM_OFFER
from astrolib.core.settings import Settings

MAX_DEPTH = 8
MAX_FOLDERS = 2000

_FORMATS = {
    ".fits": "application/fits", ".fit": "application/fits", ".fts": "application/fits",
    ".vot": "application/x-votable+xml", ".votable": "application/x-votable+xml",
    ".csv": "text/csv", ".ecsv": "text/csv",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A file or folder: its address, its name, which of the two, and its size [kbyte], NaN where unknown."""

    address: str
    name: str
    is_folder: bool
    size: float = float("nan")


def walked(start: str, look: Callable[[str], Iterable[Place]], settings: Settings) -> Answer:
    """Return the files that may hold spectra in a folder and below.

    Parameters
    ----------
    start : str
        Address of the folder; a failure there is a failure of the whole.
    look : callable
        Returns what lies in a folder.
    settings : Settings
        Most files to list, and the deadline, after which no further folder is looked at.

    Returns
    -------
    Answer
        ``truncated`` where a bound was met or a folder below could not be listed; `reason` says which.
    """
    files: list[Place] = []
    skipped: list[str] = []
    seen = {start}
    waiting = deque([(start, 0)])
    end = time.monotonic() + settings.deadline
    for looked in itertools.count():
        if not waiting or len(files) > settings.max_rows:
            break
        if looked >= MAX_FOLDERS or time.monotonic() > end:
            skipped += [
                f"{folder}: {MAX_FOLDERS} folders or {settings.deadline:g} s are over"
                for folder, _ in waiting
            ]
            break
        folder, depth = waiting.popleft()
        found = _looked(look, folder, start, skipped)
        files += [place for place in found if not place.is_folder and may_hold_spectrum(place.name)]
        below = [place.address for place in found if place.is_folder and place.address not in seen]
        if below and depth == MAX_DEPTH:
            skipped += [f"{address}: more than {MAX_DEPTH} levels deep" for address in below]
            continue
        seen.update(below)
        waiting += [(address, depth + 1) for address in below]
    return _answer(files, settings.max_rows, skipped)


def _looked(
    look: Callable[[str], Iterable[Place]], folder: str, start: str, skipped: list[str]
) -> list[Place]:
    try:
        return list(look(folder))
    except AstrolibError as error:
        if folder == start:
            raise
        skipped.append(str(error))
        return []


def _answer(files: list[Place], max_rows: int, skipped: list[str]) -> Answer:
    if len(files) > max_rows:
        skipped = [f"there are more than {max_rows} files; raise max_rows", *skipped]
    reason = f"{len(skipped)} folders left out: {skipped[0]}" if skipped else ""
    if skipped and not files:
        return Answer("failed", reason=reason)
    offer = SPECTRUM_OFFER.table(row_of(place) for place in files[:max_rows])
    return Answer.of_offer(offer, truncated=bool(skipped), reason=reason)


def row_of(place: Place) -> dict[str, Any]:
    """Return the row of an offer that a bare file makes."""
    suffix = PurePosixPath(place.name.lower().removesuffix(".gz")).suffix
    return {
        "pubdid": place.address,
        "title": place.name,
        "format": _FORMATS.get(suffix, ""),
        "size": place.size,
        "accref": place.address,
    }
