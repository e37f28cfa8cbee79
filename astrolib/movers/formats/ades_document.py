"""An ADES document: blocks of observations with the context they were made in, every text as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from astrolib.movers.formats.ades_content import CONTEXT, GROUPS, IN_BLOCK, NOT_SUBMITTED, RECORDS
from astrolib.movers.formats.ades_elements import ELEMENTS, SUBMITTED_TRK_SUB, VERSIONS
from astrolib.movers.formats.refusal import FormatError

NEWEST = VERSIONS[-1]

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Record:
    """One observation, or the residuals of one.

    Parameters
    ----------
    kind : str
        ``optical``, ``offset``, ``occultation``, ``radar``, ``opticalResidual`` or ``radarResidual``.
    fields : mapping
        Text of each element by its name, as written. That of ``localUse`` is XML.
    """

    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """One group of a context: a text of its own (``fundingSource``), or names and texts."""

    name: str
    items: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Block:
    """Observations of one kind with the context they share; without one where the file gives none."""

    records: tuple[Record, ...]
    context: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole ADES file."""

    blocks: tuple[Block, ...]
    version: str = NEWEST

    @property
    def records(self) -> Iterator[Record]:
        """Every record, block by block."""
        return (record for block in self.blocks for record in block.records)


@dataclass(frozen=True)
class Node:
    """One element as a file holds it, and the line where it begins; `inner` is XML of a ``localUse``."""

    name: str
    text: str = ""
    line: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()
    inner: str = ""


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


def check_submission(document: Document, where: str = "") -> None:
    """Refuse a document that the Minor Planet Center does not take from observers.

    Raises
    ------
    FormatError
        If its version is an old one, a block has no context, or a record holds what only the Center adds.
    """
    if document.version != NEWEST:
        raise FormatError(
            f"ADES version {document.version}", where=where, remedy=f"submissions are of version {NEWEST}"
        )
    for block in document.blocks:
        if not block.context or block.records[0].kind not in IN_BLOCK:
            raise FormatError(
                "observations without a context", where=where, remedy="say observatory, submitter, telescope"
            )
        for record in block.records:
            _check_submitted(record, where)


def _check_submitted(record: Record, where: str) -> None:
    if added := [name for name in record.fields if name in NOT_SUBMITTED]:
        raise FormatError(
            f"{record.kind} holds {', '.join(added)}",
            where=where,
            remedy="leave out what the Minor Planet Center adds",
        )
    name = record.fields.get("trkSub", "")
    if name and (fault := SUBMITTED_TRK_SUB.fault(name)):
        raise FormatError(f"trkSub {fault}", where=where, remedy="rename it")


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
            return node.inner
        if node.children:
            raise self._refused(node, node.name, "holds elements, not a text")
        if _NO_XML.search(node.text):
            raise self._refused(node, node.name, "holds a control character")
        self._check(node, self._types[node.name].fault(node.text))
        return self._types[node.name].clean(node.text)

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
