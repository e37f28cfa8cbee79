"""What stands in the columns of an 80-column line: dates, sexagesimal angles, magnitudes, references.

Source: Minor Planet Center, "Format For Optical Astrometric Observations".
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_DATE = re.compile(r"([0-9]{4}) ([0-9]{2}) ([0-9]{2})\.([0-9]{1,6}) *")
_ANGLE = re.compile(r"([0-9]{2}) (?:([0-9]{2})(?: ([0-9]{2}(?:\.[0-9]+)?))?|([0-9]{2}\.[0-9]{1,2})) *")
_MAGNITUDE = re.compile(r" *([+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?) *")
_REFERENCE = re.compile(r" .{4}|(?=.{5}\Z)[0-9]+ *|[a-z@][0-9]{4}|[~#][0-9A-Za-z]{4}|[^0-9a-z@~# ].{4}")
_FIRST_YEAR = 1600


def date_fault(text: str) -> str:
    """Return what is wrong with columns 16 to 32, or ''."""
    parts = _DATE.fullmatch(text)
    if not parts:
        return f"{text!r} is no date as '2023 06 18.504851', in columns 16 to 32"
    try:
        date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return f"{text!r} is on no day of the calendar"
    return "" if int(parts[1]) >= _FIRST_YEAR else f"{text!r} is before {_FIRST_YEAR}"


def iso_time(text: str) -> str:
    """Return columns 16 to 32 as ISO 8601 in UTC to the microsecond, which is exact."""
    day, _, fraction = text.strip().partition(".")
    microseconds = int((Decimal(f"0.{fraction}") * 86_400_000_000).to_integral_value())
    seconds, rest = divmod(microseconds, 1_000_000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{day.replace(' ', '-')}T{clock}.{rest:06d}Z"


def ra_fault(text: str) -> str:
    """Return what is wrong with columns 33 to 44, or ''."""
    parts = _ANGLE.fullmatch(text)
    if not parts:
        return f"{text!r} is no right ascension as '19 54 57.292', in columns 33 to 44"
    if int(parts[1]) > 23 or _over_60(parts):
        return f"{text!r} is no right ascension below 24 hours"
    return ""


def dec_fault(text: str) -> str:
    """Return what is wrong with columns 45 to 56, or ''."""
    parts = _ANGLE.fullmatch(text[1:])
    if not parts or text[0] not in "+-":
        return f"{text!r} is no declination as '-15 02 17.57', in columns 45 to 56"
    if _over_60(parts) or _sexagesimal(parts) > 90:
        return f"{text!r} is no declination from -90 to 90 degrees"
    return ""


def ra_degrees(text: str) -> float:
    """Return columns 33 to 44 in degrees."""
    return float(_sexagesimal(_matched(text)) * 15)


def dec_degrees(text: str) -> float:
    """Return columns 45 to 56 in degrees; that of -00 is negative."""
    degrees = float(_sexagesimal(_matched(text[1:])))
    return -degrees if text[0] == "-" else degrees


def magnitude_fault(text: str) -> str:
    """Return what is wrong with columns 66 to 70, or ''."""
    if not text.strip():
        return ""
    parts = _MAGNITUDE.fullmatch(text)
    if not parts or not -5 <= Decimal(parts[1]) <= 35:
        return f"{text!r} is no magnitude from -5 to 35, in columns 66 to 70"
    return ""


def reference_fault(text: str) -> str:
    """Return what is wrong with columns 73 to 77, or ''."""
    return "" if _REFERENCE.fullmatch(text) else f"{text!r} is no packed reference, in columns 73 to 77"


def _matched(text: str) -> re.Match[str]:
    parts = _ANGLE.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    return parts


def _over_60(parts: re.Match[str]) -> bool:
    return Decimal(parts[2] or parts[4]) >= 60 or Decimal(parts[3] or 0) >= 60


def _sexagesimal(parts: re.Match[str]) -> Decimal:
    return Decimal(parts[1]) + Decimal(parts[2] or parts[4]) / 60 + Decimal(parts[3] or 0) / 3600
