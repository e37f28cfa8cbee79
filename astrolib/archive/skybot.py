"""Which known objects of the solar system stand in a field at an epoch: SkyBoT, seen from an observatory.

Berthier et al. 2006, ASP Conference Series 351, 367; the service is IMCCE's. Its `-observer` is the code of
the observatory (`-loc` is not: with it, positions come back geocentric, without a word), and its default
filter hides objects whose ephemeris is uncertain, which would make them look new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time
from astropy.units import Quantity
from numpy.typing import NDArray

from astrolib.archive import local
from astrolib.archive.columns import Columns, Role
from astrolib.archive.dali import Results, fetch_results, resources
from astrolib.archive.http import Client
from astrolib.archive.pace import Pace
from astrolib.archive.query import in_unit
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError, RefusedError, ServiceError
from astrolib.core.outcome import Status
from astrolib.core.schema import Column, TableSchema
from astrolib.core.settings import Settings

KNOWN_OBJECT = TableSchema(
    "known objects of the solar system in a field",
    (
        Column("name", "str", "its number in brackets and its name, or its provisional designation"),
        Column("kind", "str", "dynamical class, as SkyBoT writes it"),
        Column("ra", "float", "right ascension, astrometric, ICRS", "deg"),
        Column("dec", "float", "declination, astrometric, ICRS", "deg"),
        Column("error", "float", "of the ephemeris' position", "arcsec"),
        Column("rate_ra", "float", "motion in right ascension, with cos dec", "arcsec / min"),
        Column("rate_dec", "float", "motion in declination", "arcsec / min"),
        Column("mag", "float", "magnitude in V"),
        Column("distance", "float", "from the observer", "AU"),
    ),
)
"""One row an object, at the epoch and from the observatory that were asked for."""

LIVE = "https://ssp.imcce.fr/webservices/skybot/api/conesearch.php"

_NOBODY = "no solar system object was found"  # SkyBoT says ERROR where it means none
_STATION = re.compile(r"[0-9A-Z][0-9]{2}")
_PACE = Pace(1)
_PLACE = (Role(names=("_raj2000",)), Role(names=("_decj2000",)))
_RATES = (Role(names=("dracosdec",)), Role(names=("ddec",)))


@dataclass(frozen=True, eq=False)
class KnownObjects:
    """What SkyBoT knows in a field at an epoch.

    Parameters
    ----------
    status : {'found', 'none', 'failed'}
        ``none`` only where the service answered, whole, for the observatory that was named. Its orbits are
        updated weekly: what it does not know is not yet new.
    table : QTable
        Of the schema `KNOWN_OBJECT`.
    reason : str
        Why it failed, on one line.
    """

    status: Status
    table: QTable = field(default_factory=KNOWN_OBJECT.table)
    reason: str = ""


def known_objects(
    position: SkyCoord,
    epoch: Time,
    radius: Quantity,
    station: str,
    service: Literal["skybot", "local"] = "skybot",
    settings: Settings | None = None,
) -> KnownObjects:
    """Ask which known objects stood in a field at an epoch, seen from an observatory.

    Parameters
    ----------
    position : SkyCoord
        The centre, scalar.
    epoch : Time
        When; sent in UTC.
    radius : Quantity
        An angle, at most 10 degrees.
    station : str
        The observatory's code of the Minor Planet Center.
    service : {'skybot', 'local'}
        IMCCE's, or the one of the archive on this machine.
    settings : Settings, optional
        Those in force by default.

    Raises
    ------
    RefusedError
        If the radius is no such angle, or the station no such code.
    """
    degrees = in_unit(radius, u.deg, "radius")
    if not 0 < degrees <= 10:
        raise RefusedError(f"a radius of {radius}", remedy="give more than 0 and at most 10 degrees")
    if not _STATION.fullmatch(station):
        raise RefusedError(f"{station!r} is no code of an observatory", remedy="give OBSCODE, as 950 or Z21")
    asked = {
        "-ep": f"{epoch.utc.jd:.8f}",
        "-ra": f"{position.icrs.ra.deg:.8f}",
        "-dec": f"{position.icrs.dec.deg:.8f}",
        "-rd": f"{degrees:.6f}",
        "-observer": station,
        "-filter": "0",
        "-objFilter": "111",
        "-refsys": "EQJ2000",
        "-mime": "votable",
        "-output": "basic",
    }
    try:
        return _answer(_address(service), asked, settings or core_settings.load())
    except AstrolibError as error:
        return KnownObjects("failed", reason=str(error))


def _address(service: str) -> str:
    if service == "skybot":
        _PACE.wait()
        return LIVE
    address = local.addresses().get("skybot", "")
    if not address:
        raise ServiceError("no local archive that stands for SkyBoT runs", remedy=local.REMEDY)
    return address


def _answer(address: str, asked: dict[str, str], settings: Settings) -> KnownObjects:
    try:
        with Client(AddressGuard.of(address), settings) as client:
            results = fetch_results(client, address, asked)
    except ServiceError as error:
        if _NOBODY in str(error).lower():
            return KnownObjects("none")
        raise
    seen_from = _observer(results)
    if seen_from != asked["-observer"]:
        said = f"SkyBoT answered for the observer {seen_from!r}, not {asked['-observer']!r}"
        return KnownObjects("failed", reason=f"{said}; try again later")
    if results.truncated:
        return KnownObjects("failed", reason="SkyBoT cut its answer short; make the radius smaller")
    table = _table(Columns(results.table))
    return KnownObjects("found" if len(table) else "none", table)


def _observer(results: Results) -> str:
    """Return whom the positions are seen from, '' where the answer does not say."""
    told = (param for resource in resources(results.document) for param in resource.params)
    return next((str(param.value) for param in told if (param.name or "").lower() == "observer"), "")


def _table(columns: Columns) -> QTable:
    ra, dec = (columns.number(role, "deg", "deg") for role in _PLACE)
    if len(columns) and not np.isfinite(ra + dec).all():
        raise ServiceError("SkyBoT answered without positions", remedy="try again later")
    rates = [columns.number(role, "arcsec / h", "arcsec / h") / 60 for role in _RATES]
    return QTable(
        {
            "name": _names(columns),
            "kind": columns.text(Role(names=("class",))),
            "ra": ra * u.deg,
            "dec": dec * u.deg,
            "error": columns.number(Role(names=("errpos",)), "arcsec", "arcsec") * u.arcsec,
            "rate_ra": rates[0] * u.arcsec / u.min,
            "rate_dec": rates[1] * u.arcsec / u.min,
            "mag": columns.number(Role(names=("mv",))),
            "distance": columns.number(Role(names=("dgeo",)), "AU", "AU") * u.AU,
        }
    )


def _names(columns: Columns) -> NDArray[np.str_]:
    """Return what the objects are called; SkyBoT marks those without a number by a dash."""
    numbers, names = columns.text(Role(names=("num",))), columns.text(Role(names=("name",)))
    numbered = [number.isdigit() for number in numbers]
    return np.array(
        [
            f"({number}) {name}" if has else name
            for number, name, has in zip(numbers, names, numbered, strict=True)
        ],
        dtype=str,
    )
