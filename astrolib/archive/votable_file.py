"""Read an offer of spectra from a VOTable: one on disk, as TOPCAT saves it, or one at an address."""

from __future__ import annotations

from pathlib import Path

from astrolib.archive.answer import Answer, answered
from astrolib.archive.dali import Results, fetch_results, results
from astrolib.archive.http import Client
from astrolib.archive.offer import has_spectra
from astrolib.archive.ssap import answer_of
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import RefusedError, ServiceError
from astrolib.core.settings import Settings
from astrolib.core.votable import read_votable


def read_offer(path_or_address: str | Path, settings: Settings | None = None) -> Answer:
    """Read the spectra on offer in a VOTable.

    Parameters
    ----------
    path_or_address : str or Path
        A file, or an http(s) address. Its access references are found by utype, UCD or name.
    settings : Settings, optional
        Those in force by default.

    Returns
    -------
    Answer
        ``found``, ``none`` (a table without rows), or ``failed``.

    Raises
    ------
    RefusedError
        If there is no such file, or the address is malformed.
    """
    settings = settings or core_settings.load()
    given = str(path_or_address)
    if "://" in given:
        guard = AddressGuard.of(given)
        return answered(given, lambda: offer_at(guard, given, settings))
    path = Path(given).expanduser()
    if not path.is_file():
        raise RefusedError("no such file", where=path, remedy="check the path")
    return answered(given, lambda: _on_disk(path, settings))


def offer_at(guard: AddressGuard, address: str, settings: Settings) -> Answer:
    """Read the spectra on offer in a VOTable at an address that the guard lets pass.

    Raises
    ------
    AstrolibError
        If it is refused, cannot be had, or holds no access references.
    """
    with Client(guard, settings) as client:
        return _offered(fetch_results(client, address), address)


def _on_disk(path: Path, settings: Settings) -> Answer:
    return _offered(results(read_votable(path, max_rows=settings.max_rows), path.name), path.name)


def _offered(table: Results, where: str) -> Answer:
    if not has_spectra(table):
        raise ServiceError(
            "a table without access references", where=where, remedy="name the column of addresses accref"
        )
    return answer_of(table)
