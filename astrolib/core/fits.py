"""Open a FITS file that a stranger made: its size is checked before astropy believes its header."""

from __future__ import annotations

import gzip
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from astropy.io import fits

from astrolib.core.errors import HostileFileError, UnreadableFileError

MAX_RATIO = 100
"""A gzip file that expands by more than this is a bomb: real frames and spectra stay below 20."""

_PARSER_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    fits.VerifyError,
)
_BLOCK = 2880
_CARD = 80
_MAX_HEADER_BLOCKS = 300
_MAX_HDUS = 1000  # the time that astropy takes grows with their square
_MOST = 999  # axes, and columns of a table (FITS Standard 4.0, sections 4.4.1.1 and 7.3.1)


@contextmanager
def open_fits(path: Path, *, max_bytes: int = 512_000_000) -> Iterator[fits.HDUList]:
    """Open a FITS file, plain or gzipped, after checking what its headers claim.

    Parameters
    ----------
    path : Path
        The file.
    max_bytes : int
        Largest size that is read, counted unpacked.

    Yields
    ------
    astropy.io.fits.HDUList
        Opened without memory mapping, every header read, data still to be read.

    Raises
    ------
    HostileFileError
        If it expands beyond `max_bytes` or by more than `MAX_RATIO`, or a header claims an absurd number
        of axes, columns or extensions, or more data than `max_bytes`.
    UnreadableFileError
        If it is no FITS file, or shorter than its headers say.
    """
    with _unpacked(path, max_bytes) as stream:
        _check_headers(stream, path, max_bytes)
        stream.seek(0)
        with _opened(stream, path) as hdus:
            yield hdus


@contextmanager
def _opened(stream: BinaryIO, path: Path) -> Iterator[fits.HDUList]:
    try:
        hdus = fits.open(stream, memmap=False, lazy_load_hdus=False, ignore_missing_simple=False)
    except _PARSER_ERRORS as error:
        raise UnreadableFileError(
            f"not a FITS file ({error})", where=path.name, remedy="fetch it again"
        ) from error
    with hdus:
        yield hdus


def _unpacked(path: Path, max_bytes: int) -> BinaryIO:
    size = path.stat().st_size
    if size > max_bytes:
        raise HostileFileError(
            f"{size} bytes, more than the {max_bytes} allowed", where=path.name, remedy="raise max_file_mb"
        )
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return path.open("rb")
    limit = min(max_bytes, max(size * MAX_RATIO, _BLOCK * 100))
    try:
        with gzip.open(path) as packed:
            content = packed.read(limit + 1)
    except (OSError, EOFError) as error:
        raise UnreadableFileError(
            f"broken gzip ({error})", where=path.name, remedy="fetch it again"
        ) from error
    if len(content) > limit:
        raise HostileFileError(
            f"{size} bytes that expand to more than {limit}",
            where=path.name,
            remedy="unpack it yourself if you trust it",
        )
    return io.BytesIO(content)


def _check_headers(stream: BinaryIO, path: Path, max_bytes: int) -> None:
    """Walk from header to header as the cards say, without building one astropy object."""
    end = stream.seek(0, io.SEEK_END)
    position = count = 0
    while position < end:
        stream.seek(position)
        header = _sizes(stream, path)
        if header is None:  # special records after the last HDU, which astropy ignores as well
            return
        count += 1
        if count > _MAX_HDUS:
            raise HostileFileError(
                f"more than {_MAX_HDUS} extensions", where=path.name, remedy="do not trust this file"
            )
        claimed = _data_bytes(header, path)
        image = {name[1:]: value for name, value in header.items() if name.startswith("Z")}
        if (most := max(claimed, _data_bytes(image, path))) > max_bytes:
            raise HostileFileError(
                f"a header claims {most} bytes of data", where=path.name, remedy="do not trust this file"
            )
        if stream.tell() + claimed > end:
            raise UnreadableFileError(
                f"{end} bytes, but its headers say at least {stream.tell() + claimed}",
                where=path.name,
                remedy="it was cut short; fetch it again",
            )
        position = stream.tell() + math.ceil(claimed / _BLOCK) * _BLOCK


def _sizes(stream: BinaryIO, path: Path) -> dict[str, int] | None:
    """Read one header and return its integer cards of size; None where no header begins."""
    cards: dict[str, int] = {}
    for number in range(_MAX_HEADER_BLOCKS):
        block = stream.read(_BLOCK)
        if number == 0 and block[:8] not in (b"SIMPLE  ", b"XTENSION"):
            if stream.tell() > _BLOCK:
                return None
            raise UnreadableFileError("not a FITS file", where=path.name, remedy="check what was downloaded")
        for start in range(0, len(block) - _CARD + 1, _CARD):
            card = block[start : start + _CARD]
            name = card[:8].rstrip().decode("ascii", "replace")
            if name == "END":
                return cards
            if card[8:10] == b"= " and _is_size(name):
                cards[name] = _integer(card, path)
        if len(block) < _BLOCK:
            break
    raise UnreadableFileError(
        "a header without END", where=path.name, remedy="it was cut short; fetch it again"
    )


def _is_size(name: str) -> bool:
    """Say whether a card gives the size of the data, or of the image that a table holds compressed."""
    return name in ("BITPIX", "PCOUNT", "GCOUNT", "TFIELDS", "ZBITPIX") or name.startswith(
        ("NAXIS", "ZNAXIS")
    )


def _integer(card: bytes, path: Path) -> int:
    text = card[10:].split(b"/")[0].strip().decode("ascii", "replace")
    try:
        return int(text)
    except ValueError:
        key = card[:8].decode("ascii", "replace").strip()
        raise UnreadableFileError(f"{key} is {text!r}", where=path.name, remedy="mend the header") from None


def _data_bytes(cards: dict[str, int], path: Path) -> int:
    """Size of the data unit in bytes (FITS Standard 4.0, sections 4.4.1.1, 4.4.1.2 and 6.2)."""
    for key in ("NAXIS", "TFIELDS"):
        if not 0 <= cards.get(key, 0) <= _MOST:
            raise HostileFileError(f"{key} is {cards[key]}", where=path.name, remedy="do not trust this file")
    axes = cards.get("NAXIS", 0)
    lengths = [cards.get(f"NAXIS{axis}", 0) for axis in range(1, axes + 1)]
    if lengths and lengths[0] == 0:  # random groups
        lengths = lengths[1:]
    if min([*lengths, cards.get("PCOUNT", 0), cards.get("GCOUNT", 1)], default=0) < 0:
        raise HostileFileError(
            "a negative size in a header", where=path.name, remedy="do not trust this file"
        )
    pixels = math.prod(lengths) if lengths else 0
    return abs(cards.get("BITPIX", 8)) // 8 * cards.get("GCOUNT", 1) * (cards.get("PCOUNT", 0) + pixels)
