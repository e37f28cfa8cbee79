"""Ask any service for spectra: the answer is found, none or failed."""

from __future__ import annotations

import dataclasses

from astrolib.archive import local
from astrolib.archive.answer import Answer, answered
from astrolib.archive.http import Client
from astrolib.archive.names import resolve_name
from astrolib.archive.obscore import search_obscore
from astrolib.archive.query import SpectrumQuery
from astrolib.archive.services import Service
from astrolib.archive.ssap import search_ssap
from astrolib.core import settings as core_settings
from astrolib.core.errors import ServiceError
from astrolib.core.settings import Settings

_SEARCHES = {"ssap": search_ssap, "obscore": search_obscore}


def search(service: Service, query: SpectrumQuery, settings: Settings | None = None) -> Answer:
    """Ask a service for spectra.

    Parameters
    ----------
    service : Service
        From `find_service` or `find_in_registry`.
    query : SpectrumQuery
        What to ask.
    settings : Settings, optional
        Those in force by default.

    Returns
    -------
    Answer
        ``found``, ``none``, or ``failed`` with the reason.

    Raises
    ------
    AddressError
        If the service's address is refused.
    """
    if not service.address:
        return Answer("failed", reason=f"the local archive does not run; {local.REMEDY}")
    settings = settings or core_settings.load()
    guard = service.guard()
    guard.check(service.address)

    def ask() -> Answer:
        around = located(query, settings)
        with Client(guard, settings) as client:
            return _SEARCHES[service.protocol](client, service.address, around)

    return answered(service.given, ask)


def located(query: SpectrumQuery, settings: Settings) -> SpectrumQuery:
    """Return a query around a target as one around that target's position.

    Raises
    ------
    ServiceError
        If its name is unknown, or could not be looked up.
    """
    if query.radius is None or query.position is not None:
        return query
    found = resolve_name(query.target, settings)
    if found.position is None:
        why = found.reason or "nobody who was asked knows it"
        raise ServiceError(
            f"{query.target} has no known position ({why})",
            remedy="give a position, or leave the radius out to ask for the name alone",
        )
    return dataclasses.replace(query, target="", position=found.position)
