"""What a query says: names without case, values checked before anything is looked up."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from astrolib.core.errors import ParameterError

Interval = tuple[float, float]

MAX_ROWS = 20_000
"""Most rows of an answer, whatever MAXREC says."""

DEFAULT_ROWS = 5_000

_MJD_ZERO = datetime(1858, 11, 17)
_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?)?)?)?Z?", re.ASCII
)


class Parameters(Mapping[str, str]):
    """The parameters of a request by upper-case name (DALI 1.1, section 3.1): the last value of each."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in items:
            if value.strip():
                self._values.setdefault(name.upper(), []).append(value.strip())

    def __getitem__(self, name: str) -> str:
        return self._values[name][-1]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter that may be repeated."""
        return self._values.get(name, [])

    def only(self, name: str) -> str:
        """Return the value of a parameter that may not be repeated; '' where it is missing."""
        values = self.all(name)
        if len(values) > 1:
            raise ParameterError(f"{name} is given {len(values)} times", remedy="give it once")
        return values[0] if values else ""


def number(name: str, text: str, low: float = -math.inf, high: float = math.inf) -> float:
    """Return the number that `text` says, if it lies between `low` and `high`.

    Raises
    ------
    ParameterError
        If it is none, not finite, or outside.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and low <= value <= high):
        raise ParameterError(f"{name} is {text[:80]!r}", remedy=f"give a number from {low:g} to {high:g}")
    return value


def max_rows(text: str) -> int:
    """Return how many rows MAXREC allows: 0 asks for the columns only (DALI 1.1, section 3.4.4)."""
    if not text:
        return DEFAULT_ROWS
    if not text.isascii() or not text.isdigit():
        raise ParameterError(f"MAXREC is {text[:80]!r}", remedy="give a whole number, 0 or more")
    return min(int(text[:9]), MAX_ROWS)


def position(text: str) -> tuple[float, float]:
    """Return RA and Dec [deg] of ``POS=ra,dec[;ICRS]`` (SSAP 1.1, section 4.1.1.1)."""
    place, _, frame = text.partition(";")
    if frame.strip().upper() not in ("", "ICRS", "FK5"):
        raise ParameterError(f"POS is in frame {frame[:80]!r}", remedy="give it in ICRS")
    values = place.split(",")
    if len(values) != 2:
        raise ParameterError(f"POS is {text[:80]!r}", remedy="give RA,Dec in degrees")
    return number("the RA of POS", values[0], 0, 360), number("the Dec of POS", values[1], -90, 90)


def bands(text: str) -> list[Interval | str]:
    """Return the intervals [m] of BAND, and the names among them (SSAP 1.1, section 4.1.1.3)."""
    return [_band(item) for item in _items("BAND", text)]


def _band(item: str) -> Interval | str:
    if "/" not in item and not _is_number(item):
        return item.casefold()
    low, high = _ends("BAND", item)
    return _ordered(
        "BAND",
        number("BAND", low, 0, 1e9) if low else 0.0,
        number("BAND", high, 0, 1e9) if high else math.inf,
    )


def times(text: str) -> list[Interval]:
    """Return the intervals [d, MJD UTC] of TIME: ISO 8601, each as wide as it is precise.

    ``2012`` is that whole year, ``2012-03/2012-04`` two months (SSAP 1.1, section 4.1.1.4).
    """
    found = []
    for item in _items("TIME", text):
        first, last = (_moment(end) if end else None for end in _ends("TIME", item))
        if first and last:
            _ordered("TIME", first[0], last[0])
        found.append((first[0] if first else -math.inf, last[1] if last else math.inf))
    return found


def interval(name: str, text: str) -> Interval:
    """Return a DALI interval, two numbers of which either may be infinite (DALI 1.1, section 3.3.2)."""
    values = text.split()
    try:
        low, high = (float(value) for value in values)
    except ValueError:
        low = high = math.nan
    if math.isnan(low) or math.isnan(high):
        raise ParameterError(f"{name} is {text[:80]!r}", remedy="give two numbers with a space between")
    return _ordered(name, low, high)


def _items(name: str, text: str) -> list[str]:
    """Split a list of ranges; the qualifier after a semicolon says nothing to this archive."""
    items = [item.strip() for item in text.partition(";")[0].split(",") if item.strip()]
    if not items or len(items) > 100:
        raise ParameterError(f"{name} lists {len(items)} ranges", remedy="give 1 to 100")
    return items


def _ends(name: str, item: str) -> tuple[str, str]:
    ends = [end.strip() for end in item.split("/")]
    if len(ends) == 1:
        return ends[0], ends[0]
    if len(ends) > 2 or not any(ends):
        raise ParameterError(f"{name} holds {item[:80]!r}", remedy="give a value, low/high, low/ or /high")
    return ends[0], ends[1]


def _ordered(name: str, low: float, high: float) -> Interval:
    if low > high:
        raise ParameterError(f"{name} goes from {low:g} down to {high:g}", remedy="give the lower one first")
    return low, high


def _is_number(text: str) -> bool:
    try:
        return not math.isnan(float(text))
    except ValueError:
        return False


def _moment(text: str) -> Interval:
    """Return first and last moment [d, MJD] of a date that is given to the year or down to the second."""
    matched = _ISO.fullmatch(text)
    try:
        if matched is None:
            raise ValueError
        year, month, day, hour, minute, second = matched.groups()
        start = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0))
        start += timedelta(seconds=float(second or 0))
        return _mjd(start), _mjd(_end_of(start, month, day, hour, second))
    except (ValueError, OverflowError) as error:
        raise ParameterError(f"TIME holds {text[:80]!r}", remedy="give ISO 8601, as 2012-03-04") from error


def _end_of(start: datetime, month: str, day: str, hour: str, second: str) -> datetime:
    if not month:
        return start.replace(year=start.year + 1)
    if not day:
        return (start + timedelta(days=31)).replace(day=1)
    return start + (timedelta(0) if second else timedelta(minutes=1) if hour else timedelta(days=1))


def _mjd(moment: datetime) -> float:
    return (moment - _MJD_ZERO) / timedelta(days=1)
