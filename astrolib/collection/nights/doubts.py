"""Where header, name and pixels of a raw file disagree, or something is missing: what a person is asked.

A doubt is never settled by guessing. It says why it is one, and which answers there are; what a person
answers takes the place of what the header said, and other questions may follow from that.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from astrolib.collection.nights import instants
from astrolib.collection.nights.doubt import AS_IT_IS, LEAVE_OUT, Doubt
from astrolib.collection.nights.header import KINDS, angle
from astrolib.collection.nights.rules import RULES
from astrolib.core.errors import RefusedError

if TYPE_CHECKING:
    from astrolib.collection.nights.sorted_file import SortedFile

Change = dict[str, Any]
"""The parts of a file that an answer gives another value."""


def doubts(file: SortedFile) -> tuple[Doubt, ...]:
    """Return what must be asked about a file: of each thing the first question that is open."""
    if file.left_out:
        return ()
    asked: dict[str, Doubt] = {}
    for rule in RULES:
        for doubt in rule(file):
            if doubt.about not in file.settled:
                asked.setdefault(doubt.about, doubt)
    if "kind" in asked:  # what else is asked depends on what it is
        return (asked["kind"],)
    return tuple(asked.values())


def settle(file: SortedFile, about: str, answer: str) -> SortedFile:
    """Return the file as it is after an answer.

    Raises
    ------
    RefusedError
        If nothing is asked about that, or the answer is none of those that are possible.
    """
    doubt = next((one for one in file.doubts if one.about == about), None)
    if doubt is None:
        raise RefusedError(f"nothing is asked about its {about}", where=file.name, remedy="look at it again")
    answer = answer.strip()
    possible = answer in doubt.answers or (doubt.free and _changes(file, about, answer))
    if not possible:
        raise RefusedError(
            f"{answer!r} is no answer", where=file.name, remedy=f"answer one of: {doubt.possible}"
        )
    return settled(file, about, answer)


def settled(file: SortedFile, about: str, answer: str) -> SortedFile:
    """Return the file with an answer that was given before; see `settle`."""
    changes = _changes(file, about, answer) or {}
    replaced = {**{name: getattr(file, name) for name in changes}, **file.replaced}
    return dataclasses.replace(file, settled={**file.settled, about: answer}, replaced=replaced, **changes)


def _changes(file: SortedFile, about: str, answer: str) -> Change | None:
    return None if answer in (LEAVE_OUT, AS_IT_IS) else _TAKES[about](file, answer)


# ---- what an answer changes ---------------------------------------------------------------------


def _take_kind(_file: SortedFile, answer: str) -> Change | None:
    return {"kind": answer} if answer in KINDS else None


def _take_filter(_file: SortedFile, answer: str) -> Change | None:
    return {"filter": answer} if 0 < len(answer) <= 40 else None


def _take_exposure(_file: SortedFile, answer: str) -> Change | None:
    try:
        seconds = float(answer.removesuffix("s"))
    except ValueError:
        return None
    return {"exposure": seconds} if 0 < seconds < math.inf else None


def _take_time(file: SortedFile, answer: str) -> Change | None:
    if answer in file.starts:
        return {"start": file.starts[answer]}
    found, problem = instants.starts({"typed": answer}, {"start": ("typed",)}, 0.0)
    return None if problem else {"start": found["typed"]}


def _take_pointing(file: SortedFile, answer: str) -> Change | None:
    if answer in file.pointings:
        ra, dec = file.pointings[answer]
    else:
        words = answer.replace(",", " ").split()
        half = len(words) // 2
        ra = angle(" ".join(words[:half]), 15.0, 1.0)
        dec = angle(" ".join(words[half:]), 1.0, 1.0)
    good = 0 <= ra <= 360 and abs(dec) <= 90
    return {"ra": ra, "dec": dec} if good else None


_TAKES: dict[str, Callable[[SortedFile, str], Change | None]] = {
    "kind": _take_kind,
    "filter": _take_filter,
    "exposure": _take_exposure,
    "time": _take_time,
    "pointing": _take_pointing,
    "pixels": lambda _file, _answer: None,
}
