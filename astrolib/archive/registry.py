"""Find services for spectra in the registry of the Virtual Observatory (RegTAP 1.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from astrolib.archive.columns import Columns, Role
from astrolib.archive.dali import Results, fetch_results
from astrolib.archive.http import Client
from astrolib.archive.obscore import quoted
from astrolib.archive.services import Service
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AddressError, AstrolibError, RefusedError
from astrolib.core.outcome import Status
from astrolib.core.settings import Settings

REGISTRY = "http://reg.g-vo.org/tap"
"""The registry that is asked unless another is named."""

_SSAP = "ivo://ivoa.net/std/ssa"
_MAX_SERVICES = 500


@dataclass(frozen=True)
class RegistryAnswer:
    """Services that a registry names.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none``: the registry knows of no such service.
    services : tuple of Service
        Those at addresses that may be asked.
    truncated : bool
        Whether there are more.
    reason : str
        Why it failed, on one line.
    """

    status: Status
    services: tuple[Service, ...] = ()
    truncated: bool = False
    reason: str = ""


def find_in_registry(
    words: Iterable[str], settings: Settings | None = None, *, registry: str = REGISTRY
) -> RegistryAnswer:
    """Find SSAP services whose title, description or subject hold all of some words.

    Parameters
    ----------
    words : iterable of str
        At least one.
    settings : Settings, optional
        Those in force by default.
    registry : str
        Base address of a TAP service with the tables of RegTAP.

    Raises
    ------
    RefusedError
        If there are no words, or the registry's address is malformed.
    """
    wanted = [word.strip() for word in words if word.strip()]
    if not wanted:
        raise RefusedError("no words to look for", remedy="give one, such as LAMOST")
    guard = AddressGuard.of(registry)
    sent = {"REQUEST": "doQuery", "LANG": "ADQL", "QUERY": _adql(wanted), "MAXREC": str(_MAX_SERVICES)}
    try:
        with Client(guard, settings or core_settings.load()) as client:
            answer = fetch_results(client, registry.rstrip("/?") + "/sync", sent)
    except AstrolibError as error:
        return RegistryAnswer("failed", reason=str(error))
    services = tuple(service for service in _services(answer, registry) if _may_be_asked(guard, service))
    return RegistryAnswer("found" if services else "none", services, answer.truncated)


def _adql(words: list[str]) -> str:
    """Return the query; access URLs of the interface with role std (RegTAP 1.1, section 8.10)."""
    conditions = " AND ".join(_holds(word) for word in words)
    return (
        "SELECT DISTINCT short_name, res_title, access_url FROM rr.resource "  # noqa: S608 - words are quoted
        "NATURAL JOIN rr.capability NATURAL JOIN rr.interface "
        f"WHERE standard_id = {quoted(_SSAP)} AND intf_role = 'std' AND {conditions}"
    )


def _holds(word: str) -> str:
    pattern = quoted(f"%{word.replace('%', '').replace('_', ' ')}%")
    return (
        f"(1 = ivo_nocasematch(res_title, {pattern}) OR 1 = ivo_nocasematch(short_name, {pattern}) "
        f"OR 1 = ivo_hasword(res_description, {quoted(word)}))"
    )


def _services(answer: Results, registry: str) -> list[Service]:
    columns = Columns(answer.table)
    names, titles, addresses = (
        columns.text(Role(names=(name,))) for name in ("short_name", "res_title", "access_url")
    )
    return [
        Service(str(name), str(address), "ssap", str(title), found_in=registry)
        for name, title, address in zip(names, titles, addresses, strict=True)
    ]


def _may_be_asked(guard: AddressGuard, service: Service) -> bool:
    try:
        guard.check(service.address)
    except AddressError:
        return False
    return True
