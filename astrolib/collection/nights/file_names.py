"""What the names of files say: which are FITS, and which are FITS in a package that is not opened here."""

from __future__ import annotations

import re

_FITS = re.compile(r"\.(fits?|fts)(\.gz|\.fz)?$|\.fz$", re.IGNORECASE)
_PACKED = re.compile(r"\.(fits?|fts)\.(bz2|xz|lzma|zip|z|zst|lz4|7z|tar|tgz)$", re.IGNORECASE)


def is_fits(name: str) -> bool:
    """Say whether a file is read as FITS: plain, packed by gzip, or compressed by fpack."""
    return _FITS.search(name) is not None


def is_packed(name: str) -> bool:
    """Say whether a file is FITS in a package of another kind."""
    return _PACKED.search(name) is not None


def stem(name: str) -> str:
    """Return the name of a FITS file without what makes it one."""
    return _FITS.sub("", name)
