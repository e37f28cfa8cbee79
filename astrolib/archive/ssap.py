"""Ask a spectral archive by the Simple Spectral Access Protocol (SSAP 1.1)."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord

from astrolib.archive.answer import Answer
from astrolib.archive.columns import Columns
from astrolib.archive.dali import Results, fetch_results
from astrolib.archive.http import Client
from astrolib.archive.offer import offer_of
from astrolib.archive.query import SpectrumQuery
from astrolib.core.errors import ServiceError


def search_ssap(client: Client, address: str, query: SpectrumQuery) -> Answer:
    """Query an SSAP service.

    Raises
    ------
    AstrolibError
        If the service does not answer, or says that the query failed.
    """
    found = answer_of(fetch_results(client, address, parameters(query)))
    return limited(within(found, query), query.max_records)


def parameters(query: SpectrumQuery) -> dict[str, str]:
    """Return a query as it goes over the wire (SSAP 1.1, section 4.1).

    SIZE is the diameter. Services that take it as the radius answer with more than was asked for; `within`
    cuts that.
    """
    sent = {"REQUEST": "queryData"}
    if query.target:
        sent["TARGETNAME"] = query.target
    if query.position is not None:
        place = query.position.icrs
        sent["POS"] = f"{place.ra.deg:.8f},{place.dec.deg:.8f}"
        sent["SIZE"] = f"{min(2 * query.radius_degrees, 360):.8g}"
    if query.band is not None:
        sent["BAND"] = "/".join(f"{end:.10g}" for end in query.band_metres)
    if query.time is not None:
        sent["TIME"] = "/".join(moment.utc.isot for moment in query.time)
    if query.max_records is not None:
        sent["MAXREC"] = str(query.max_records)
    return sent


def answer_of(results: Results) -> Answer:
    """Return the answer that a table of results gives.

    Raises
    ------
    ServiceError
        If nobody can read it.
    """
    try:
        offer, native = offer_of(results), Columns(results.table).native()
    except Exception as error:  # what a stranger's columns make astropy raise has no bounds
        raise ServiceError(
            f"an answer that cannot be read ({type(error).__name__}: {error})", remedy="tell its operators"
        ) from error
    return Answer.of_offer(offer, native, truncated=results.truncated)


def within(answer: Answer, query: SpectrumQuery) -> Answer:
    """Cut an answer to the rows within the query's radius, and to those whose position is not said."""
    if query.position is None or not len(answer):
        return answer
    ra, dec = answer.offer["ra"].to_value(u.deg), answer.offer["dec"].to_value(u.deg)
    known = np.isfinite(ra) & np.isfinite(dec)
    place = SkyCoord(np.where(known, ra, 0) * u.deg, np.where(known, dec, 0) * u.deg)
    near = place.separation(query.position.icrs).deg <= query.radius_degrees
    return answer.only(near | ~known)


def limited(answer: Answer, max_records: int | None) -> Answer:
    """Cut the answer of a service that sent more rows than it was asked for."""
    if max_records is None or len(answer) <= max_records:
        return answer
    cut = answer.only(np.arange(len(answer)) < max_records)
    return Answer.of_offer(cut.offer, cut.native, truncated=True)
