"""Which encoding an XML document is in, and its text: every encoding that Python knows, not only expat's."""

from __future__ import annotations

import codecs
import re

from astrolib.movers.formats.refusal import FormatError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEGINNINGS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
    (b"+ADw", "utf-7"),
)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_NAME = re.compile(r"encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_OTHER_NAMES = {"ucs-4": "utf-32-be", "iso-10646-ucs-4": "utf-32-be", "iso-latin-1": "latin-1"}
_LONGEST_DECLARATION = 400


def text_of_xml(content: bytes, where: str) -> str:
    """Return the text of an XML document, its declaration blanked out.

    Raises
    ------
    FormatError
        If it is not in the encoding that it declares.
    """
    mark = next((name for start, name in _MARKS if content.startswith(start)), "")
    family = mark or next((name for start, name in _BEGINNINGS if content.startswith(start)), "latin-1")
    beginning = content[:_LONGEST_DECLARATION].decode(family, errors="replace")
    declaration = _DECLARATION.match(beginning)
    named = _NAME.search(declaration[0]) if declaration else None
    if mark or (named is None and family != "latin-1"):
        name = family
    else:
        name = _exact(named[1], family) if named else "utf-8"
    try:
        text = content.decode(name)
    except (LookupError, ValueError) as error:
        raise FormatError(f"it is not in {name} ({error})", where=where, remedy="save it in UTF-8") from error
    return _DECLARATION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text, count=1)


def _exact(declared: str, family: str) -> str:
    """Return the codec of a declared name; one without a byte order takes that of its first bytes."""
    name = _OTHER_NAMES.get(declared.lower(), declared)
    bare = name.lower().replace("-", "").replace("_", "")
    return family if bare in ("utf16", "utf32", "utf32be", "ucs4") and family.startswith("utf-") else name
