"""ADES in pipe-separated values: a document read line by line, and written with its columns aligned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from astrolib.movers.formats.ades_checking import from_tree
from astrolib.movers.formats.ades_content import IN_BLOCK, RECORDS
from astrolib.movers.formats.ades_document import Block, Document, Node
from astrolib.movers.formats.ades_elements import VERSIONS
from astrolib.movers.formats.refusal import FormatError

_FIRST = re.compile(r"#\s*version\s*=\s*(\S+)\s*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_LETTERS = re.compile(r"[A-Za-z_]*")


def parse_psv(text: str, where: str = "ADES") -> Document:
    """Return the document in a file of pipe-separated values.

    A second line of keywords begins another table; it has a context of its own or none, as the official
    converter reads it.

    Parameters
    ----------
    text : str
        The file.
    where : str
        The file, for the message.

    Raises
    ------
    FormatError
        Naming the line and what is wrong with it.
    """
    reader = _Reader(where)
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if line.strip():
            reader.take(line.strip(), number)
    return from_tree(reader.finish(), where)


def format_psv(document: Document) -> str:
    """Return a document as pipe-separated values.

    ``localUse`` has no place there and is left out; blanks at the ends of a text go with the padding.

    Raises
    ------
    FormatError
        If a text holds a line end, or the document is not ADES.
    """
    lines = [f"# version={document.version}"]
    for block in document.blocks:
        lines += _context_lines(block) + _table_lines(block, document.version)
    text = "\n".join([*lines, ""])
    parse_psv(text, "ADES to be written")
    return text


def _context_lines(block: Block) -> list[str]:
    lines = []
    for group in block.context:
        lines.append(f"# {group.name} {_on_one_line(group.text)}".rstrip())
        lines += [f"! {name} {_on_one_line(text)}" for name, text in group.items]
    return lines


def _table_lines(block: Block, version: str) -> list[str]:
    model = RECORDS[version][block.records[0].kind]
    found = {name for record in block.records for name in record.fields} - {"localUse"}
    names = model.ordered(list(found))
    rows = [[_on_one_line(record.fields.get(name, "")) for name in names] for record in block.records]
    widths = [max(len(text) for text in column) for column in zip(names, *rows, strict=True)]
    return ["|".join(map(str.ljust, row, widths)).rstrip(" ") for row in (names, *rows)]


def _on_one_line(text: str) -> str:
    if "|" in text or _LINE_END.search(text):
        raise FormatError(f"{text[:40]!r} is no field of PSV", remedy="write it on one line, without |")
    return text.strip()


class _Reader:
    """Builds the elements of a document from its lines."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._version = ""
        self._groups: list[Node] = []
        self._items: list[Node] = []
        self._group: tuple[str, str, int] | None = None
        self._keywords: list[str] = []
        self._kind = ""
        self._records: list[Node] = []
        self._elements: list[Node] = []

    def take(self, line: str, number: int) -> None:
        if not self._version:
            self._begin(line, number)
        elif line[0] == "#":
            self._new_group(line[1:], number)
        elif line[0] == "!":
            self._item(line[1:], number)
        elif _LETTERS.fullmatch("".join(part.strip()[:1] for part in line.split("|"))):
            self._new_table([part.strip() for part in line.split("|")], number)
        else:
            self._row([part.strip() for part in line.split("|")], number)

    def finish(self) -> Node:
        self._close_table(0)
        if self._group:
            raise self._refused(self._group[2], "a header without observations", "add a line of keywords")
        return Node("ades", line=1, attributes={"version": self._version}, children=tuple(self._elements))

    def _begin(self, line: str, number: int) -> None:
        first = _FIRST.fullmatch(line)
        if not first:
            raise self._refused(number, "the first line says no version", "begin with # version=2022")
        self._version = first[1]
        if self._version not in VERSIONS:
            raise self._refused(
                number, f"ADES version {self._version!r}", f"versions {' and '.join(VERSIONS)} are read"
            )

    def _new_group(self, text: str, number: int) -> None:
        if self._keywords:
            self._close_table(number)
        self._close_group()
        name, _, value = text.strip().partition(" ")
        self._group = (name, value.strip(), number)

    def _item(self, text: str, number: int) -> None:
        if self._group is None:
            raise self._refused(number, "a line with ! outside a group", "put a line with # before it")
        name, _, value = text.strip().partition(" ")
        self._items.append(Node(name, value.strip(), number))

    def _close_group(self) -> None:
        if self._group:
            name, text, number = self._group
            self._groups.append(Node(name, text, number, children=tuple(self._items)))
        self._group, self._items = None, []

    def _new_table(self, keywords: list[str], number: int) -> None:
        self._close_table(number)
        self._close_group()
        if twice := next((name for name in keywords if keywords.count(name) > 1), ""):
            raise self._refused(number, f"the keyword {twice!r} stands twice", "name each column once")
        self._keywords, self._kind = keywords, self._kind_of(keywords, number)

    def _kind_of(self, keywords: Sequence[str], number: int) -> str:
        found = set(keywords)
        models = RECORDS[self._version]
        for kind, model in models.items():
            if model.required <= found <= set(model.names) and (kind in IN_BLOCK or not self._groups):
                return kind
        known = {name for model in models.values() for name in model.names}
        if strange := [name for name in keywords if name not in known]:
            raise self._refused(
                number, f"no keyword {', '.join(map(repr, strange))}", "see the names of ADES"
            )
        fault = models["optical"].fault(models["optical"].ordered(list(found & set(models["optical"].names))))
        raise self._refused(
            number, f"the keywords make no kind of record (optical {fault})", "see the names of ADES"
        )

    def _row(self, texts: list[str], number: int) -> None:
        if not self._keywords:
            raise self._refused(number, "values before a line of keywords", "name the columns first")
        if len(texts) > len(self._keywords):
            raise self._refused(
                number,
                f"{len(texts)} values under {len(self._keywords)} keywords",
                "check the characters | in it",
            )
        given = {name: text for name, text in zip(self._keywords, texts, strict=False) if text}
        names = RECORDS[self._version][self._kind].ordered(list(given))
        children = tuple(Node(name, given[name], number) for name in names)
        self._records.append(Node(self._kind, line=number, children=children))

    def _close_table(self, number: int) -> None:
        if not self._keywords:
            return
        if not self._records:
            raise self._refused(number, "keywords without values under them", "add the observations")
        if self._groups:
            context = Node("obsContext", line=self._groups[0].line, children=tuple(self._groups))
            data = Node("obsData", line=self._records[0].line, children=tuple(self._records))
            self._elements.append(Node("obsBlock", line=context.line, children=(context, data)))
        else:
            self._elements += self._records
        self._keywords, self._records, self._groups = [], [], []

    def _refused(self, number: int, what: str, remedy: str) -> FormatError:
        return FormatError(
            what, where=f"{self._where}, line {number}" if number else self._where, remedy=remedy
        )
