"""Names for the files of a night, made from what headers and people wrote, each of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNSAFE = re.compile(r"[^\w.+-]+")
"""What a file name made of a stranger's words must not hold; letters of any script may stay."""


def product_name(parts: Iterable[str], taken: set[str]) -> str:
    """Return a name for a FITS file, and note it as taken.

    Two names that differ in nothing but capital letters are one file on some systems.

    Parameters
    ----------
    parts : iterable of str
        Words that tell what it is; empty ones are passed over.
    taken : set of str
        The names that are given already, in small letters; gets the new one.
    """
    words = "-".join(_UNSAFE.sub("_", part) for part in parts if part)
    name, number = f"{words}.fits", 1
    while name.casefold() in taken:
        number += 1
        name = f"{words}-{number}.fits"
    taken.add(name.casefold())
    return name
