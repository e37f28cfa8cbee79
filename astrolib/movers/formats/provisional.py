"""Provisional designations: year, half-month, order; surveys; comets, their fragments; satellites.

A minor planet's order in its half-month is a letter (25 of them, no I) and how often the letters went round.
That count fills two characters, 0 to 99 as digits and 100 to 619 with a letter for the tens (A0 to z9). Above
that the packed form is another: ``_``, a letter for the year from 2010, the half-month, and four digits of
base 62 for the place in the half-month after the 15,500th.
"""

from __future__ import annotations

import re

from astrolib.movers.formats import base62
from astrolib.movers.formats.refusal import FormatError

ORDERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_LAST_COUNT = 619
_FIRST_EXTENDED = (_LAST_COUNT + 1) * len(ORDERS)

_HALF_MONTH, _ORDER = "[A-HJ-Y]", "[A-HJ-Z]"
_ASTEROID = re.compile(rf"([0-9]{{4}}|A[89][0-9]{{2}}) ({_HALF_MONTH})({_ORDER})([0-9]*)")
_SURVEY = re.compile(r"([0-9]{4}) (P-L|T-[123])")
_COMET = re.compile(
    rf"(?:([ACDPX])/)?([0-9]{{4}}) ({_HALF_MONTH})(?:({_ORDER})([0-9]*)|([0-9]+)(?:-([A-Z]))?)"
)
_SATELLITE = re.compile(r"S/([0-9]{4}) ([MJSUN]) ([0-9]+)")

_CENTURY = "[I-K]"  # 1800 to 2099
_ANY_CENTURY = "[0-9A-Za-z]"  # old comets are named by the years of the chronicles
_COUNT = "([0-9A-Za-z])([0-9])"
_PACKED_ASTEROID = re.compile(rf"({_CENTURY}[0-9]{{2}})({_HALF_MONTH}){_COUNT}({_ORDER})")
_PACKED_EXTENDED = re.compile(rf"_([A-Z])({_HALF_MONTH})([0-9A-Za-z]{{4}})")
_PACKED_SURVEY = re.compile(r"(PL|T[123])S([0-9]{4})")
_PACKED_COMET = re.compile(
    rf"(?:([ACDPX])(?={_ANY_CENTURY}[0-9]{{2}}{_HALF_MONTH})|(?={_CENTURY}))"
    rf"({_ANY_CENTURY}[0-9]{{2}})({_HALF_MONTH}){_COUNT}([0a-zA-Z])"
)
_PACKED_SATELLITE = re.compile(rf"S({_ANY_CENTURY}[0-9]{{2}})([MJSUN]){_COUNT}0")


def pack_provisional(designation: str) -> str:
    """Return the 7 or 8 characters of a provisional designation; '' where the text is none.

    Raises
    ------
    FormatError
        If its year or its count is beyond the packed form.
    """
    if survey := _SURVEY.fullmatch(designation):
        return f"{survey[2].replace('-', '')}S{survey[1]}"
    if asteroid := _ASTEROID.fullmatch(designation):
        return _pack_asteroid(designation, *asteroid.groups())
    if satellite := _SATELLITE.fullmatch(designation):
        year, planet, count = satellite.groups()
        return f"S{_pack_year(year)}{planet}{_pack_count(designation, count)}0"
    if comet := _COMET.fullmatch(designation):
        kind, year, half_month, order, cycle, count, fragment = comet.groups()
        last = order or (fragment or "0").lower()
        packed_count = _pack_count(designation, cycle if order else count, first=0 if order else 1)
        return f"{kind or ''}{_pack_year(year)}{half_month}{packed_count}{last}"
    return ""


def unpack_provisional(packed: str) -> str:
    """Return the provisional designation that 7 or 8 characters stand for; '' where they stand for none."""
    if survey := _PACKED_SURVEY.fullmatch(packed):
        return f"{survey[2]} {survey[1][0]}-{survey[1][1]}"
    if extended := _PACKED_EXTENDED.fullmatch(packed):
        return _unpack_extended(*extended.groups())
    if asteroid := _PACKED_ASTEROID.fullmatch(packed):
        year, half_month, tens, ones, order = asteroid.groups()
        return f"{_unpack_year(year)} {half_month}{order}{_unpack_count(tens, ones) or ''}"
    if satellite := _PACKED_SATELLITE.fullmatch(packed):
        year, planet, tens, ones = satellite.groups()
        return _counted(f"S/{_unpack_year(year)} {planet} ", tens, ones)
    if comet := _PACKED_COMET.fullmatch(packed):
        return _unpack_comet(*comet.groups())
    return ""


def _pack_asteroid(text: str, year: str, half_month: str, order: str, count: str) -> str:
    if count.startswith("0"):
        return ""
    year = year.replace("A", "1")
    if not 1800 <= int(year) <= 2099:
        raise _beyond(text)
    if len(count) <= 3 and int(count or 0) <= _LAST_COUNT:
        return f"{_pack_year(year)}{half_month}{_pack_count(text, count, first=0)}{order}"
    place = int(count[:9]) * len(ORDERS) + ORDERS.index(order) - _FIRST_EXTENDED
    if not 2010 <= int(year) <= 2035 or place >= base62.LIMIT**4:
        raise _beyond(text)
    return f"_{base62.DIGITS[int(year) - 2000]}{half_month}{base62.encode(place, 4)}"


def _unpack_extended(year: str, half_month: str, digits: str) -> str:
    count, order = divmod(base62.decode(digits) + _FIRST_EXTENDED, len(ORDERS))
    return f"{2000 + base62.decode(year)} {half_month}{ORDERS[order]}{count}"


def _unpack_comet(kind: str | None, year: str, half_month: str, tens: str, ones: str, last: str) -> str:
    start = f"{kind}/{_unpack_year(year)} {half_month}" if kind else f"{_unpack_year(year)} {half_month}"
    if last.isupper():
        return f"{start}{last}{_unpack_count(tens, ones) or ''}" if last != "I" else ""
    name = _counted(start, tens, ones)
    return f"{name}-{last.upper()}" if name and last != "0" else name


def _counted(start: str, tens: str, ones: str) -> str:
    count = _unpack_count(tens, ones)
    return f"{start}{count}" if count else ""


def _pack_year(year: str) -> str:
    return base62.DIGITS[int(year[:2])] + year[2:]


def _unpack_year(packed: str) -> str:
    return f"{base62.decode(packed[0]):02d}{packed[1:]}"


def _pack_count(text: str, count: str, *, first: int = 1) -> str:
    number = int(count or 0) if len(count or "") < 9 else _LAST_COUNT + 1
    if not first <= number <= _LAST_COUNT:
        raise _beyond(text)
    return base62.DIGITS[number // 10] + str(number % 10)


def _unpack_count(tens: str, ones: str) -> int:
    return base62.decode(tens) * 10 + int(ones)


def _beyond(text: str) -> FormatError:
    return FormatError(
        f"{text!r} has no packed form", remedy="its year or its count is beyond it; check the designation"
    )
