"""What a header map may say: its tables, their keys, and of what form each of them is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from astrolib.collection.nights import header as reading
from astrolib.core.errors import SettingsError


@dataclass(frozen=True)
class Form:
    """What a key holds.

    Parameters
    ----------
    fits : callable
        Says whether a value is of this form.
    shown : str
        An example, for people.
    """

    fits: Callable[[Any], bool]
    shown: str


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_numbers(value: Any) -> bool:
    several = isinstance(value, list) and all(isinstance(one, str) or _is_number(one) for one in value)
    return several or _is_number(value)


def _is_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(_is_words(pair) and len(pair) == 2 for pair in value)


def _is_names(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())


def _is_recognition(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(words, str) or _is_words(words) for words in value.values()
    )


_WORDS = Form(_is_words, 'a list of texts, as ["DATE-OBS"]')
_WORDS_OR_ONE = Form(
    lambda value: isinstance(value, str) or _is_words(value),
    'a list of keys, as ["OBJECT"], or one text for all frames',
)
_NUMBERS = Form(_is_numbers, 'a list of keys and numbers, as ["GAIN", 1.5], or one number for all frames')
_PAIRS = Form(_is_pairs, 'pairs of keys, as [["RA", "DEC"]]')
_AMPLIFIERS = Form(
    _is_pairs, 'strip and part of each, as [["BIASSEC1", "TRIMSEC1"], ["BIASSEC2", "TRIMSEC2"]]'
)
_NAMES = Form(_is_names, '{ "in the header" = "r" }')
_UNIT = Form(lambda value: value in ("hour", "deg"), '"hour" or "deg"')
_TEXT = Form(lambda value: isinstance(value, str), "a text")

TABLES: Mapping[str, Mapping[str, Form]] = {
    "kind": dict.fromkeys(("keys", *reading.KINDS, "other"), _WORDS),
    "filter": {"keys": _WORDS, "names": _NAMES},
    "exposure": {"keys": _WORDS},
    "time": dict.fromkeys((*reading.TIME_KEYS, "clock", "scale"), _WORDS),
    "pointing": {"pairs": _PAIRS, "target": _WORDS_OR_ONE, "ra_unit": _UNIT},
    "detector": {
        **dict.fromkeys(("gain", "read_noise", "saturation"), _NUMBERS),
        **dict.fromkeys(("overscan", "trim", "chip"), _WORDS_OR_ONE),
        "amplifiers": _AMPLIFIERS,
    },
    "place": dict.fromkeys(("telescope", "instrument", "station"), _WORDS_OR_ONE),
    "reduced": {"keys": _WORDS},
}
"""The tables of a header map, and the form of each of their keys."""

_FREE = {
    "name": _TEXT,
    "about": _TEXT,
    "extends": _TEXT,
    "recognise": Form(_is_recognition, '[recognise], and below it INSTRUME = ["QHY600"]'),
}


def check(told: Mapping[str, Any], where: str) -> None:
    """Refuse what means nothing: a misspelt key, or a value of another form, would be silently ignored.

    Raises
    ------
    SettingsError
        It names the key, and what may stand there.
    """
    for name, table in told.items():
        if name in _FREE:
            _check_form(_FREE[name], name, table, where)
        elif name not in TABLES or not isinstance(table, dict):
            raise SettingsError(f"[{name}] means nothing", where=where, remedy=f"use {', '.join(TABLES)}")
        else:
            _check_table(name, table, where)


def _check_table(name: str, table: Mapping[str, Any], where: str) -> None:
    for key, value in table.items():
        if key not in TABLES[name]:
            raise SettingsError(
                f"{key} in [{name}] means nothing",
                where=where,
                remedy=f"use {', '.join(sorted(TABLES[name]))}",
            )
        _check_form(TABLES[name][key], f"{key} in [{name}]", value, where)


def _check_form(form: Form, what: str, value: Any, where: str) -> None:
    if not form.fits(value):
        raise SettingsError(f"{what} is {value!r}"[:200], where=where, remedy=f"write it as {form.shown}")
