"""The solar system objects of a simulated night: their kinds, and what others know of them.

A path on the sky is that seen from the station; what another observer sees follows from the distance. A known
object's ephemeris is wrong by its stated error, mostly much less than an arcsecond.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import astropy.units as u
import numpy as np
from astropy.table import QTable
from astropy.time import Time, TimeDelta

from astrolib.sky.nights.conditions import Exposure
from astrolib.sky.nights.motion import Movers, draw_paths
from astrolib.sky.nights.psf import Values
from astrolib.sky.nights.regimes import Regime
from astrolib.sky.nights.truth import with_magnitudes

EPHEMERIDES = "truth/ephemerides.ecsv"
"""Where a night keeps what others know of its movers."""

STATION = "950"
"""From where the paths are seen: the code of the Minor Planet Center."""

KNOWN = 0.6
"""Share of the movers that others know."""

FAINTEST, BRIGHTEST = 7.0, 90.0
"""Signal-to-noise ratios of the movers, their medians over frames."""

UNSEEN = 4
"""Known objects of a field that are too faint to be seen in it."""

_HIDDEN = 0.1  # share of the known ones whose ephemeris is poor
_FAINT = 3.0  # by which an unseen one is fainter [mag]


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    Parameters
    ----------
    name : str
        What it is called here.
    skybot : str
        Its dynamical class as SkyBoT writes it.
    share : float
        Of the movers of a field.
    rate : tuple of float
        Slowest and fastest [arcsec/min].
    distance : tuple of float
        From the observer, least and most [au].
    """

    name: str
    skybot: str
    share: float
    rate: tuple[float, float]
    distance: tuple[float, float]


KINDS = (
    Kind("main belt", "MB>Middle", 0.60, (0.25, 0.9), (0.9, 2.2)),
    Kind("near Earth", "NEA>Apollo", 0.17, (1.2, 4.0), (0.08, 0.5)),
    Kind("trailed", "NEA>Aten", 0.08, (4.5, 12.0), (0.02, 0.06)),
    Kind("very slow", "KBO>Classical>Main", 0.15, (0.025, 0.12), (25.0, 42.0)),
)


def draw_objects(
    count: int, exposures: list[Exposure], read_noise: float, rng: np.random.Generator
) -> tuple[Movers, list[Kind]]:
    """Draw the movers of a field with their magnitudes, of each of the `KINDS` its share and at least one.

    Parameters
    ----------
    count : int
        How many.
    exposures : list of Exposure
        Of the field; the movers are somewhere on their frames.
    read_noise : float
        [e-]
    rng : numpy.random.Generator
        The source of chance.
    """
    kinds = _kinds(count)
    parts = [_objects(kind, kinds.count(kind), exposures, read_noise, rng) for kind in KINDS if kind in kinds]
    return _joined(parts), kinds


def ephemerides(
    movers: Movers, kinds: list[Kind], field: str, night: Time, rng: np.random.Generator
) -> QTable:
    """Return what others know of the movers, and of objects nobody sees (``mover`` -1).

    Columns: ``field``, ``mover``, ``kind``, ``class``, ``known``, ``number`` (0 where it has none), ``name``,
    ``plane_ra``, ``plane_dec`` (where the plane of the path touches the sky), ``epoch`` (when it is at
    ``east``, ``north``), ``rate_east``, ``rate_north``, ``bend_east``, ``bend_north`` (acceleration),
    ``distance`` (from the station at the epoch), ``sun_distance``, ``mag`` (V), ``error`` (of the ephemeris),
    and ``off_east``, ``off_north`` (by which the ephemeris is wrong).
    """
    seen = _sheet(movers, kinds, field, night, rng)
    seen["mover"], seen["known"] = np.arange(len(movers)), _some(len(movers), rng)
    unseen = _sheet(movers, kinds, field, night, rng)[
        rng.choice(len(movers), min(UNSEEN, len(movers)), replace=False)
    ]
    unseen["mover"], unseen["known"] = -1, True
    for name in ("east", "north"):
        unseen[name] += rng.normal(0, 60, len(unseen)) * u.arcsec
    unseen["mag"] += _FAINT * u.mag
    rows = [
        dict(zip(seen.colnames, row, strict=True)) for table in (seen, unseen) for row in table.iterrows()
    ]
    return QTable(rows)


