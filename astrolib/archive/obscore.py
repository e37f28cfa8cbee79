"""Ask for spectra through ObsCore, the table of all observations that many TAP services hold.

ObsCore 1.1, section 4; TAP 1.1, section 2.1 (sync); ADQL 2.1, section 4.2 (geometry).
"""

from __future__ import annotations

from astrolib.archive.answer import Answer
from astrolib.archive.dali import fetch_results
from astrolib.archive.http import Client
from astrolib.archive.query import SpectrumQuery
from astrolib.archive.ssap import answer_of, limited, within

_COLUMNS = (
    "obs_publisher_did, access_url, access_format, access_estsize, target_name, s_ra, s_dec, t_min, t_max, "
    "t_exptime, em_min, em_max, em_res_power, obs_collection, instrument_name"
)


def search_obscore(client: Client, address: str, query: SpectrumQuery) -> Answer:
    """Query the ObsCore table of a TAP service.

    Parameters
    ----------
    client : Client
        To ask with.
    address : str
        Base address of the TAP service, without ``/sync``.
    query : SpectrumQuery
        What to ask.

    Raises
    ------
    AstrolibError
        If the service does not answer, or says that the query failed.
    """
    sent = {"REQUEST": "doQuery", "LANG": "ADQL", "QUERY": adql(query), "RESPONSEFORMAT": "votable"}
    if query.max_records is not None:
        sent["MAXREC"] = str(query.max_records)
    found = answer_of(fetch_results(client, address.rstrip("/?") + "/sync", sent))
    return limited(within(found, query), query.max_records)


def adql(query: SpectrumQuery) -> str:
    """Return a query in ADQL."""
    conditions = ["dataproduct_type = 'spectrum'"]
    if query.target:
        conditions.append(f"target_name = {quoted(query.target)}")
    if query.position is not None:
        place = query.position.icrs
        circle = f"CIRCLE('ICRS', {place.ra.deg:.8f}, {place.dec.deg:.8f}, {query.radius_degrees:.8g})"
        conditions.append(f"1 = CONTAINS(POINT('ICRS', s_ra, s_dec), {circle})")
    if query.band is not None:
        low, high = query.band_metres
        conditions += [f"em_min <= {high:.10g}", f"em_max >= {low:.10g}"]
    if query.time is not None:
        first, last = query.time
        conditions += [f"t_min <= {last.utc.mjd:.8f}", f"t_max >= {first.utc.mjd:.8f}"]
    return f"SELECT {_COLUMNS} FROM ivoa.ObsCore WHERE {' AND '.join(conditions)}"  # noqa: S608 - texts are quoted


def quoted(text: str) -> str:
    """Return a text as a literal of ADQL, in which only the quote needs care (ADQL 2.1, section 2.1.4)."""
    return "'" + text.replace("\x00", "").replace("'", "''") + "'"
