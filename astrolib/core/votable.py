"""Read a VOTable that a stranger made: nothing outside it is followed, nothing it claims is believed."""

from __future__ import annotations

import gzip
import io
import math
import re
import warnings
import zlib
from pathlib import Path
from xml.parsers import expat  # entities are refused where they are declared

from astropy.io.votable import parse
from astropy.io.votable.tree import VOTableFile
from astropy.utils.exceptions import AstropyWarning

from astrolib.core.errors import HostileFileError, UnreadableFileError

MAX_BYTES = 256_000_000
MAX_ROWS = 1_000_000
_MAX_CELLS = 200_000_000
_CELLS_PER_BYTE = 8  # a null array may be an empty cell, but not everywhere
_SPARE_CELLS = 1_000_000
_MAX_DEPTH = 50
_MAX_FIELDS = 5000
_NUMBER = re.compile(r"[0-9]{1,18}")


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
        a table claims or holds more than `max_rows`, or the document claims more values than it can hold,
        or an absurd number of columns.
    UnreadableFileError
        If it is no VOTable.
    """
    where = where or (content.name if isinstance(content, Path) else "")
    data = _unpacked(content.read_bytes() if isinstance(content, Path) else content, where)
    _check(data, where, max_rows)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AstropyWarning)
            warnings.simplefilter("ignore", UserWarning)
            return parse(io.BytesIO(data), verify="ignore")
    except Exception as error:  # what a stranger's document makes astropy raise has no bounds
        raise _unreadable(error, where) from error


def _unpacked(data: bytes, where: str) -> bytes:
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(error, where) from error
    if len(data) > MAX_BYTES:
        raise HostileFileError(f"more than {MAX_BYTES} bytes", where=where, remedy="ask for fewer rows")
    return data


def _check(data: bytes, where: str, max_rows: int) -> None:
    """Walk through the document with expat alone: building a tree of it would take longer than parsing it."""
    claims = _Claims(where, max_rows, min(len(data) * _CELLS_PER_BYTE + _SPARE_CELLS, _MAX_CELLS))
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: claims.begin(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: claims.end(tag.rpartition(":")[2])
    parser.EntityDeclHandler = claims.declare
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: its encoding
        raise _unreadable(error, where) from error


class _Claims:
    """Counts what a document claims, element by element, and refuses what astropy could not bear.

    astropy makes room for every value that a FIELD of fixed size claims, in as many rows as the table
    claims or holds, whether the values are there or not.
    """

    def __init__(self, where: str, max_rows: int, max_cells: int) -> None:
        self._where, self._max_rows, self._max_cells = where, max_rows, max_cells
        self._depth = self._rows = self._claimed_rows = self._row_cells = self._cells = self._fields = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._hostile(f"elements nested more than {_MAX_DEPTH} deep")
        if name.upper() == "STREAM":
            self._stream(attributes)
        elif name == "TABLE":
            rows = attributes.get("nrows", "0").strip()
            self._claimed_rows, self._row_cells = int(rows) if rows.isdecimal() else 0, 0
            self._table_start = self._rows
            self._check_rows(self._claimed_rows)
        elif name == "FIELD":
            self._field()
            self._row_cells += _cells(attributes)
        elif name == "PARAM":
            self._field()
            self._add(_cells(attributes))

    def end(self, name: str) -> None:
        self._depth -= 1
        if name == "TR":
            self._rows += 1
            self._check_rows(self._rows)
        elif name == "TABLE":
            self._add(self._row_cells * max(self._claimed_rows, self._rows - self._table_start))

    def declare(self, *_entity: object) -> None:
        raise self._hostile("it declares entities")

    def _stream(self, attributes: dict[str, str]) -> None:
        told = {name.rpartition(":")[2].lower(): value for name, value in attributes.items()}
        if "href" in told:
            raise HostileFileError(
                f"its STREAM names {told['href'][:80]!r}",
                where=self._where,
                remedy="ask for TABLEDATA or inline BINARY2",
            )
        if told.get("encoding", "base64") != "base64":
            raise self._hostile(f"its STREAM is encoded as {told['encoding'][:20]!r}")

    def _field(self) -> None:
        # astropy compares the names of all with each other.
        self._fields += 1
        if self._fields > _MAX_FIELDS:
            raise self._hostile(f"more than {_MAX_FIELDS} columns and parameters")

    def _check_rows(self, rows: int) -> None:
        if rows > self._max_rows:
            raise HostileFileError(
                f"a table of {rows} rows, more than {self._max_rows}",
                where=self._where,
                remedy="lower MAXREC",
            )

    def _add(self, cells: int) -> None:
        self._cells += cells
        if self._cells > self._max_cells:
            raise self._hostile(f"it claims {self._cells} values, more than it can hold")

    def _hostile(self, what: str) -> HostileFileError:
        return HostileFileError(what, where=self._where, remedy="do not trust this service")


def _cells(attributes: dict[str, str]) -> int:
    """Return how many values of fixed number a FIELD or PARAM claims a row; a text counts an eighth."""
    size = attributes.get("arraysize", "")
    if "*" in size:
        return 1
    cells = math.prod(int(length) for length in _NUMBER.findall(size))
    return cells // 8 + 1 if attributes.get("datatype", "").lower().endswith("char") else cells


def _unreadable(error: Exception, where: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"not a VOTable ({error})", where=where, remedy="look at what the service sent"
    )
