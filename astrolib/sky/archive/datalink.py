"""What belongs to a spectrum: DataLink 1.1."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from astrolib.core.errors import ParameterError
from astrolib.sky.archive.entry import Entry
from astrolib.sky.archive.index import Index
from astrolib.sky.archive.parameters import Parameters
from astrolib.sky.archive.preview import SVG_TYPE
from astrolib.sky.archive.sdm import FITS_TYPE
from astrolib.sky.archive.soda import inputs
from astrolib.sky.archive.ssap import accref
from astrolib.sky.archive.votable import (
    MEDIA_TYPE,
    Field,
    Node,
    document,
    info,
    param,
    resource,
    service,
    table,
)

MAX_IDS = 1000
"""Most spectra that one request may ask about."""

FIELDS = (
    Field("ID", "char", "Identifier of the spectrum", "", "meta.id;meta.main"),
    Field("access_url", "char", "Address of the data", "", "meta.ref.url"),
    Field("service_def", "char", "The service that gives the data", "", "meta.ref"),
    Field("error_message", "char", "Why there is no address", "", "meta.code.error"),
    Field("description", "char", "What the address leads to", "", "meta.note"),
    Field("semantics", "char", "What it is to the spectrum", "", "meta.code"),
    Field("content_type", "char", "Media type", "", "meta.code.mime"),
    Field("content_length", "long", "Size", "byte", "phys.size;meta.file"),
)

Row = tuple[Any, ...]


def answer(index: Index, query: Parameters, base: str) -> bytes:
    """Return the links of the spectra that a query names; an unknown one gets a row that says so.

    Raises
    ------
    ParameterError
        If it names none, or more than `MAX_IDS`.
    """
    dids = query.all("ID")
    if not 1 <= len(dids) <= MAX_IDS:
        raise ParameterError(f"{len(dids)} IDs", remedy=f"give 1 to {MAX_IDS}")
    rows: list[Row] = []
    services: list[Node] = []
    for number, did in enumerate(dids):
        entry = index.by_did.get(did)
        if entry is None:
            rows.append(_unknown(did))
            continue
        rows += _links(entry, base, f"proc_{number}")
        services.append(_processing(entry, base, f"proc_{number}"))
    return document(resource("results", info("QUERY_STATUS", "OK"), table(FIELDS, rows)), *services)


def _links(entry: Entry, base: str, processing: str) -> list[Row]:
    file = f"{base}file/{quote(entry.key)}"
    preview = f"{base}preview?{urlencode({'ID': entry.did})}"
    part = "A part of it, recalibrated, as VOTable or FITS"
    links = (
        (accref(base, entry), "", "The spectrum as a VOTable", "#this", MEDIA_TYPE, entry.votable_size),
        (file, "", "The FITS file that it comes from", "#progenitor", FITS_TYPE, entry.size),
        (preview, "", "A drawing", "#preview", SVG_TYPE, None),
        ("", processing, part, "#proc", "", None),
    )
    return [(entry.did, address, service, "", *rest) for address, service, *rest in links]


def _unknown(did: str) -> Row:
    return (did[:200], "", "", "NotFoundFault: no spectrum of this ID", "", "#this", "", None)


def _processing(entry: Entry, base: str, identifier: str) -> Node:
    name = Field("ID", "char", "Identifier of the spectrum", ucd="meta.id;meta.main")
    limits = (entry.start, entry.end)
    return service(
        identifier, "ivo://ivoa.net/std/SODA#sync-1.0", f"{base}soda", param(name, entry.did), *inputs(limits)
    )
