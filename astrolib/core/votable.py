"""Read a VOTable that a stranger made: nothing outside it is followed, nothing it claims is believed."""

from __future__ import annotations

import gzip
import io
import re
import warnings
from pathlib import Path

from astropy.io.votable import exceptions, parse
from astropy.io.votable.tree import VOTableFile
from defusedxml import DefusedXmlException, ElementTree

from astrolib.core.errors import HostileFileError, UnreadableFileError

MAX_BYTES = 256_000_000
MAX_ROWS = 1_000_000
_MAX_CELLS = 200_000_000
_NUMBER = re.compile(r"\d+")


def read_votable(content: bytes | Path, *, where: str = "", max_rows: int = MAX_ROWS) -> VOTableFile:
    """Parse a VOTable after checking that it stays within itself.

    Parameters
    ----------
    content : bytes or Path
        The document, plain or gzipped.
    where : str
        The file or address, for the error message.
    max_rows : int
        Most rows that a table may claim or hold.

    Returns
    -------
    astropy.io.votable.tree.VOTableFile
        Parsed with oddities of the standard forgiven.

    Raises
    ------
    HostileFileError
        If a STREAM names an address (astropy would follow it, ``file:`` included), an entity is declared,
        or a table claims or holds more than `max_rows`.
    UnreadableFileError
        If it is no VOTable.
    """
    where = where or (content.name if isinstance(content, Path) else "")
    data = _unpacked(content.read_bytes() if isinstance(content, Path) else content, where)
    _check(data, where, max_rows)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", exceptions.VOWarning)
            warnings.simplefilter("ignore", UserWarning)
            return parse(io.BytesIO(data), verify="ignore")
    except (ValueError, TypeError, IndexError, KeyError, OSError, EOFError) as error:
        raise _unreadable(error, where) from error


def _unpacked(data: bytes, where: str) -> bytes:
    if data[:2] == b"\x1f\x8b":
        with gzip.open(io.BytesIO(data)) as packed:
            data = packed.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise HostileFileError(f"more than {MAX_BYTES} bytes", where=where, remedy="ask for fewer rows")
    return data


def _check(data: bytes, where: str, max_rows: int) -> None:
    rows = 0
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), ("start", "end")):
            name = element.tag.rsplit("}", 1)[-1]
            if event == "start":
                _check_element(name, element.attrib, where, max_rows)
                continue
            rows += name == "TR"
            if name in ("TR", "TD", "STREAM"):
                element.clear()
            if rows > max_rows:
                raise _too_many(rows, where, max_rows)
    except DefusedXmlException as error:
        raise HostileFileError(
            "it declares entities", where=where, remedy="do not trust this service"
        ) from error
    except ElementTree.ParseError as error:
        raise _unreadable(error, where) from error


def _check_element(name: str, attributes: dict[str, str], where: str, max_rows: int) -> None:
    if name == "STREAM" and attributes.get("href"):
        raise HostileFileError(
            f"its STREAM names {attributes['href'][:80]!r}",
            where=where,
            remedy="ask for TABLEDATA or inline BINARY2",
        )
    if (
        name == "TABLE"
        and (claimed := attributes.get("nrows", "0").strip()).isdigit()
        and int(claimed) > max_rows
    ):
        raise _too_many(int(claimed), where, max_rows)
    if name in ("FIELD", "PARAM"):
        cells = 1
        for length in _NUMBER.findall(attributes.get("arraysize", "")):
            cells *= int(length)
        if cells > _MAX_CELLS:
            raise HostileFileError(
                f"{name} {attributes.get('name', '')!r} claims {cells} values a row",
                where=where,
                remedy="do not trust this service",
            )


def _too_many(rows: int, where: str, max_rows: int) -> HostileFileError:
    return HostileFileError(
        f"a table of {rows} rows, more than {max_rows}", where=where, remedy="lower MAXREC"
    )


def _unreadable(error: Exception, where: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"not a VOTable ({error})", where=where, remedy="look at what the service sent"
    )