def _kinds(count: int) -> list[Kind]:
    numbers = [max(1, round(kind.share * count)) for kind in KINDS]
    numbers[0] = max(0, count - sum(numbers[1:]))
    return [kind for kind, number in zip(KINDS, numbers, strict=True) for _ in range(number)][:count]


def _objects(
    kind: Kind, count: int, exposures: list[Exposure], read_noise: float, rng: np.random.Generator
) -> Movers:
    regime = Regime(rate=kind.rate)
    ratios = np.exp(rng.uniform(np.log(FAINTEST), np.log(BRIGHTEST), count))
    return with_magnitudes(draw_paths(count, regime, exposures, rng), ratios, exposures, read_noise)


def _joined(parts: list[Movers]) -> Movers:
    names = [field.name for field in fields(Movers) if field.name != "plane"]
    return Movers(
        parts[0].plane, *(np.concatenate([getattr(part, name) for part in parts]) for name in names)
    )


def _some(count: int, rng: np.random.Generator) -> np.ndarray:
    known = np.zeros(count, dtype=bool)
    known[rng.choice(count, round(KNOWN * count), replace=False)] = True
    return known


def _sheet(movers: Movers, kinds: list[Kind], field: str, night: Time, rng: np.random.Generator) -> QTable:
    count = len(movers)
    distance = np.array([rng.uniform(*kind.distance) for kind in kinds])
    error = np.exp(rng.normal(np.log(0.15), 0.6, count))
    error = np.where(rng.random(count) < _HIDDEN, rng.uniform(130, 300, count), error)
    off = np.clip(rng.normal(0, 1, (2, count)), -1.5, 1.5) * np.minimum(error, 60)
    number = np.where(rng.random(count) < 0.5, rng.integers(800_000, 999_999, count), 0)
    motion = movers.velocity.T, movers.acceleration.T
    table = QTable({"field": np.full(count, field), "mover": np.zeros(count, int)})
    table["kind"], table["class"] = [kind.name for kind in kinds], [kind.skybot for kind in kinds]
    table["known"], table["number"] = np.zeros(count, bool), number
    table["name"] = _names(count, rng)
    table["plane_ra"], table["plane_dec"] = np.full((count, 2), movers.plane.wcs.crval).T * u.deg
    table["epoch"] = (night + TimeDelta(movers.time, format="sec")).isot
    table["east"], table["north"] = movers.place.T * u.arcsec
    table["rate_east"], table["rate_north"] = motion[0] * u.arcsec / u.s
    table["bend_east"], table["bend_north"] = motion[1] * u.arcsec / u.s**2
    table["distance"], table["sun_distance"] = distance * u.AU, (distance + 0.98) * u.AU
    table["mag"] = (movers.mag + 0.25) * u.mag
    table["error"] = error * u.arcsec
    table["off_east"], table["off_north"] = off * u.arcsec
    return table


def _names(count: int, rng: np.random.Generator) -> list[str]:
    """Return provisional designations of a year that is still to come: no real object has them."""
    letters = np.array(list("ABCDEFGHJKLMNOPQRSTUVWXYZ"))
    second = rng.choice(letters, count)
    return [
        f"2099 {half}{letter}{order}"
        for half, letter, order in zip(
            rng.choice(letters[:24], count), second, rng.integers(1, 400, count), strict=True
        )
    ]


def positions(known: QTable, moment: Time) -> tuple[Values, Values]:
    """Return where ephemerides put objects for the station: east and north in their planes [arcsec]."""
    since = (moment - Time(list(known["epoch"]), scale="utc")).sec
    places = []
    for name in ("east", "north"):
        velocity, bend = known[f"rate_{name}"].value, known[f"bend_{name}"].value
        places.append(known[name].value + since * (velocity + since / 2 * bend) + known[f"off_{name}"].value)
    return places[0], places[1]
