"""A tree of elements checked against the rules of ADES, element by element, and taken over as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from astrolib.movers.formats.ades_content import CONTEXT, GROUPS, IN_BLOCK, RECORDS
from astrolib.movers.formats.ades_document import Block, Document, Group, Node, Record
from astrolib.movers.formats.ades_elements import ELEMENTS, VERSIONS
from astrolib.movers.formats.refusal import FormatError

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def from_tree(root: Node, where: str) -> Document:
    """Return the document that a tree of elements is, after checking all of it.

    Parameters
    ----------
    root : Node
        The element ``ades``.
    where : str
        The file, for the message.

    Raises
    ------
    FormatError
        Naming the line, the element and what is wrong with it.
    """
    return _Reader(where, _version(root, where)).document(root)


def _version(root: Node, where: str) -> str:
    if root.name != "ades":
        raise FormatError(
            f"the root is {root.name!r}", where=where, remedy="an ADES document begins with ades"
        )
    for name in root.attributes:
        if name != "version" and not name.startswith(("xmlns:", "xsi:")):
            raise FormatError(
                f"ades has an attribute {name!r}", where=f"{where}, line {root.line}", remedy="only version"
            )
    version = root.attributes.get("version", "")
    if version not in VERSIONS:
        raise FormatError(
            f"ADES version {version!r}" if version else "ades has no version",
            where=f"{where}, line {root.line}",
            remedy=f"versions {' and '.join(VERSIONS)} are read",
        )
    return version


class _Reader:
    """Checks and takes over elements, top down."""

    def __init__(self, where: str, version: str) -> None:
        self._where, self._version = where, version
        self._types, self._records = ELEMENTS[version], RECORDS[version]

    def document(self, root: Node) -> Document:
        self._only_elements(root)
        blocks: list[Block] = []
        loose: list[Record] = []
        for child in root.children:
            if child.name == "obsBlock":
                blocks += _bare(loose)
                loose = []
                blocks.append(self._block(child))
            elif child.name in self._records:
                loose.append(self._record(child))
            else:
                raise self._refused(child, "ades", f"must not hold {child.name!r}")
        blocks += _bare(loose)
        if not blocks:
            raise self._refused(root, "ades", "holds no observation")
        return Document(tuple(blocks), self._version)

    def _block(self, node: Node) -> Block:
        self._plain(node)
        names = [child.name for child in node.children]
        if names != ["obsContext", "obsData"]:
            raise self._refused(node, "obsBlock", _block_fault(names))
        context, data = node.children
        groups = self._context(context)
        self._plain(data)
        kinds = {child.name for child in data.children}
        if len(kinds) != 1 or not kinds <= set(IN_BLOCK):
            fault = f"holds {', '.join(sorted(kinds)) or 'nothing'}, not observations of one kind"
            raise self._refused(data, "obsData", fault)
        return Block(tuple(self._record(child) for child in data.children), groups)

    def _context(self, node: Node) -> tuple[Group, ...]:
        self._plain(node)
        self._check(node, CONTEXT[self._version].fault([child.name for child in node.children]))
        return tuple(self._group(child) for child in node.children)

    def _group(self, node: Node) -> Group:
        if node.name not in GROUPS:
            return Group(node.name, text=self._value(node))
        self._plain(node)
        self._check(node, GROUPS[node.name].fault([child.name for child in node.children]))
        return Group(node.name, tuple((child.name, self._value(child)) for child in node.children))

    def _record(self, node: Node) -> Record:
        self._plain(node)
        self._check(node, self._records[node.name].fault([child.name for child in node.children]))
        return Record(node.name, {child.name: self._value(child) for child in node.children})

    def _value(self, node: Node) -> str:
        if node.attributes:
            raise self._refused(node, node.name, f"has an attribute {next(iter(node.attributes))!r}")
        if node.name == "localUse":
            self._only_elements(node)
            self._check_known(node.children)
            return node.inner
        if node.children:
            raise self._refused(node, node.name, "holds elements, not a text")
        if _NO_XML.search(node.text):
            raise self._refused(node, node.name, "holds a control character")
        self._check(node, self._types[node.name].fault(node.text))
        return self._types[node.name].clean(node.text)

    def _check_known(self, nodes: Iterable[Node]) -> None:
        """Check what is called as an element of ADES among elements that may be anything."""
        for node in nodes:
            if node.name in self._types:
                self._value(node)
            else:
                self._check_known(node.children)

    def _plain(self, node: Node) -> None:
        if node.attributes:
            raise self._refused(node, node.name, f"has an attribute {next(iter(node.attributes))!r}")
        self._only_elements(node)

    def _only_elements(self, node: Node) -> None:
        if node.text.strip():
            raise self._refused(node, node.name, f"holds the text {node.text.strip()[:40]!r}")

    def _check(self, node: Node, fault: str) -> None:
        if fault:
            raise self._refused(node, node.name, fault)

    def _refused(self, node: Node, name: str, fault: str) -> FormatError:
        line = f", line {node.line}" if node.line else ""
        return FormatError(
            f"{name} {fault}", where=f"{self._where}{line}", remedy=f"see ADES {self._version}"
        )


def _bare(records: Iterable[Record]) -> list[Block]:
    """Return the records that stand outside a block, as blocks of one kind each."""
    blocks: list[list[Record]] = []
    for record in records:
        if not blocks or blocks[-1][0].kind != record.kind:
            blocks.append([])
        blocks[-1].append(record)
    return [Block(tuple(members)) for members in blocks]


def _block_fault(names: list[str]) -> str:
    lacking = [name for name in ("obsContext", "obsData") if name not in names]
    return f"lacks {', '.join(lacking)}" if lacking else "holds more than an obsContext and an obsData"
