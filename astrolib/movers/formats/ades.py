"""ADES files: read, whichever of the two forms they are in, and written whole."""

from __future__ import annotations

from pathlib import Path

from astrolib.core.errors import HostileFileError
from astrolib.core.files import write_text
from astrolib.movers.formats.ades_document import Document
from astrolib.movers.formats.ades_psv import format_psv, parse_psv
from astrolib.movers.formats.ades_xml import format_xml, parse_xml
from astrolib.movers.formats.refusal import FormatError

MAX_BYTES = 256_000_000


def read_ades(path: Path) -> Document:
    """Read an ADES file in PSV or XML, of version 2017 or 2022.

    Every text is kept as written, so that no number loses or gains precision. A document is read whole or
    refused.

    Parameters
    ----------
    path : Path
        The file; one that begins with ``#`` is PSV in UTF-8, every other is XML.

    Raises
    ------
    FormatError
        Naming the line, the element and what is wrong with it.
    HostileFileError
        If it declares a document type or entities, or is larger than 256 MB.
    """
    if path.stat().st_size > MAX_BYTES:
        raise HostileFileError(f"more than {MAX_BYTES} bytes", where=path.name, remedy="split it")
    content = path.read_bytes()
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"#"):
        return parse_xml(content, path.name)
    try:
        return parse_psv(content.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"byte {error.start + 1} is not UTF-8", where=path.name, remedy="save it in UTF-8"
        ) from error


def write_ades(document: Document, path: Path) -> None:
    """Write a document, whole or not at all: as PSV if the name ends in ``.psv``, else as XML.

    Raises
    ------
    FormatError
        If it is not ADES, or a text has no place in PSV.
    """
    write_text(path, format_psv(document) if path.suffix == ".psv" else format_xml(document))
