"""From text or JSON to a value of the declared type, and back to Python and JSON.

Nothing is guessed: a `str` stays as it was written (``007``, ``1e5``, ``true``), a `float` is finite, and
``none`` means None where the type allows it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from astrolib.jobs.types import Choice, ParameterType

_INTEGER = re.compile(r"[+-]?[0-9]{1,1000}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def from_text(kind: ParameterType, text: str) -> Any:
    """Return the value that `text` stands for, as given on a command line or in a form.

    Raises
    ------
    ValueError
        If it is no value of type `kind`.
    """
    if kind.optional and text.lower() == "none":
        return None
    if kind.is_list:
        return from_json(kind, json.loads(text, parse_constant=_refuse))
    return _scalar(kind, _read(kind, text))


def from_json(kind: ParameterType, value: Any) -> Any:
    """Return `value`, as read from JSON or given in Python, as a value of type `kind`.

    Raises
    ------
    ValueError
        If it is no value of type `kind`. An int is taken for a float, text for a Path, and nothing else.
    """
    if value is None and kind.optional:
        return None
    if not kind.is_list:
        return _scalar(kind, value)
    if not isinstance(value, list):
        _refuse(value)
    return [_scalar(kind, member) for member in value]


def to_json(value: Any) -> Any:
    """Return a value as JSON holds it: a Path becomes text."""
    if isinstance(value, list):
        return [to_json(member) for member in value]
    return str(value) if isinstance(value, Path) else value


def to_source(value: Any) -> str:
    """Return the Python expression of a value, whose names are at most ``Path``."""
    if isinstance(value, list):
        return f"[{', '.join(map(to_source, value))}]"
    return f"Path({str(value)!r})" if isinstance(value, Path) else repr(value)


def _scalar(kind: ParameterType, value: Any) -> Any:
    if kind.base == "Literal":
        return _one_of(kind.choices, lambda choice: type(choice) is type(value) and choice == value)
    return _CHECKS[kind.base](value)


def _one_of(choices: tuple[Choice, ...], fits: Callable[[Choice], bool]) -> Choice:
    for choice in choices:
        if fits(choice):
            return choice
    raise ValueError("none of the choices")


def _refuse(value: object) -> NoReturn:
    raise ValueError(f"{value!r} is of another type")


def _bool(value: Any) -> bool:
    return value if isinstance(value, bool) else _refuse(value)


def _int(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else _refuse(value)


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        _refuse(value)
    return float(value)


def _str(value: Any) -> str:
    if not isinstance(value, str):
        _refuse(value)
    value.encode()  # a UnicodeEncodeError, which is a ValueError, where a byte was not UTF-8
    return value


def _path(value: Any) -> Path:
    text = _str(str(value) if isinstance(value, Path) else value)
    return Path(text) if text and "\0" not in text else _refuse(value)


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "int": _int,
    "float": _float,
    "str": _str,
    "Path": _path,
}


def _bool_of(text: str) -> bool:
    lowered = text.lower()
    return lowered == "true" if lowered in ("true", "false") else _refuse(text)


def _int_of(text: str) -> int:
    return int(text) if _INTEGER.fullmatch(text) else _refuse(text)


def _float_of(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else _refuse(text)


_READERS: dict[str, Callable[[str], Any]] = {"bool": _bool_of, "int": _int_of, "float": _float_of}


def _read(kind: ParameterType, text: str) -> Any:
    if kind.base == "Literal":
        return _one_of(kind.choices, lambda choice: _spelled(choice) == text)
    return _READERS.get(kind.base, str)(text)


def _spelled(choice: Choice) -> str:
    return choice if isinstance(choice, str) else json.dumps(choice)
