"""Permanent designations: minor planets, periodic comets, interstellar objects, natural satellites."""

from __future__ import annotations

import re

from astrolib.movers.formats import base62
from astrolib.movers.formats.refusal import FormatError

FIRST_IN_BASE_62 = 620_000
LAST = FIRST_IN_BASE_62 + base62.LIMIT**4 - 1

PLANETS = {"M": "Mars", "J": "Jupiter", "S": "Saturn", "U": "Uranus", "N": "Neptune"}
_LETTERS = {name: letter for letter, name in PLANETS.items()}

_COMET = re.compile(r"([0-9]+)([PDI])")
_SATELLITE = re.compile(rf"({'|'.join(_LETTERS)}) ([0-9]{{1,3}})")
_PACKED_COMET = re.compile(r"([0-9]{4})([PDI])")
_PACKED_SATELLITE = re.compile(rf"([{''.join(PLANETS)}])([0-9]{{3}})S")
_PACKED_ASTEROID = re.compile(r"([0-9A-Za-z])([0-9]{4})")
_PACKED_IN_BASE_62 = re.compile(r"~([0-9A-Za-z]{4})")


def pack_number(designation: str) -> str:
    """Return the 5 characters of a permanent designation; '' where the text is none.

    Raises
    ------
    FormatError
        If its number is 0, or too great for the packed form.
    """
    if re.fullmatch(r"[0-9]+", designation):
        return _pack_asteroid(designation)
    if comet := _COMET.fullmatch(designation):
        return f"{_within(designation, comet[1], 9999):04d}{comet[2]}"
    if satellite := _SATELLITE.fullmatch(designation):
        return f"{_LETTERS[satellite[1]]}{_within(designation, satellite[2], 999):03d}S"
    return ""


def unpack_number(packed: str) -> str:
    """Return the permanent designation that 5 characters stand for; '' where they stand for none.

    Raises
    ------
    FormatError
        If the number is 0.
    """
    if comet := _PACKED_COMET.fullmatch(packed):
        return f"{_within(packed, comet[1], 9999)}{comet[2]}"
    if satellite := _PACKED_SATELLITE.fullmatch(packed):
        return f"{PLANETS[satellite[1]]} {_within(packed, satellite[2], 999)}"
    if asteroid := _PACKED_ASTEROID.fullmatch(packed):
        number = base62.decode(asteroid[1]) * 10_000 + int(asteroid[2])
        return str(_within(packed, str(number), LAST))
    if asteroid := _PACKED_IN_BASE_62.fullmatch(packed):
        return str(FIRST_IN_BASE_62 + base62.decode(asteroid[1]))
    return ""


def _pack_asteroid(designation: str) -> str:
    number = _within(designation, designation, LAST)
    if number >= FIRST_IN_BASE_62:
        return "~" + base62.encode(number - FIRST_IN_BASE_62, 4)
    tens_of_thousands, rest = divmod(number, 10_000)
    return f"{base62.DIGITS[tens_of_thousands]}{rest:04d}"


def _within(text: str, digits: str, last: int) -> int:
    number = int(digits) if len(digits) < 20 else last + 1
    if not 1 <= number <= last:
        raise FormatError(f"the number of {text!r} is not from 1 to {last}", remedy="check the designation")
    return number
