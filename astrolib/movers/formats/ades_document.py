"""An ADES document: blocks of observations with the context they were made in, every text as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from astrolib.movers.formats.ades_content import IN_BLOCK, NOT_SUBMITTED
from astrolib.movers.formats.ades_elements import SUBMITTED_TRK_SUB, VERSIONS
from astrolib.movers.formats.refusal import FormatError

NEWEST = VERSIONS[-1]


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
