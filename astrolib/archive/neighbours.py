"""What SIMBAD and Gaia know around a position, brought by its proper motion to the epoch of a spectrum."""

from __future__ import annotations

from dataclasses import dataclass, field

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time
from astropy.units import Quantity
from numpy.typing import NDArray

from astrolib.archive.columns import Columns, Role
from astrolib.archive.dali import fetch_results
from astrolib.archive.http import Client
from astrolib.archive.query import in_unit
from astrolib.archive.star_catalogues import StarCatalogue
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError, RefusedError, ServiceError
from astrolib.core.outcome import Status
from astrolib.core.schema import Column, TableSchema
from astrolib.core.settings import Settings

NEIGHBOUR = TableSchema(
    "neighbours on the sky",
    (
        Column("name", "str", "what the catalogue calls it"),
        Column("catalogue", "str", "who knows it"),
        Column("kind", "str", "kind of object, as SIMBAD abbreviates it"),
        Column("ra", "float", "right ascension at the epoch asked for, ICRS", "deg"),
        Column("dec", "float", "declination at the epoch asked for, ICRS", "deg"),
        Column("separation", "float", "from the position asked for", "arcsec"),
        Column("position_angle", "float", "from there, east of north", "deg"),
        Column("mag", "float", "magnitude"),
        Column("band", "str", "of the magnitude"),
        Column("motion", "float", "total proper motion", "mas / yr"),
        Column("moved", "float", "from the catalogue's epoch to the one asked for", "arcsec"),
    ),
)
"""One row a source, the nearest first."""

FASTEST = 2.0 * u.arcsec / u.yr
"""Stars up to this proper motion are found wherever they stood at the catalogue's epoch."""

_KIND = Role(names=("otype",))
_PLACE = tuple(Role(names=(name,)) for name in ("ra", "dec"))
_MOTION = tuple(Role(names=(name,)) for name in ("pmra", "pmdec"))
_EPOCH = Role(names=("ref_epoch",))
_MAS = np.radians(1 / 3_600_000)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """What one catalogue knows around a position.

    Parameters
    ----------
    catalogue : str
        Which one.
    status : {'found', 'none', 'failed'}
        ``none`` only where the catalogue answered, whole, and knows nothing there.
    table : QTable
        Of the schema `NEIGHBOUR`.
    truncated : bool
        Whether there are more.
    reason : str
        Why it failed, on one line.
    """

    catalogue: str
    status: Status
    table: QTable = field(default_factory=NEIGHBOUR.table)
    truncated: bool = False
    reason: str = ""


def neighbours(
    catalogue: StarCatalogue,
    position: SkyCoord,
    epoch: Time | None = None,
    radius: Quantity = 30 * u.arcsec,
    settings: Settings | None = None,
) -> Neighbours:
    """Ask a catalogue what stood around a position at an epoch.

    Parameters
    ----------
    catalogue : StarCatalogue
        `SIMBAD` or `GAIA`.
    position : SkyCoord
        The centre, scalar.
    epoch : Time, optional
        When; without it positions stay at the epoch of the catalogue.
    radius : Quantity
        An angle, at most a degree.
    settings : Settings, optional
        Those in force by default. The profile ``local`` asks the archive on this machine.

    Raises
    ------
    RefusedError
        If the radius is no such angle.
    """
    degrees = in_unit(radius, u.deg, "radius")
    if not 0 < degrees <= 1:
        raise RefusedError(f"a radius of {radius}", remedy="give more than 0 and at most 1 degree")
    settings = settings or core_settings.load()
    year = np.nan if epoch is None else float(epoch.jyear)
    reach = degrees + _reach(year - catalogue.epoch)
    try:
        address, asked = catalogue.question(position, reach, settings)
        catalogue.pace.wait()
        with Client(AddressGuard.of(address), settings) as client:
            answer = fetch_results(client, address, asked)
        table = _table(catalogue, Columns(answer.table), position, year, degrees)
    except AstrolibError as error:
        return Neighbours(catalogue.name, "failed", reason=str(error))
    if answer.truncated and not len(table):
        return Neighbours(catalogue.name, "failed", reason="cut short; make the radius smaller")
    return Neighbours(catalogue.name, "found" if len(table) else "none", table, answer.truncated)


def _reach(years: float) -> float:
    """Return how far a star may have moved [deg]."""
    return 0.0 if np.isnan(years) else float((FASTEST * abs(years) * u.yr).to_value(u.deg))


def _table(
    catalogue: StarCatalogue, columns: Columns, centre: SkyCoord, year: float, radius: float
) -> QTable:
    place = _at(catalogue, columns, year)
    here = np.array(centre.icrs.cartesian.xyz.value)
    separation = 2 * np.arcsin(np.clip(np.linalg.norm(place.T - here, axis=1) / 2, 0, 1))
    sky = SkyCoord(*place, representation_type="cartesian", frame="icrs")
    mag, band = _magnitudes(catalogue, columns)
    motion = np.hypot(*(columns.number(role, "mas / yr", "mas / yr") for role in _MOTION))
    years = np.abs(year - _epochs(catalogue, columns))
    ra, dec = np.atleast_1d(sky.spherical.lon.deg), np.atleast_1d(sky.spherical.lat.deg)
    names = [f"{catalogue.prefix}{name}" for name in columns.text(catalogue.identifier)]
    table = QTable(
        {
            "name": np.array(names, dtype=str),
            "catalogue": np.full(len(columns), catalogue.name),
            "kind": columns.text(_KIND),
            "ra": ra * u.deg,
            "dec": dec * u.deg,
            "separation": np.degrees(separation) * 3600 * u.arcsec,
            "position_angle": np.atleast_1d(centre.icrs.position_angle(SkyCoord(ra, dec, unit="deg")).deg)
            * u.deg,
            "mag": mag,
            "band": band,
            "motion": motion * u.mas / u.yr,
            "moved": motion * years / 1000 * u.arcsec,
        }
    )
    near = np.degrees(separation) <= radius
    return NEIGHBOUR.check(table[near][np.argsort(separation[near], kind="stable")])


def _at(catalogue: StarCatalogue, columns: Columns, year: float) -> NDArray[np.float64]:
    """Return unit vectors at a year, shape (3, n): along great circles, which is good for centuries."""
    ra, dec = (np.radians(columns.number(role, "deg", "deg")) for role in _PLACE)
    if len(columns) and not np.isfinite(ra + dec).any():
        raise ServiceError(f"{catalogue.name} answered without positions", remedy="try again later")
    place = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    east = np.array([-np.sin(ra), np.cos(ra), np.zeros_like(ra)])
    north = np.cross(place, east, axis=0)
    years = np.nan_to_num(year - _epochs(catalogue, columns))
    along = [np.nan_to_num(columns.number(role, "mas / yr", "mas / yr")) * years * _MAS for role in _MOTION]
    moved = place + east * along[0] + north * along[1]
    return moved / np.linalg.norm(moved, axis=0)


def _epochs(catalogue: StarCatalogue, columns: Columns) -> NDArray[np.float64]:
    told = columns.number(_EPOCH)
    return np.where(np.isfinite(told), told, catalogue.epoch)


def _magnitudes(catalogue: StarCatalogue, columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Return the first magnitude that is known of each source, and its band; NaN and '' where none is."""
    mag, band = np.full(len(columns), np.nan), np.full(len(columns), "", dtype="U2")
    for name, role in catalogue.magnitudes:
        values = columns.number(role, "mag", "mag")
        new = np.isnan(mag) & np.isfinite(values)
        mag[new], band[new] = values[new], name
    return mag, band
