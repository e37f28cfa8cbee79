"""The frame around every answer of the Virtual Observatory: which table, complete or cut short, or an error.

DALI 1.1, section 4.4; SSAP 1.1, section 8.1; Simple Cone Search 1.03, section 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from astropy.io.votable.tree import Resource, TableElement, VOTableFile

from astrolib.archive.http import Client
from astrolib.archive.refusal import one_line, shown
from astrolib.core.errors import ServiceError
from astrolib.core.votable import read_votable


@dataclass(frozen=True, eq=False)
class Results:
    """An answer that is no error.

    Parameters
    ----------
    document : VOTableFile
        Everything.
    table : TableElement
        Its table of results.
    truncated : bool
        Whether the service said OVERFLOW.
    """

    document: VOTableFile
    table: TableElement
    truncated: bool


def fetch_results(client: Client, address: str, params: dict[str, str] | None = None) -> Results:
    """Ask a service and return its table of results.

    Raises
    ------
    AddressError, HostileFileError
        If the address or the answer is not to be trusted.
    ServiceError, UnreadableFileError
        If the service fails, says that the query failed, or sends no table.
    """
    reply = client.get(address, params)
    where = shown(reply.address)
    return results(read_votable(reply.content, where=where, max_rows=client.settings.max_rows), where)


def results(document: VOTableFile, where: str) -> Results:
    """Return the table of results of a document; `where` stands in the error message.

    Raises
    ------
    ServiceError
        If the document says that the query failed, or holds no table.
    """
    truncated = False
    for name, value, text in _statements(document):
        if name == "error" or (name == "query_status" and value.upper().startswith("ERROR")):
            said = one_line(text if name == "query_status" and text else value)
            raise ServiceError(f"the service says: {said}", where=where, remedy="change the query")
        truncated |= name == "query_status" and value.upper().startswith("OVERFLOW")
    table = _results_table(document)
    if table is None:
        raise ServiceError("an answer without a table", where=where, remedy="check the address")
    return Results(document, table, truncated)


def resources(document: VOTableFile) -> Iterator[Resource]:
    """Go through all resources of a document, nested ones included."""
    waiting = list(document.resources)
    while waiting:
        resource = waiting.pop(0)
        yield resource
        waiting[:0] = resource.resources


def _results_table(document: VOTableFile) -> TableElement | None:
    filled = [resource for resource in resources(document) if resource.tables]
    marked = [resource for resource in filled if resource.type == "results"]
    return next((resource.tables[0] for resource in marked or filled), None)


def _statements(document: VOTableFile) -> Iterator[tuple[str, str, str]]:
    """Go through what the document says of itself: name in lower case, value, text."""
    for info in document.iter_info():
        yield (info.name or "").lower(), str(info.value or ""), info.content or ""
    for holder in (document, *resources(document)):
        for param in holder.params:
            if (param.name or "").lower() == "error":
                yield "error", str(param.value), ""
