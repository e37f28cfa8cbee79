"""What SkyBoT would say of the simulated night: IMCCE's cone search of solar system objects.

Berthier et al. 2006, ASP Conference Series 351, 367. Parameters and columns are those of the service, and
so are its habits: without ``-observer`` positions are geocentric (``-loc`` is not heard), objects whose
ephemeris is uncertain by more than ``-filter`` (120 arcsec unless said) are left out, ``-ep`` is UTC, rates
are arcseconds an hour, that in right ascension with cos dec, and an empty field is called an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import astropy.units as u
import numpy as np
from astropy.coordinates import Angle
from astropy.table import QTable
from astropy.time import Time

from astrolib.core.errors import ParameterError, RefusedError
from astrolib.sky.archive import parameters
from astrolib.sky.archive.parameters import Parameters
from astrolib.sky.archive.places import within
from astrolib.sky.archive.votable import MEDIA_TYPE, Field, document, element, info, param, resource, table
from astrolib.sky.nights import observers
from astrolib.sky.nights.known import EPHEMERIDES
from astrolib.sky.nights.seen import Seen

Behaviour = Literal["honest", "geocentric", "database", "html", "down"]
"""How the service behaves: as it should, as from the Earth's centre whatever was asked, or a failure."""

BEHAVIOURS: tuple[str, ...] = get_args(Behaviour)

FIELDS = (
    Field("Num", "char", "Solar system object number", "", "meta.id;meta.number"),
    Field("Name", "char", "Solar system object name", "", "meta.id;meta.main"),
    Field("RA", "char", "Astrometric J2000 right ascension", "h:m:s", "pos.eq.ra;meta.main"),
    Field("DEC", "char", "Astrometric J2000 declination", "d:m:s", "pos.eq.dec;meta.main"),
    Field("Class", "char", "Object classification", "", "meta.code.class;src.class"),
    Field("Mv", "float", "Visual magnitude", "", "phot.mag;em.opt.V"),
    Field("ErrPos", "float", "Uncertainty on the (RA,DEC) coordinates", "arcsec", "stat.error.sys"),
    Field("d", "float", "Body-to-center angular distance", "arcsec", "pos.ang"),
    Field("dRAcosDec", "double", "Motion in right ascension d(RA)cos(DEC)", "arcsec/h", "pos.pm;pos.eq.ra"),
    Field("dDEC", "double", "Motion in declination d(DEC)", "arcsec/h", "pos.pm;pos.eq.dec"),
    Field("Dgeo", "double", "Distance from observer", "AU", "phys.distance"),
    Field("Dhelio", "double", "Distance from the Sun", "AU", "phys.distance"),
    Field("_RAJ2000", "double", "Astrometric J2000 right ascension", "deg", "pos.eq.ra"),
    Field("_DECJ2000", "double", "Astrometric J2000 declination", "deg", "pos.eq.dec"),
)

_FILTER = 120.0  # of the ephemeris' error, unless said [arcsec]
_NOBODY = "No solar system object was found in the requested FOV"
_DATABASE = "SkyBoT.database: flag = -1, no connection to the database"
_WRONG = b"<html><body><h1>It works!</h1></body></html>"

Reply = tuple[bytes, str, int]
"""Content, media type and HTTP status."""


