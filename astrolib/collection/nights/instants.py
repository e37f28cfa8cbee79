"""The time keys of a frame: each leads to a start of the exposure in UTC, and they must agree.

FITS Standard 4.0, section 9: ``TIMESYS`` is the scale of the times, UTC where it is not there.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import astropy.units as u
from astropy.time import Time
from erfa import ErfaWarning

from astrolib.collection.time_scales import time_scale

TIME_KEYS = (
    "start",
    "middle",
    "end",
    "mjd_start",
    "mjd_middle",
    "mjd_end",
    "jd_start",
    "jd_middle",
)
"""What a header map may say of a key of time: which moment of the exposure it is, and in which form."""

TOLERANCE = 1.0
"""Keys that stand for the same instant may differ by this much [s]."""

_CLOCK = re.compile(r"\d{1,2}:\d{2}:\d{2}(\.\d*)?")
_UNSAID = ("JD", "MJD")  # some write the start into it, some the middle
_BACK = {"start": 0.0, "middle": 0.5, "end": 1.0}


def starts(cards: Mapping[str, Any], table: Mapping[str, Any], exposure: float) -> tuple[dict[str, str], str]:
    """Return the start of the exposure [UTC, ISO 8601] by key, and why one could not be read.

    Parameters
    ----------
    cards : mapping
        The header.
    table : mapping
        The table ``time`` of a header map.
    exposure : float
        [s]; where it is not known, keys of the middle and the end lead nowhere.
    """
    said = next((str(cards[key]).strip() for key in table.get("scale", ()) if cards.get(key)), "")
    named = time_scale(said or "UTC")
    if not named:
        return {}, f"TIMESYS is {said}, none of UTC, TAI, TT and TDB"
    found: dict[str, str] = {}
    problems = []
    for key, moment, value in _values(cards, table):
        back = _BACK[moment] * exposure if _BACK[moment] else 0.0
        try:
            if math.isfinite(back):
                found[key] = _before(value, named.lower(), back)
        except (ValueError, TypeError, OverflowError, ErfaWarning):
            problems.append(f"{key} is {cards.get(key)!r}{_beside(cards, table, key)}")
    if named == "UTC":
        found |= _clocks(cards, table, found)
    if not found and not problems:
        problems = [f"{key} is {cards[key]!r}, of no moment that is known" for key in _UNSAID if key in cards]
    return found, "; ".join(problems)


def _clocks(cards: Mapping[str, Any], table: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, str]:
    """Return the start of the exposure that clocks say beside a key that holds date and time."""
    whole = next((key for key in table.get("start", ()) if key in found and "T" in str(cards[key])), None)
    clocks = {key: str(cards.get(key, "")).strip() for key in table.get("clock", ())}
    if whole is None:
        return {}
    said = datetime.fromisoformat(found[whole])
    return {key: _nearest(clock, said) for key, clock in clocks.items() if _CLOCK.fullmatch(clock)}


def _nearest(clock: str, to: datetime) -> str:
    """Return the instant of a time of day that is nearest to another one."""
    hours, minutes, seconds = (float(part) for part in clock.split(":"))
    day = datetime.combine(to.date(), datetime.min.time())
    moment = day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    moment += round((to - moment) / timedelta(days=1)) * timedelta(days=1)
    return moment.isoformat(timespec="milliseconds")


def _beside(cards: Mapping[str, Any], table: Mapping[str, Any], key: str) -> str:
    """Say what the clock holds beside a date that could not be read."""
    clock = next((name for name in table.get("clock", ()) if cards.get(name)), None)
    return f" and {clock} {cards[clock]!r}" if clock and "T" not in str(cards.get(key)) else ""


def _before(value: Any, scale: str, seconds: float) -> str:
    """Return the instant so many seconds before another [UTC, ISO 8601]."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ErfaWarning)  # a year for which nobody knows the leap seconds
        instant = Time(value, scale=scale) if isinstance(value, str) else Time(*value, scale=scale)
        return str((instant.utc - seconds * u.s).utc.isot)


def middle(start: str, exposure: float) -> Time | None:
    """Return the middle of an exposure [UTC]; None where its start or length is not known."""
    if not start or not math.isfinite(exposure):
        return None
    return Time(start, scale="utc") + exposure / 2 * u.s


def apart(found: Mapping[str, str]) -> float:
    """Return by how much the earliest and the latest of some starts differ [s]."""
    times = sorted(datetime.fromisoformat(value) for value in found.values())
    return (times[-1] - times[0]).total_seconds() if times else 0.0


def _values(cards: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield each key of time that holds something, which moment it is, and what astropy makes a time of."""
    for name in TIME_KEYS:
        for key in table.get(name, ()):
            value = cards.get(key)
            if value is None or not str(value).strip():
                continue
            form, _, moment = name.rpartition("_")
            if form:
                yield key, moment, _days(value, form)
            else:
                yield _dated(cards, table, key, moment)


def _days(value: Any, form: str) -> tuple[Any, ...]:
    try:
        return float(value), None, form
    except (TypeError, ValueError):
        return value, None, form


def _dated(cards: Mapping[str, Any], table: Mapping[str, Any], key: str, moment: str) -> tuple[str, str, str]:
    """Join a date with the clock beside it, where the key holds only the date."""
    text = str(cards[key]).strip().removesuffix("Z").replace(" ", "T")
    if "T" in text:
        return key, moment, text
    clock = next((str(cards[name]).strip() for name in table.get("clock", ()) if cards.get(name)), "")
    return key, moment, f"{text}T{clock}" if clock else "without a time of day"
