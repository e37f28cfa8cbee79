"""Ask any service for spectra: the answer is found, none or failed."""

from __future__ import annotations

from astrolib.archive import local
from astrolib.archive.answer import Answer, answered
from astrolib.archive.http import Client
from astrolib.archive.obscore import search_obscore
from astrolib.archive.query import SpectrumQuery
from astrolib.archive.services import Service
from astrolib.archive.ssap import search_ssap
from astrolib.core import settings as core_settings
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
    guard = service.guard()
    guard.check(service.address)

    def ask() -> Answer:
        with Client(guard, settings or core_settings.load()) as client:
            return _SEARCHES[service.protocol](client, service.address, query)

    return answered(service.given, ask)
