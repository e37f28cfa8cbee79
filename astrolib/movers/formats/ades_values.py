"""Types of the values in an ADES record, and why a text is not of its type.

Source: IAU ADES, schema of the versions 2017 and 2022. Texts are kept as written; nothing is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from astrolib.movers.formats.ades_time import time_fault

_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?"
_PLAIN = r"(?:0|[1-9][0-9]*)(?:\.[0-9]*)?"
_BLANKS = " \t\r\n"


@dataclass(frozen=True)
class Type:
    """What a text must be.

    Parameters
    ----------
    about : str
        What it is, for the message: ``a declination in degrees with at most 9 decimals``.
    pattern : str
        Regular expression that the whole text matches.
    longest, shortest : int
        Number of characters.
    above, below : str
        Limits that the number must not reach; '' where there is none.
    least, most : str
        Limits that it may reach.
    collapsed : bool
        Whether blanks around the value are no part of it, as around numbers and times.
    check : callable
        Returns what else is wrong with a text, or ''.
    """

    about: str
    pattern: str = r"[^|]*"
    longest: int = 10**9
    shortest: int = 0
    above: str = ""
    below: str = ""
    least: str = ""
    most: str = ""
    collapsed: bool = False
    check: Callable[[str], str] = lambda text: ""

    def clean(self, text: str) -> str:
        """Return the text without blanks that are no part of it."""
        return text.strip(_BLANKS) if self.collapsed else text

    def fault(self, text: str) -> str:
        """Return what is wrong with a text, or ''."""
        text = self.clean(text)
        if not text.strip(_BLANKS):
            return f"is empty, and must be {self.about}"
        if len(text) > self.longest:
            return f"{text[:40]!r} has {len(text)} characters, more than {self.longest}"
        if len(text) < self.shortest:
            return f"{text!r} has {len(text)} characters, less than {self.shortest}"
        if not re.fullmatch(self.pattern, text):
            return f"{text[:40]!r} is not {self.about}"
        return self._beyond(text) or self.check(text)

    def _beyond(self, text: str) -> str:
        if not (self.above or self.below or self.least or self.most):
            return ""
        number = Decimal(text)
        if (self.least and number < Decimal(self.least)) or (self.above and number <= Decimal(self.above)):
            return f"{text!r} is below the range {self._range}"
        if (self.most and number > Decimal(self.most)) or (self.below and number >= Decimal(self.below)):
            return f"{text!r} is above the range {self._range}"
        return ""

    @property
    def _range(self) -> str:
        low = f"[{self.least}" if self.least else f"({self.above or '-inf'}"
        return f"{low}, {self.most}]" if self.most else f"{low}, {self.below or 'inf'})"


def text_type(longest: int = 10**9, about: str = "a text without the character |") -> Type:
    """Return the type of a text of at most `longest` characters."""
    return Type(about, longest=longest)


def word(longest: int, *, shortest: int = 0) -> Type:
    """Return the type of a word of letters, digits and underscores."""
    return Type("letters, digits and underscores", r"[A-Za-z0-9_]*", longest=longest, shortest=shortest)


def one_of(*values: str) -> Type:
    """Return the type of a text that is one of a few."""
    return Type(f"one of {', '.join(values)}", "|".join(re.escape(value) for value in values))


def matching(about: str, pattern: str, longest: int = 10**9) -> Type:
    """Return the type of a text that matches a pattern."""
    return Type(about, pattern, longest=longest)


def decimal(about: str = "a decimal number", pattern: str = _DECIMAL, **limits: str) -> Type:
    """Return the type of a decimal number within limits."""
    return Type(about, rf"(?={_DECIMAL}\Z)(?:{pattern})", collapsed=True, **limits)  # type: ignore[arg-type]


def short_decimal(width: int, **limits: str) -> Type:
    """Return the type of a signed decimal number of at most `width` characters beside its sign."""
    about = f"a decimal number of at most {width} characters and a sign"
    return decimal(about, rf"(?=[+-]?[0-9.]{{1,{width}}}\Z)[+-]?{_PLAIN}", **limits)


def short_positive(width: int) -> Type:
    """Return the type of a number above 0 and below 100,000 of at most `width` characters."""
    about = f"a positive decimal number of at most {width} characters"
    return decimal(about, rf"(?=[0-9.]{{1,{width}}}\Z){_PLAIN}", above="0.0", below="100000.0")


def double(width: int) -> Type:
    """Return the type of a number that may have an exponent, of at most `width` characters and a sign."""
    about = f"a number of at most {width} characters and a sign"
    return Type(about, rf"(?={_DOUBLE}\Z)[+-]?[+\-Ee0-9.]{{1,{width}}}", collapsed=True)


def integer(about: str = "a whole number", **limits: str) -> Type:
    """Return the type of a whole number within limits."""
    return Type(about, r"[+-]?[0-9]+", collapsed=True, **limits)  # type: ignore[arg-type]


def integer_among(*values: str) -> Type:
    """Return the type of a whole number that is one of a few, with a sign or zeros before it or not."""
    return replace(number_among(*values), pattern=r"[+-]?[0-9]+")


def number_among(*values: str) -> Type:
    """Return the type of a number that is one of a few, however it is written."""
    allowed = [Decimal(value) for value in values]
    listed = ", ".join(values)

    def check(text: str) -> str:
        return "" if Decimal(text) in allowed else f"{text!r} is not one of {listed}"

    return Type(f"one of {listed}", _DECIMAL, collapsed=True, check=check)


def time(decimals: int | None) -> Type:
    """Return the type of a time: UTC in ISO 8601 with Z, with at most so many decimals of a second."""

    def check(text: str) -> str:
        return time_fault(text, decimals)

    return Type("a time as 2016-08-29T12:32:34.5Z", r".*", collapsed=True, check=check)
