"""Walk a tree of folders on another machine: bounded in depth, pages and rows, never twice, never upward."""

from __future__ import annotations

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
    walk = _Walk(start, look, settings)
    while walk.goes_on():
        walk.step()
    return _answer(walk.files, settings.max_rows, walk.skipped)


class _Walk:
    """Folders that wait, files that were found, and what was left out and why."""

    def __init__(self, start: str, look: Callable[[str], Iterable[Place]], settings: Settings) -> None:
        self.files: list[Place] = []
        self.skipped: list[str] = []
        self._start, self._look, self._settings = start, look, settings
        self._waiting, self._seen, self._looked = deque([(start, 0)]), {start}, 0
        self._end = time.monotonic() + settings.deadline

    def goes_on(self) -> bool:
        """Say whether there is another folder to look at; those beyond a bound are left out."""
        if self._looked >= MAX_FOLDERS or time.monotonic() > self._end:
            bound = f"{MAX_FOLDERS} folders or {self._settings.deadline:g} s are over; raise deadline"
            self.skipped += [f"{folder}: {bound}" for folder, _ in self._waiting]
            return False
        return bool(self._waiting) and len(self.files) <= self._settings.max_rows

    def step(self) -> None:
        """Look at the folder that has waited longest."""
        folder, depth = self._waiting.popleft()
        self._looked += 1
        places = self._places(folder)
        self.files += [place for place in places if not place.is_folder and may_hold_spectrum(place.name)]
        below = {place.address for place in places if place.is_folder} - self._seen
        if depth == MAX_DEPTH:
            self.skipped += [f"{address}: more than {MAX_DEPTH} levels deep" for address in sorted(below)]
        else:
            self._seen |= below
            self._waiting += [(address, depth + 1) for address in sorted(below)]

    def _places(self, folder: str) -> list[Place]:
        try:
            return list(self._look(folder))
        except AstrolibError as error:
            if folder == self._start:
                raise
            self.skipped.append(str(error))
            return []


def _answer(files: list[Place], max_rows: int, skipped: list[str]) -> Answer:
    if len(files) > max_rows:
        skipped = [f"there are more than {max_rows} files; raise max_rows", *skipped]
    reason = f"{len(skipped)} folders left out: {skipped[0]}" if skipped else ""
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
