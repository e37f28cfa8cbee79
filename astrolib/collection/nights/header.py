"""A header read through a header map: what the frame is, when and where it was taken, with what.

Nothing is guessed here: what a header does not say is empty or NaN, and where its keys contradict each other
every one of them is kept, for `doubts` to ask about.
"""

from __future__ import annotations

import math
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from astropy.time import Time

from astrolib.collection.nights import instants
from astrolib.collection.nights.sections import Sections, sections

KINDS = ("bias", "dark", "flat", "science")
"""What a raw frame can be."""

TIME_KEYS = instants.TIME_KEYS


@dataclass(frozen=True)
class FrameHeader:
    """What a header says, in the platform's own words.

    Parameters
    ----------
    kind : str
        bias, dark, flat or science; ``other`` for what is none of them; '' where the header does not say.
    kind_said : str
        The key and the word that say so, as in ``IMAGETYP = 'LIGHT'``.
    filter : str
        The band's name; '' where it does not say.
    exposure : float
        [s]; NaN where it does not say.
    starts : mapping of str to str
        For each key of time the start of the exposure that follows from it, UTC, ISO 8601.
    time_problem : str
        Why a key of time cannot be read; '' where all can.
    pointings : mapping of str to (float, float)
        For each pair of keys the place on the sky [deg]; NaN for the half that is missing.
    target : str
        The object's name.
    gain, read_noise, saturation : float
        [electrons per ADU], [electrons], [ADU]; NaN where it does not say.
    sections : Sections
        The part of the image that saw the sky, and the strips that saw no light.
    chip : str
        Which of the camera's chips it is, where each has files of its own; '' where it does not say.
    telescope, instrument, station : str
        Their names, and the observatory's code of the Minor Planet Center.
    reduced : str
        What says that the pixels are not raw any more; '' for a raw frame.
    map : str
        The header map that was used.
    """

    kind: str = ""
    kind_said: str = ""
    filter: str = ""
    exposure: float = math.nan
    starts: Mapping[str, str] = field(default_factory=dict)
    time_problem: str = ""
    pointings: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    target: str = ""
    gain: float = math.nan
    read_noise: float = math.nan
    saturation: float = math.nan
    sections: Sections = field(default_factory=Sections)
    chip: str = ""
    telescope: str = ""
    instrument: str = ""
    station: str = ""
    reduced: str = ""
    map: str = ""

    @property
    def start(self) -> str:
        """Start of the exposure in UTC, as the first key says; '' where none does."""
        return next(iter(self.starts.values()), "")

    @property
    def middle(self) -> Time | None:
        """Middle of the exposure; None where the start or the exposure is not known."""
        return instants.middle(self.start, self.exposure)


def read(
    tables: Mapping[str, Mapping[str, Any]],
    name: str,
    header: Mapping[str, Any],
    extension: Mapping[str, Any] | None = None,
) -> FrameHeader:
    """Read a header through the tables of a map; see `HeaderMap.read`."""
    cards: Mapping[str, Any] = header if extension is None else ChainMap(dict(extension), dict(header))
    detector, place = tables["detector"], tables["place"]
    kind, said = _kind(cards, tables["kind"])
    exposure = _number(cards, tables["exposure"].get("keys", ()))
    starts, problem = instants.starts(cards, tables["time"], exposure)
    return FrameHeader(
        kind=kind,
        kind_said=said,
        filter=_filter(cards, tables["filter"]),
        exposure=exposure,
        starts=starts,
        time_problem=problem,
        pointings=dict(_pointings(cards, tables["pointing"])),
        target=_word(cards, tables["pointing"].get("target", ())),
        gain=_number(cards, detector.get("gain", ())),
        read_noise=_number(cards, detector.get("read_noise", ())),
        saturation=_number(cards, detector.get("saturation", ())),
        sections=sections(
            _word(cards, detector.get("overscan", ())),
            _word(cards, detector.get("trim", ())),
            detector.get("amplifiers", ()),
            cards,
        ),
        chip=_word(cards, detector.get("chip", ())),
        telescope=_word(cards, place.get("telescope", ())),
        instrument=_word(cards, place.get("instrument", ())),
        station=_word(cards, place.get("station", ())),
        reduced=_reduced(cards, tables["reduced"]),
        map=name,
    )


def _kind(cards: Mapping[str, Any], table: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind that the first key names, and how; '' where its word means several or nothing."""
    for key, value in _present(cards, table.get("keys", ())):
        text = re.sub(r"[^a-z0-9]+", " ", str(value).lower()).strip()
        for kind in (*KINDS, "other"):
            if text in table.get(kind, ()):
                return kind, f"{key} = '{value}'"
        found = {kind for kind in (*KINDS, "other") if set(text.split()) & set(table.get(kind, ()))}
        return (found.pop() if len(found) == 1 else ""), f"{key} = '{value}'"
    return "", ""


def _filter(cards: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    said = _word(cards, table.get("keys", ()))
    return str(table.get("names", {}).get(said, said))


def _pointings(
    cards: Mapping[str, Any], table: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[float, float]]]:
    hours = table.get("ra_unit") == "hour"
    for ra_key, dec_key in table.get("pairs", ()):
        if ra_key == "CRVAL1" and not str(cards.get("CTYPE1", "")).startswith("RA"):
            continue
        ra = angle(cards.get(ra_key), 15.0, 15.0 if hours else 1.0)
        dec = angle(cards.get(dec_key), 1.0, 1.0)
        known = not (math.isnan(ra) and math.isnan(dec))
        if known and not (ra < 0 or ra > 360 or abs(dec) > 90):  # a half that is missing is NaN
            yield f"{ra_key}, {dec_key}", (ra % 360, dec)


def angle(value: Any, of_text: float, of_number: float) -> float:
    """Return degrees from a number, or from ``12 34 56.7`` and ``12:34:56.7``; NaN from anything else."""
    text = str("" if value is None else value).strip()
    parts = re.split(r"[:\s]+", text)
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return math.nan
    if len(numbers) == 1:
        return numbers[0] * of_number
    if len(numbers) > 3 or not all(0 <= part < 60 for part in numbers[1:]):
        return math.nan
    size = sum(abs(part) / 60**power for power, part in enumerate(numbers))
    return of_text * (-size if text.startswith("-") else size)


def _reduced(cards: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    """Return what says that a frame is reduced: a key of the map, or the history that programs write."""
    for key, value in _present(cards, table.get("keys", ())):
        return f"{key} = '{value}'"
    for line in str(cards.get("HISTORY", "")).splitlines():
        if re.search(r"\b(bias|dark|flat)\w*[ -](corrected|subtracted|divided)", line, re.IGNORECASE):
            return f"HISTORY {line.strip()}"
    return ""


def _present(cards: Mapping[str, Any], keys: Any) -> Iterator[tuple[str, Any]]:
    """Yield those of `keys` that are there and hold something."""
    for key in keys if not isinstance(keys, str) else ():
        value = cards.get(key)
        if value is not None and str(value).strip():
            yield key, value.strip() if isinstance(value, str) else value


def _word(cards: Mapping[str, Any], keys: Any) -> str:
    if isinstance(keys, str):  # holds for every frame
        return keys
    return str(next((value for _, value in _present(cards, keys)), ""))


def _number(cards: Mapping[str, Any], keys: Any) -> float:
    """Return the number of the first key that has one; one among the keys holds where none before has."""
    for key in keys if isinstance(keys, list | tuple) else [keys]:
        value = key if isinstance(key, int | float) else cards.get(key)
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
        if math.isfinite(number):
            return number
    return math.nan
