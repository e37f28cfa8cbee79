"""What a downloaded file is by its first bytes, and a name for it that is safe whoever chose the address."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from astrolib.archive.refusal import check_not_html, complaint
from astrolib.core.errors import ServiceError

SPECTRUM_SUFFIXES = (
    ".fits", ".fit", ".fts", ".fits.gz", ".fit.gz", ".fts.gz", ".vot", ".votable", ".xml", ".csv", ".ecsv",
)  # fmt: skip
"""Suffixes of files that may hold a spectrum, in folders and listings."""

_TEXT_SUFFIXES = (".csv", ".txt", ".dat")
_HEAD = 65536
_VOTABLE = re.compile(rb"<(\w+:)?VOTABLE[\s>]")
_INFO = re.compile(rb"<(?:\w{1,20}:)?INFO\b([^<>]*)>[^<]*", re.IGNORECASE)
_ERROR = re.compile(rb"\bvalue\s*=\s*[\"']ERROR", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def may_hold_spectrum(name: str) -> bool:
    """Say whether a file of that name may hold a spectrum."""
    return name.lower().endswith(SPECTRUM_SUFFIXES) and not name.startswith(".")


def stem(accref: str, part: str = "") -> str:
    """Return a file name without suffix, the same for the same accref and part of it.

    It keeps a readable piece of the address, and a hash of all of it, so that two addresses never share a
    name and no address leads out of the folder.
    """
    name = PurePosixPath(unquote(urlsplit(accref).path)).name
    readable = _UNSAFE.sub("_", name.split(".")[0]).strip("._-")[:60] or "spectrum"
    return f"{readable}-{hashlib.sha256(f'{accref} {part}'.encode()).hexdigest()[:12]}"


def suffix(path: Path, address: str) -> str:
    """Return the suffix of a downloaded file, by its content.

    Raises
    ------
    ServiceError
        If it is empty, a web page, or a VOTable that holds an error.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise ServiceError("an empty file", where=address, remedy="ask the archive's operators")
    packed = head.startswith(b"\x1f\x8b")
    return _kind(_unpacked(path) if packed else head, address) + (".gz" if packed else "")


def _kind(head: bytes, address: str) -> str:
    if head.startswith(b"SIMPLE  ="):
        return ".fits"
    if _VOTABLE.search(head[:4096]):
        _check_status(head, address)
        return ".vot"
    if head.startswith(b"# %ECSV"):
        return ".ecsv"
    check_not_html(head, address)
    named = PurePosixPath(urlsplit(address).path).suffix.lower()
    return named if named in _TEXT_SUFFIXES else ".dat"


def _check_status(head: bytes, address: str) -> None:
    """Raise `ServiceError` if the beginning of a VOTable says that the query failed."""
    for info in _INFO.finditer(head):
        if b"QUERY_STATUS" in info[1] and _ERROR.search(info[1]):
            raise ServiceError(
                f"the service says: {complaint(info[0] + head[info.end() :])}",
                where=address,
                remedy="change what is asked for",
            )


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as stream:
            return stream.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        return b""