@dataclass(frozen=True)
class SkyBot:
    """A service that knows some of the movers of a night.

    Parameters
    ----------
    night : Path
        The folder of the night; where there is none the service fails, as one without a database.
    behaviour : Behaviour
        How it behaves.
    """

    night: Path
    behaviour: str = "honest"

    def answer(self, query: Parameters) -> Reply:
        """Answer a query; what it cannot answer is an error document, as from the real one."""
        if self.behaviour == "down":
            return b"Service Unavailable", "text/plain", 503
        if self.behaviour == "html":
            return _WRONG, "text/html", 200
        if self.behaviour == "database" or not (self.night / EPHEMERIDES).exists():
            return _error(_DATABASE), MEDIA_TYPE, 200
        try:
            return self._objects(query), MEDIA_TYPE, 200
        except RefusedError as error:
            return _error(str(error)), MEDIA_TYPE, 200

    @cached_property
    def _known(self) -> QTable:
        told = QTable.read(self.night / EPHEMERIDES, format="ascii.ecsv")
        return told[told["known"]]

    def _objects(self, query: Parameters) -> bytes:
        if query.only("-MIME") not in ("", "votable"):
            raise ParameterError("-mime is not votable", remedy="ask for -mime=votable")
        centre = (
            parameters.number("-ra", query.only("-RA"), 0, 360),
            parameters.number("-dec", query.only("-DEC"), -90, 90),
        )
        radius = _radius(query)
        moment = _moment(query.only("-EP"))
        observer = query.only("-OBSERVER") or observers.GEOCENTRE
        if self.behaviour == "geocentric":
            observer = observers.GEOCENTRE
        seen = Seen(self._known, moment, observer)
        uncertain = parameters.number("-filter", query.only("-FILTER") or str(_FILTER), 0)
        hidden = (seen.known["error"].to_value("arcsec") > uncertain) & (uncertain > 0)
        rows = np.flatnonzero(within(seen.ra, seen.dec, centre, radius) & ~hidden)
        return _document(seen, rows, centre, radius, uncertain) if len(rows) else _error(_NOBODY)


def _cells(seen: Seen, row: int, centre: tuple[float, float]) -> tuple[Any, ...]:
    """Return the cells of one object."""
    known, ra, dec = seen.known[row], float(seen.ra[row]), float(seen.dec[row])
    east = (ra - centre[0] + 180) % 360 - 180
    away = float(np.hypot(east * np.cos(np.radians(dec)), dec - centre[1]) * 3600)
    number = str(known["number"]) if known["number"] else "-"
    return (
        number,
        str(known["name"]),
        Angle(ra, u.deg).to_string(u.hour, sep=" ", precision=4, pad=True),
        Angle(dec, u.deg).to_string(u.deg, sep=" ", precision=3, pad=True, alwayssign=True),
        str(known["class"]),
        round(float(known["mag"].value), 1),
        round(float(known["error"].value), 3),
        round(away, 3),
        round(float(seen.rates[0][row]), 4),
        round(float(seen.rates[1][row]), 4),
        float(seen.distance[row]),
        float(known["sun_distance"].value),
        ra,
        dec,
    )


def _radius(query: Parameters) -> float:
    """Return the radius of the field [deg], given in degrees or in arcseconds."""
    if query.only("-RS"):
        return parameters.number("-rs", query.only("-RS"), 0, 36_000) / 3600
    return parameters.number("-rd", query.only("-RD"), 0, 10)


def _moment(text: str) -> Time:
    """Return the epoch: a Julian date or a calendar date, UTC."""
    try:
        return Time(float(text), format="jd", scale="utc")
    except ValueError:
        pass
    try:
        return Time(text.replace(" ", "T"), scale="utc")
    except ValueError as error:
        raise ParameterError(f"-ep is {text[:80]!r}", remedy="give a Julian date, UTC") from error


def _document(seen: Seen, rows: Any, centre: tuple[float, float], radius: float, uncertain: float) -> bytes:
    asked = (
        param(Field("Epoch", "char", "Requested epoch", "d", "time.epoch"), seen.moment.iso),
        param(Field("RA", "double", "Right ascension of the FOV center", "deg", "pos.eq.ra"), centre[0]),
        param(Field("DEC", "double", "Declination of the FOV center", "deg", "pos.eq.dec"), centre[1]),
        param(Field("FOV", "double", "Size of the FOV", "arcsec", "instr.fov"), radius * 3600),
        param(Field("Filter", "double", "", "arcsec", "pos.angDistance;stat.max"), uncertain),
        param(
            Field("Observer", "char", "Observer location code", "", "meta.code;obs.observer"), seen.observer
        ),
        param(Field("RefSys", "char", "Reference system", "", "meta.code;obs.observer"), "EQJ2000"),
    )
    lines = (_cells(seen, int(row), centre) for row in rows)
    about = element("DESCRIPTION", text="SkyBoT - List of the targets located in the FOV (simulated)")
    status = info("QUERY_STATUS", "OK")
    return document(resource("results", about, status, *asked, table(FIELDS, lines, "SkybotConeSearch")))


def _error(text: str) -> bytes:
    return document(resource("results", info("QUERY_STATUS", "ERROR", text)))
