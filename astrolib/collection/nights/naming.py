"""What a night is called whose observer has not named it: the date of its evening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from astrolib.collection.nights.sorted_file import SortedFile

_APART = timedelta(hours=9)
"""Without a frame of the sky for so long, it was day: a telescope rests for less in the longest night."""

_HALF_A_DAY = timedelta(hours=12)


def evenings(files: Iterable[SortedFile]) -> list[str]:
    """Return the date of the evening of each night in which the sky was observed, as ``2025-03-04``.

    A night runs from noon to noon, local time. The middle of its exposures stands for local midnight, so that
    no longitude need be known: half a day before it, UTC has the date of the evening as well, wherever the
    telescope is.
    """
    starts = sorted(datetime.fromisoformat(one.start) for one in files if one.kind == "science" and one.start)
    return sorted({_evening(night).isoformat() for night in _nights(starts)})


def name_of(files: Iterable[SortedFile], folder: Path) -> str:
    """Return the date of the evening; of several nights the first and the last; else the folder's name."""
    dates = evenings(files)
    if not dates:
        return folder.resolve().name or "night"
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"


def _nights(starts: list[datetime]) -> Iterator[list[datetime]]:
    """Yield the exposures between one day and the next."""
    night: list[datetime] = []
    for start in starts:
        if night and start - night[-1] > _APART:
            yield night
            night = []
        night.append(start)
    if night:
        yield night


def _evening(night: list[datetime]) -> date:
    return (night[0] + (night[-1] - night[0]) / 2 - _HALF_A_DAY).date()
