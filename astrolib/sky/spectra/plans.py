"""Who is observed when: three fields of stars, each seen by two archives at several epochs."""

from __future__ import annotations

from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import Table
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.sky.spectra import classes

SECONDS_PER_DAY = 86400
FIELD_RADIUS = 0.8
"""[deg]."""


@dataclass(frozen=True)
class Field:
    """A patch of sky: the star in its middle, where that is [deg], and its share of all stars."""

    target: str
    ra: float
    dec: float
    share: float


FIELDS = (
    Field("Sim Cas", 14.2, 60.7, 0.5),
    Field("Sim Lac", 338.4, 48.6, 0.3),
    Field("Sim Per", 52.6, 40.3, 0.2),
)

EPOCHS = (2, 3, 1)
"""Spectra at Ondrejov of one star, the next and the one after; LAMOST sees each once."""


def placed(population: Table, rng: np.random.Generator) -> Table:
    """Put stars into the fields: a double-peaked one in the middle, the others about it."""
    count = len(population)
    ends = _ends(count)
    angle, distance = rng.uniform(0, 360, count) * u.deg, FIELD_RADIUS * np.sqrt(rng.random(count)) * u.deg
    population["ra"], population["dec"] = np.zeros((2, count)) * u.deg
    for field, first, last in zip(FIELDS, [0, *ends[:-1]], ends, strict=True):
        middle = SkyCoord(field.ra, field.dec, unit="deg")
        chosen = first + int(np.argmax(population["kind"][first:last] == classes.DOUBLE))
        distance[chosen] = 0 * u.deg
        about = middle.directional_offset_by(angle[first:last], distance[first:last])
        population["ra"][first:last] = about.ra.deg.round(6)
        population["dec"][first:last] = about.dec.deg.round(6)
        population["star"][chosen], population["mag"][chosen] = field.target, 5.0
    population["mag"] = np.round(population["mag"], 2)
    return population


def ondrejov_plan(population: Table, rng: np.random.Generator) -> Table:
    """Return one row an exposure: clear nights from 2005 to 2018, starting at a whole second."""
    times = np.resize(EPOCHS, len(population))
    plan = population[np.repeat(np.arange(len(population)), times)]
    epoch = np.concatenate([np.arange(1, number + 1) for number in times])
    number = np.repeat(np.arange(1, len(population) + 1), times)
    plan["file"] = [f"ondrejov/sim{star:04d}-{visit}.fits" for star, visit in zip(number, epoch, strict=True)]
    plan["exptime"] = rng.integers(120, 3600, len(plan)).astype(float)
    night = rng.integers(53400, 58400, len(plan))
    start = 68400 + rng.integers(0, 8 * 3600, len(plan))  # 19:00 to 03:00 UTC [s]
    plan["mjd"] = night + (start + plan["exptime"] / 2) / SECONDS_PER_DAY
    return plan


def lamost_plan(population: Table, rng: np.random.Generator) -> Table:
    """Return one row a star: each field is one plate, taken on one night."""
    plan = population.copy()
    field = np.searchsorted(_ends(len(plan)), np.arange(len(plan)), "right")
    plan["exptime"] = 1800.0
    plan["mjd"] = (rng.integers(55900, 57900, len(FIELDS)) + 0.5 + rng.random(len(FIELDS)) / 4)[field]
    plan["fibre"] = np.arange(1, len(plan) + 1)
    day = (Time(plan["mjd"], format="mjd") + 8 * u.hour).mjd.astype(int)
    plan["file"] = [
        f"lamost/spec-{night}-SIM{night}_sp01-{fibre:03d}.fits"
        for night, fibre in zip(day, plan["fibre"], strict=True)
    ]
    return plan


def _ends(count: int) -> NDArray[np.int64]:
    """Return the number of the last star of each field; none is without a star."""
    return np.floor(np.cumsum([field.share for field in FIELDS]) * count).astype(int)
