"""Which part of a raw image saw the sky, and which strips saw no light: of the chip, or of each amplifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Section = tuple[slice, slice]
"""Rows and columns of an image, as numpy cuts them out."""

_SECTION = re.compile(r"\[\s*(\d+)\s*:\s*(\d+)\s*,\s*(\d+)\s*:\s*(\d+)\s*\]")


@dataclass(frozen=True)
class Sections:
    """The parts of a raw image.

    Parameters
    ----------
    overscan, trim : tuple of slice or None
        The strip that saw no light, that of the first amplifier where there are several, and the part of the
        image that did.
    amplifiers : tuple of (Section, Section)
        Where several read one image: the strip of each, and the part that it read.
    problem : str
        Why one of these cannot be read; '' where all can, or are not said.
    """

    overscan: Section | None = None
    trim: Section | None = None
    amplifiers: tuple[tuple[Section, Section], ...] = ()
    problem: str = ""


def sections(
    overscan: str, trim: str, amplifiers: Sequence[Sequence[str]], cards: Mapping[str, Any]
) -> Sections:
    """Read the sections of an image.

    Parameters
    ----------
    overscan, trim : str
        What the header says of both; '' for nothing.
    amplifiers : sequence of pairs of str
        For each amplifier its strip and its part, as a key of the header or as a section.
    cards : mapping
        The header.
    """
    if amplifiers:
        return _of_amplifiers([tuple(str(cards.get(each, each)) for each in pair) for pair in amplifiers])
    read = {name: section(text) for name, text in (("overscan", overscan), ("trim", trim))}
    problems = [
        f"the {name} is {text!r}"
        for name, text in (("overscan", overscan), ("trim", trim))
        if text and read[name] is None
    ]
    return Sections(read["overscan"], read["trim"], (), "; ".join(problems))


def section(text: str) -> Section | None:
    """Return ``[x1:x2,y1:y2]``, which counts from 1 and includes both ends, as slices of rows and columns."""
    found = _SECTION.fullmatch(text.strip())
    if found is None or "0" in found.groups():
        return None
    x1, x2, y1, y2 = map(int, found.groups())
    return slice(min(y1, y2) - 1, max(y1, y2)), slice(min(x1, x2) - 1, max(x1, x2))


def _of_amplifiers(said: Sequence[tuple[str, ...]]) -> Sections:
    found = []
    for pair in said:
        strip, part = (section(text) for text in pair)
        if strip is None or part is None:
            return Sections(problem=f"an amplifier has {' and '.join(map(repr, pair))}")
        found.append((strip, part))
    parts = [part for _, part in found]
    whole = _around(parts)
    if sum(map(_area, parts)) != _area(whole):
        return Sections(problem="the parts of its amplifiers overlap, or leave a gap")
    return Sections(found[0][0], whole, tuple(found))


def _around(parts: Sequence[Section]) -> Section:
    rows, columns = (
        slice(min(part[axis].start for part in parts), max(part[axis].stop for part in parts))
        for axis in (0, 1)
    )
    return rows, columns


def _area(part: Section) -> int:
    return (part[0].stop - part[0].start) * (part[1].stop - part[1].start)
