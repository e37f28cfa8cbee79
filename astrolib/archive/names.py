"""Where an object is, by its name: Sesame of CDS, or the local archive where there is no network."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import astropy.units as u
from astropy.coordinates import SkyCoord
from defusedxml import DefusedXmlException, ElementTree

from astrolib.archive import local
from astrolib.archive.http import Client
from astrolib.archive.refusal import StatusError
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError, RefusedError, ServiceError
from astrolib.core.outcome import Status
from astrolib.core.settings import Settings

SESAME = "https://cds.unistra.fr/cgi-bin/nph-sesame/-oxp/SNV"
"""Asks SIMBAD, NED and VizieR, in this order, until one knows the name."""


@dataclass(frozen=True, eq=False)
class Position:
    """The answer to a name.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none``: all who were asked answered, and nobody knows it.
    name : str
        The name that was asked for.
    position : SkyCoord or None
        ICRS, where found.
    reason : str
        Why it failed, on one line.
    """

    status: Status
    name: str
    position: SkyCoord | None = None
    reason: str = ""


def resolve_name(name: str, settings: Settings | None = None, *, sesame: str = SESAME) -> Position:
    """Return where an object is.

    Parameters
    ----------
    name : str
        The object's name.
    settings : Settings, optional
        Those in force by default. The profile ``local`` asks the local archive, ``live`` asks Sesame.
    sesame : str
        Address of another Sesame.

    Raises
    ------
    RefusedError
        If the name is empty.
    """
    settings = settings or core_settings.load()
    if not name.strip():
        raise RefusedError("no name", remedy="give the object's name")
    try:
        if settings.profile == "live":
            return _asked(name, f"{sesame}?{quote(name.strip())}", settings, _from_sesame)
        return _asked_locally(name, settings)
    except AstrolibError as error:
        return Position("failed", name, reason=str(error))


def _asked(name: str, address: str, settings: Settings, read: Callable[[str, bytes], Position]) -> Position:
    with Client(AddressGuard.of(address), settings) as client:
        return read(name, client.get(address).content)


def _asked_locally(name: str, settings: Settings) -> Position:
    address = local.addresses().get("names", "")
    if not address:
        raise ServiceError("no local archive that knows names runs", remedy=local.REMEDY)
    try:
        return _asked(name, f"{address.rstrip('?')}?name={quote(name.strip())}", settings, _from_local)
    except StatusError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            return Position("none", name)
        raise


def _from_local(name: str, content: bytes) -> Position:
    try:
        told = json.loads(content)
        return _found(name, float(told["ra"]), float(told["dec"]))
    except (ValueError, TypeError, KeyError) as error:
        raise ServiceError("the local archive's answer has no position", remedy=local.REMEDY) from error


def _from_sesame(name: str, content: bytes) -> Position:
    try:
        answer = ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise ServiceError(f"Sesame's answer is no XML ({error})", remedy="try again later") from error
    places = [(each.findtext("jradeg"), each.findtext("jdedeg")) for each in answer.iter("Resolver")]
    for ra, dec in places:
        if ra and dec:
            try:
                return _found(name, float(ra), float(dec))
            except ValueError as error:
                raise ServiceError(f"Sesame's position is {ra} {dec}", remedy="try again later") from error
    troubles = [each.text or "" for each in answer.iter("ERROR")]
    if troubles or not places:
        said = " ".join(troubles) or "nobody was asked"
        raise ServiceError(f"Sesame could not ask everybody ({said[:200]})", remedy="try again later")
    return Position("none", name)


def _found(name: str, ra: float, dec: float) -> Position:
    if not (math.isfinite(ra) and abs(dec) <= 90):
        raise ValueError("no position")
    return Position("found", name, SkyCoord(ra * u.deg, dec * u.deg))
