"""DataLink: what belongs to a data set, and which services work on it (DataLink 1.1).

A row of an answer names its DataLink document in a column, through a service descriptor beside the table,
or by the format of its access reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from astropy.io.votable.tree import Group, Param, VOTableFile
from numpy.typing import NDArray

from astrolib.archive.columns import Columns, Role
from astrolib.archive.dali import Results, resources
from astrolib.archive.http import with_params
from astrolib.core.errors import ServiceError

MEDIA = "content=datalink"
"""Marks the format of an access reference that leads to a DataLink document (DataLink 1.1, section 3.4)."""

DATALINK = Role(names=("datalink", "datalink_url", "datalinkurl"))
_LINKS = "ivo://ivoa.net/std/datalink#links"
_ROW = {
    name: Role(names=(name,))
    for name in ("id", "access_url", "service_def", "error_message", "semantics", "content_type")
}


@dataclass(frozen=True)
class Descriptor:
    """A service descriptor (DataLink 1.1, section 4).

    Parameters
    ----------
    id : str
        By which links refer to it; may be empty.
    standard : str
        Identifier of the service's standard, in lower case.
    address : str
        Where the service is.
    inputs : tuple of Param
        Its parameters.
    """

    id: str
    standard: str
    address: str
    inputs: tuple[Param, ...]

    def input(self, name: str) -> Param | None:
        """Return an input by its name in any case, or None."""
        return next((param for param in self.inputs if (param.name or "").lower() == name.lower()), None)


@dataclass(frozen=True)
class Link:
    """One row of a DataLink document, as the service gave it."""

    id: str
    access_url: str
    service_def: str
    error_message: str
    semantics: str
    content_type: str


def descriptors(document: VOTableFile) -> Iterator[Descriptor]:
    """Go through the service descriptors of a document."""
    for resource in resources(document):
        if (resource.utype or "").lower() != "adhoc:service":
            continue
        told = {(param.name or "").lower(): str(param.value) for param in resource.params}
        inputs = [
            entry
            for group in resource.groups
            if (group.name or "").lower() == "inputparams"
            for entry in _params(group)
        ]
        address, standard = told.get("accessurl", ""), told.get("standardid", "").lower()
        yield Descriptor(resource.ID or "", standard, address, tuple(inputs))


def _params(group: Group) -> list[Param]:
    return [entry for entry in group.entries if isinstance(entry, Param)]


def links(results: Results) -> list[Link]:
    """Return the rows of a DataLink document.

    Raises
    ------
    ServiceError
        If the document holds only an error.
    """
    columns = Columns(results.table)
    rows = [Link(*cells) for cells in zip(*(columns.text(role) for role in _ROW.values()), strict=True)]
    errors = [row.error_message for row in rows if row.error_message]
    if errors and len(errors) == len(rows):
        raise ServiceError(f"its DataLink document says: {errors[0]}", remedy="ask the archive's operators")
    return rows


def whole_file(results: Results) -> str:
    """Return the address of the data set itself.

    Raises
    ------
    ServiceError
        If no link leads to it.
    """
    for link in links(results):
        if link.semantics.rsplit("#", 1)[-1] == "this" and link.access_url:
            return link.access_url
    raise ServiceError("its DataLink document names no file", remedy="ask the archive's operators")


def link_addresses(
    document: VOTableFile,
    columns: Columns,
    pubdid: NDArray[np.str_],
    accref: NDArray[np.str_],
    form: NDArray[np.str_],
) -> NDArray[np.str_]:
    """Return each row's address of its DataLink document, '' where there is none."""
    found = columns.text(DATALINK)
    found = np.where((found == "") & (np.char.find(form, MEDIA) >= 0), accref, found)
    service = next((each for each in descriptors(document) if each.standard.startswith(_LINKS)), None)
    if service is None or not service.address or (found != "").all():
        return found
    key = next((param for param in service.inputs if param.ref), None)
    ids = pubdid if key is None else columns.text(columns.by_id(key.ref))
    name = key.name if key else "ID"
    described = [with_params(service.address, {name: id_}) if id_ else "" for id_ in ids]
    return np.where(found == "", np.array(described, dtype=str), found)
