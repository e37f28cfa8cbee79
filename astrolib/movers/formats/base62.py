"""Numbers in the digits 0-9, A-Z, a-z, as the Minor Planet Center packs them."""

from __future__ import annotations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

LIMIT = len(DIGITS)


def encode(number: int, width: int) -> str:
    """Return a number from 0 as `width` digits.

    Raises
    ------
    OverflowError
        If it takes more digits.
    """
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, LIMIT)
        digits = DIGITS[digit] + digits
    if number:
        raise OverflowError(f"more than {width} digits of base {LIMIT}")
    return digits


def decode(digits: str) -> int:
    """Return the number that digits stand for."""
    number = 0
    for digit in digits:
        number = number * LIMIT + DIGITS.index(digit)
    return number
