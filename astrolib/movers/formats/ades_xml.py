"""ADES in XML: a document read without following or expanding anything in it, and written."""

from __future__ import annotations

import io
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape, quoteattr

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from astrolib.core.errors import HostileFileError
from astrolib.movers.formats.ades_checking import from_tree
from astrolib.movers.formats.ades_document import Block, Document, Group, Node, Record
from astrolib.movers.formats.encodings import text_of_xml
from astrolib.movers.formats.refusal import FormatError

_DEEPEST = 40


def parse_xml(content: bytes, where: str = "ADES") -> Document:
    """Return the document in an XML file.

    Parameters
    ----------
    content : bytes
        The file, in the encoding that it declares.
    where : str
        The file, for the message.

    Raises
    ------
    HostileFileError
        If it declares a document type or entities, or nests without end.
    FormatError
        Naming the line, the element and what is wrong with it.
    """
    builder = _Builder(where)
    text = text_of_xml(content, where)
    try:
        defusedxml.sax.parse(io.BytesIO(text.encode()), builder, forbid_dtd=True)
    except DefusedXmlException as error:
        raise HostileFileError(
            "it declares a document type", where=where, remedy="take the declaration out"
        ) from error
    except (SAXException, ValueError) as error:
        raise FormatError(f"not XML ({_said(error)})", where=where, remedy="check the file") from error
    return from_tree(builder.root(), where)


def format_xml(document: Document) -> str:
    """Return a document as XML in UTF-8, indented; what is not ADES is refused (FormatError)."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<ades version={quoteattr(document.version)}>"]
    for block in document.blocks:
        lines += _block_lines(block)
    text = "\n".join([*lines, "</ades>", ""])
    parse_xml(text.encode(), "ADES to be written")
    return text


def _block_lines(block: Block) -> list[str]:
    if not block.context:
        return [line for record in block.records for line in _record_lines(record, "  ")]
    lines = ["  <obsBlock>", "    <obsContext>"]
    for group in block.context:
        lines += _group_lines(group)
    lines += ["    </obsContext>", "    <obsData>"]
    for record in block.records:
        lines += _record_lines(record, "      ")
    return [*lines, "    </obsData>", "  </obsBlock>"]


def _group_lines(group: Group) -> list[str]:
    if not group.items:
        return [f"      {_element(group.name, group.text)}"]
    inside = [f"        {_element(name, text)}" for name, text in group.items]
    return [f"      <{group.name}>", *inside, f"      </{group.name}>"]


def _record_lines(record: Record, indent: str) -> list[str]:
    inside = [f"{indent}  {_element(name, text)}" for name, text in record.fields.items()]
    return [f"{indent}<{record.kind}>", *inside, f"{indent}</{record.kind}>"]


def _element(name: str, text: str) -> str:
    inside = text if name == "localUse" else escape(text, {"\r": "&#13;"})
    return f"<{name}>{inside}</{name}>"


class _Builder(ContentHandler):
    """Builds nodes from the events of the parser; what a ``localUse`` holds is kept as XML."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where
        self._open: list[tuple[str, dict[str, str], int, list[str], list[Node]]] = []
        self._locator: Any = None
        self._inner: list[str] = []
        self._root: Node | None = None

    def root(self) -> Node:
        if self._root is None:  # the parser refuses an empty document before
            raise FormatError("not XML", where=self._where, remedy="check the file")
        return self._root

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802, the name is SAX's
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        if len(self._open) >= _DEEPEST:
            raise HostileFileError(
                f"elements nested more than {_DEEPEST} deep", where=self._where, remedy="check the file"
            )
        if self._in_local_use():
            written = "".join(f" {key}={quoteattr(value)}" for key, value in attrs.items())
            self._inner.append(f"<{name}{written}>")
        elif name == "localUse":
            self._inner = []
        self._open.append((name, dict(attrs.items()), self._locator.getLineNumber(), [], []))

    def characters(self, content: str) -> None:
        if self._in_local_use():
            self._inner.append(escape(content, {"\r": "&#13;"}))
        self._open[-1][3].append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        _, attributes, line, texts, children = self._open.pop()
        if self._in_local_use():
            self._inner.append(f"</{name}>")
        inner = "".join(self._inner).strip() if name == "localUse" and not self._in_local_use() else ""
        node = Node(name, "".join(texts), line, attributes, tuple(children), inner)
        if self._open:
            self._open[-1][4].append(node)
        else:
            self._root = node

    def _in_local_use(self) -> bool:
        return any(entry[0] == "localUse" for entry in self._open)


def _said(error: Exception) -> str:
    place = getattr(error, "getLineNumber", None)
    message = getattr(error, "getMessage", lambda: str(error))()
    return f"line {place()}: {message}" if place else message
