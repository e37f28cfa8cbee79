"""Which spectra match a query: Simple Spectral Access 1.1."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.sky.archive import columns, parameters
from astrolib.sky.archive.entry import Entry
from astrolib.sky.archive.index import Index, plain_name
from astrolib.sky.archive.parameters import Interval, Parameters
from astrolib.sky.archive.places import distances, within
from astrolib.sky.archive.soda import inputs
from astrolib.sky.archive.votable import (
    MEDIA_TYPE,
    Field,
    Node,
    document,
    element,
    info,
    param,
    resource,
    service,
    table,
)

DEFAULT_SIZE = 0.1
"""Diameter of the region where a query gives a position without SIZE [deg]."""

INPUTS = (
    Field("INPUT:POS", "char", "Position RA,Dec, ICRS", "deg"),
    Field("INPUT:SIZE", "double", "Diameter of the region about POS", "deg"),
    Field("INPUT:BAND", "char", "Wavelength ranges, such as 6.5e-7/6.6e-7", "m"),
    Field("INPUT:TIME", "char", "Ranges of ISO 8601 dates, UTC, such as 2012/2013-06"),
    Field("INPUT:TARGETNAME", "char", "Names of objects; case and spaces do not matter"),
    Field("INPUT:FORMAT", "char", "all, compliant, votable, metadata or a media type"),
    Field("INPUT:MAXREC", "int", "Most rows of the answer; 0 for the columns only"),
)

_FORMATS = frozenset({"all", "compliant", "votable", "xml", "native", MEDIA_TYPE})


def answer(index: Index, query: Parameters, base: str) -> bytes:
    """Return the VOTable that answers a query.

    Parameters
    ----------
    index : Index
        What the archive offers.
    query : Parameters
        The request.
    base : str
        The archive's address, with a slash at its end.

    Raises
    ------
    ParameterError
        If the query cannot be understood.
    """
    if query.only("REQUEST").casefold() != "querydata":
        raise ParameterError(f"REQUEST is {query.get('REQUEST', '')[:80]!r}", remedy="ask for queryData")
    allowed = parameters.max_rows(query.only("MAXREC"))
    chosen = matching(index, query)
    if query.get("FORMAT", "").casefold() == "metadata" or allowed == 0:
        return _document(index, [], base, *_inputs(), truncated=False)
    return _document(index, chosen[:allowed], base, truncated=len(chosen) > allowed)


def matching(index: Index, query: Parameters) -> list[Entry]:
    """Return the entries that satisfy all constraints of a query."""
    chosen = np.ones(len(index.entries), dtype=bool)
    for name, constrain in _CONSTRAINTS.items():
        if query.only(name):
            chosen &= constrain(index, query)
    rows = np.flatnonzero(chosen)
    if query.only("POS"):  # the nearest first, so that MAXREC keeps them
        centre = parameters.position(query["POS"])
        rows = rows[
            np.argsort(
                distances(_column(index, "ra")[rows], _column(index, "dec")[rows], centre), kind="stable"
            )
        ]
    return [index.entries[row] for row in rows]


def accref(base: str, entry: Entry) -> str:
    """Return the address of the spectrum as a VOTable."""
    return f"{base}spectrum/{quote(entry.key)}"


def datalink_address(base: str, entry: Entry) -> str:
    """Return the address of what belongs to the spectrum."""
    return f"{base}datalink?{urlencode({'ID': entry.did})}"


def _inputs() -> list[Node]:
    return [param(field, ID=field.name.replace(":", "_")) for field in INPUTS]


def _column(index: Index, name: str) -> NDArray[np.float64]:
    return np.array([getattr(entry, name) for entry in index.entries], dtype=np.float64)


def _near(index: Index, query: Parameters) -> NDArray[np.bool_]:
    size = query.only("SIZE")
    diameter = parameters.number("SIZE", size, 0, 360) if size else DEFAULT_SIZE
    centre = parameters.position(query["POS"])
    return within(_column(index, "ra"), _column(index, "dec"), centre, diameter / 2)


def _in_band(index: Index, query: Parameters) -> NDArray[np.bool_]:
    start, end = _column(index, "start"), _column(index, "end")
    found = np.zeros(len(start), dtype=bool)
    for band in parameters.bands(query["BAND"]):
        found |= band == "optical" if isinstance(band, str) else _overlap(start, end, band)
    return found


def _in_time(index: Index, query: Parameters) -> NDArray[np.bool_]:
    half = np.nan_to_num(_column(index, "exptime")) / 2 / 86400
    middle = _column(index, "mjd")
    found = np.zeros(len(middle), dtype=bool)
    for asked in parameters.times(query["TIME"]):
        found |= _overlap(middle - half, middle + half, asked)
    return found


def _overlap(start: NDArray[np.float64], end: NDArray[np.float64], asked: Interval) -> NDArray[np.bool_]:
    return (start <= asked[1]) & (end >= asked[0])


def _named(index: Index, query: Parameters) -> NDArray[np.bool_]:
    names = {plain_name(name) for name in query["TARGETNAME"].split(",")}
    return np.array([plain_name(entry.target) in names for entry in index.entries], dtype=bool)


def _formatted(index: Index, query: Parameters) -> NDArray[np.bool_]:
    asked = {name.strip().casefold() for name in query["FORMAT"].split(",")}
    return np.full(len(index.entries), bool(asked & (_FORMATS | {"metadata"})))


_CONSTRAINTS: dict[str, Callable[[Index, Parameters], NDArray[np.bool_]]] = {
    "POS": _near,
    "BAND": _in_band,
    "TIME": _in_time,
    "TARGETNAME": _named,
    "FORMAT": _formatted,
}


def _document(index: Index, entries: list[Entry], base: str, *more: Node, truncated: bool) -> bytes:
    rows = (columns.ssap_row(entry, accref(base, entry), datalink_address(base, entry)) for entry in entries)
    links = Field("ID", "char", "Identifier of the spectrum", ucd="meta.id;meta.main")
    whole = (min(entry.start for entry in index.entries), max(entry.end for entry in index.entries))
    return document(
        element("DESCRIPTION", text="Spectra of a folder, served on this machine."),
        resource(
            "results",
            info("SERVICE_PROTOCOL", "1.1", "SSAP"),
            info("QUERY_STATUS", "OVERFLOW" if truncated else "OK"),
            info("standardID", "ivo://ivoa.net/std/ssap"),
            element("COOSYS", {"ID": "system", "system": "ICRS"}),
            *more,
            table(columns.ssap_fields(), rows),
        ),
        service(
            "links",
            "ivo://ivoa.net/std/DataLink#links-1.1",
            f"{base}datalink",
            param(links, ref="ssa_pubDID"),
        ),
        service(
            "proc_svc",
            "ivo://ivoa.net/std/SODA#sync-1.0",
            f"{base}soda",
            param(links, ref="ssa_pubDID"),
            *inputs(whole),
        ),
    )
