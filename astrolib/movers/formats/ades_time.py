"""Times in ADES: UTC in ISO 8601 with Z, leap seconds included."""

from __future__ import annotations

import re
from datetime import date

_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?Z")


def time_fault(text: str, decimals: int | None = None) -> str:
    """Return what is wrong with a time, or ''.

    Leap seconds are those that there were, and from 2017 on the end of any June or December.
    """
    if not text.endswith("Z"):
        return f"{text!r} does not end in Z"
    if not (parts := _TIME.fullmatch(text)):
        return f"{text!r} is not a time as 2016-08-29T12:32:34.5Z"
    year, month, day, hour, minute, second = (int(part) for part in parts.groups()[:6])
    fraction = parts[7] or ""
    if decimals is not None and second < 60 and len(fraction) > decimals:
        return f"{text!r} has {len(fraction)} decimals of a second, more than {decimals}"
    try:
        date(year, month, day)
    except ValueError:
        return f"{text!r} is on no day of the calendar"
    if second == 60:
        return "" if _is_leap(year, month, day, hour, minute) else f"{text!r} is at no leap second"
    midnight = hour == 24 and not minute and not second and not fraction.strip("0")
    if minute > 59 or second > 59 or (hour > 23 and not midnight):
        return f"{text!r} is at no time of a day"
    return ""


_JUNE = {1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015}
_DECEMBER = {*range(1972, 1980), 1987, 1989, 1990, 1995, 1998, 2005, 2008, 2016}


def _is_leap(year: int, month: int, day: int, hour: int, minute: int) -> bool:
    if (hour, minute) != (23, 59):
        return False
    if (month, day) == (6, 30):
        return year in _JUNE or year >= 2017
    return (month, day) == (12, 31) and (year in _DECEMBER or year >= 2017)
