"""What SIMBAD and Gaia would say of the simulated sky: cone searches (SCS 1.03) with their columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from astrolib.sky.archive import parameters
from astrolib.sky.archive.catalogue import EPOCH, Catalogue, Source
from astrolib.sky.archive.parameters import Parameters
from astrolib.sky.archive.places import within
from astrolib.sky.archive.votable import Field, document, element, info, resource, table

_PLACE = (
    Field("ra", "double", "Right ascension, ICRS, at the epoch of the catalogue", "deg", "POS_EQ_RA_MAIN"),
    Field("dec", "double", "Declination, ICRS, at the epoch of the catalogue", "deg", "POS_EQ_DEC_MAIN"),
    Field("pmra", "double", "Proper motion in right ascension, with cos dec", "mas/yr", "POS_EQ_PMRA"),
    Field("pmdec", "double", "Proper motion in declination", "mas/yr", "POS_EQ_PMDEC"),
)
GAIA_FIELDS = (
    Field("source_id", "long", "Identifier", "", "ID_MAIN"),
    *_PLACE,
    Field("ref_epoch", "double", "Epoch of the position", "yr", "TIME_EPOCH"),
    Field("phot_g_mean_mag", "double", "G magnitude", "mag", "PHOT_MAG_G"),
    Field("bp_rp", "double", "Colour BP - RP", "mag", "PHOT_COLOR"),
)
SIMBAD_FIELDS = (
    Field("main_id", "char", "Name", "", "ID_MAIN"),
    *_PLACE,
    Field("otype", "char", "Kind of object", "", "CLASS_OBJECT"),
    Field("V", "double", "V magnitude", "mag", "PHOT_MAG_V"),
)
_SIMBAD_EPOCH = 2000.0


def gaia(catalogue: Catalogue, query: Parameters) -> bytes:
    """Return the sources within SR of RA and DEC [deg] as Gaia lists them, at J2016.0.

    Raises
    ------
    ParameterError
        If one of the three is missing or not a number.
    """
    return _answer(GAIA_FIELDS, map(_as_gaia, _found(catalogue, query)), query)


def simbad(catalogue: Catalogue, query: Parameters) -> bytes:
    """Return the sources that have a name as SIMBAD lists them, at J2000.0; as `gaia` otherwise."""
    named = (source for source in _found(catalogue, query) if source.name)
    return _answer(SIMBAD_FIELDS, map(_as_simbad, named), query)


def _found(catalogue: Catalogue, query: Parameters) -> Iterable[Source]:
    centre = (
        parameters.number("RA", query.only("RA"), 0, 360),
        parameters.number("DEC", query.only("DEC"), -90, 90),
    )
    radius = parameters.number("SR", query.only("SR"), 0, 180)
    rows = np.flatnonzero(within(catalogue.ra, catalogue.dec, centre, radius)) if radius else ()
    return [catalogue.sources[row] for row in rows]


def _answer(fields: tuple[Field, ...], rows: Iterable[tuple[Any, ...]], query: Parameters) -> bytes:
    allowed = parameters.max_rows(query.only("MAXREC"))
    found = list(rows)
    return document(
        resource(
            "results",
            info("QUERY_STATUS", "OVERFLOW" if len(found) > allowed else "OK"),
            element("COOSYS", {"ID": "system", "system": "ICRS"}),
            table(fields, found[:allowed]),
        )
    )


def _as_gaia(source: Source) -> tuple[Any, ...]:
    place = source.ra, source.dec, source.pmra, source.pmdec
    return source.source_id, *place, EPOCH, source.g, source.colour


def _as_simbad(source: Source) -> tuple[Any, ...]:
    years = _SIMBAD_EPOCH - EPOCH
    dec = source.dec + source.pmdec * years / 3_600_000
    ra = source.ra + source.pmra * years / 3_600_000 / float(np.cos(np.radians(source.dec)))
    return source.name, ra, dec, source.pmra, source.pmdec, source.kind, source.v
