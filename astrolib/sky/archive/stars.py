"""The stars of the archive: Simple Cone Search 1.03, and where a name is."""

from __future__ import annotations

import numpy as np

from astrolib.core.errors import AstrolibError
from astrolib.sky.archive import parameters
from astrolib.sky.archive.index import Index, plain_name
from astrolib.sky.archive.parameters import Parameters
from astrolib.sky.archive.places import within
from astrolib.sky.archive.soda import NotFoundError
from astrolib.sky.archive.votable import Field, document, element, info, resource, table

FIELDS = (
    Field("name", "char", "Name of the star", "", "ID_MAIN"),
    Field("ra", "double", "Right ascension, ICRS", "deg", "POS_EQ_RA_MAIN"),
    Field("dec", "double", "Declination, ICRS", "deg", "POS_EQ_DEC_MAIN"),
    Field("mag", "double", "V magnitude", "mag", "PHOT_MAG_V"),
)
"""With the UCDs that the standard asks for, which are of the first kind."""


def cone_search(index: Index, query: Parameters) -> bytes:
    """Return the stars within SR of RA and DEC [deg].

    Raises
    ------
    ParameterError
        If one of the three is missing or not a number.
    """
    centre = (
        parameters.number("RA", query.only("RA"), 0, 360),
        parameters.number("DEC", query.only("DEC"), -90, 90),
    )
    radius = parameters.number("SR", query.only("SR"), 0, 180)
    allowed = parameters.max_rows(query.only("MAXREC"))
    place = np.array([(star.ra, star.dec) for star in index.stars], dtype=np.float64).reshape(-1, 2)
    rows = np.flatnonzero(within(place[:, 0], place[:, 1], centre, radius)) if radius else np.empty(0, int)
    found = [index.stars[row] for row in rows]
    status = "OVERFLOW" if len(found) > allowed else "OK"
    cells = ((star.name, star.ra, star.dec, star.mag) for star in found[:allowed])
    return document(
        resource(
            "results",
            info("QUERY_STATUS", status),
            element("COOSYS", {"ID": "system", "system": "ICRS"}),
            table(FIELDS, cells),
        )
    )


def error_document(error: AstrolibError) -> bytes:
    """Return the answer of a cone search that was refused (SCS 1.03, section 2.3)."""
    return document(resource("results", info("Error", str(error)), info("QUERY_STATUS", "ERROR", str(error))))


def resolve(index: Index, name: str) -> dict[str, str | float]:
    """Return ``name``, ``ra`` and ``dec`` [deg] of a star; case and spaces do not matter.

    Raises
    ------
    NotFoundError
        If no star is called so.
    """
    star = index.names.get(plain_name(name))
    if star is None:
        raise NotFoundError(
            "no star of this name", where=repr(name[:80]), remedy="ask the cone search for names"
        )
    return {"name": star.name, "ra": star.ra, "dec": star.dec}
