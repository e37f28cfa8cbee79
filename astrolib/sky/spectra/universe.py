"""A folder of simulated spectra: three fields of stars, seen by two archives at several epochs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable, Table, vstack
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.core.files import whole_file
from astrolib.core.progress import Progress, silent
from astrolib.sky.spectra import classes
from astrolib.sky.spectra.instrument import LAMOST, ONDREJOV, Instrument
from astrolib.sky.spectra.layouts import write_lamost, write_ondrejov
from astrolib.sky.spectra.simulate import Simulation, observe
from astrolib.sky.spectra.stars import draw_stars

TRUTH = "truth.ecsv"
"""Written last: a folder that holds it is whole."""

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


def make_spectra(
    folder: Path, *, stars: int = 120, seed: int = 1, progress: Progress | None = None
) -> QTable:
    """Write a simulated universe: FITS files in two archives' layouts, and the truth.

    A folder that already holds this universe is left as it is.

    Parameters
    ----------
    folder : Path
        Gets ``ondrejov/*.fits`` (two spectra a star on average), ``lamost/*.fits`` (one a star) and
        ``truth.ecsv``.
    stars : int
        How many, in three fields; half of them within a degree of Sim Cas.
    seed : int
        Of all that is random.
    progress : Progress, optional
        Told how many files are written.

    Returns
    -------
    QTable
        The truth, one row a file: ``file`` (relative to `folder`), ``archive`` and the columns of
        `simulate.Simulation`.

    Raises
    ------
    RefusedError
        If the folder holds another universe, or fewer stars than fields are asked for.
    """
    if stars < len(FIELDS):
        raise RefusedError(f"{stars} stars", remedy=f"ask for at least {len(FIELDS)}")
    recipe = {"simulated": True, "stars": stars, "seed": seed}
    if (folder / TRUTH).exists():
        return _kept(folder, recipe)
    seen = _simulated(stars, seed)
    _write_files(folder, seen, progress or silent)
    return _write_truth(folder, seen, recipe)


def _simulated(stars: int, seed: int) -> list[Simulation]:
    rng = np.random.default_rng(seed)
    population = _placed(draw_stars(stars, rng), rng)
    bad = classes.shares(classes.SHOWCASE)[1]
    plans = ((ONDREJOV, _ondrejov_plan(population, rng)), (LAMOST, _lamost_plan(population, rng)))
    return [_observed(plan, instrument, rng, bad) for instrument, plan in plans]


def _write_truth(folder: Path, seen: list[Simulation], recipe: Mapping[str, Any]) -> QTable:
    truth = vstack([simulation.truth for simulation in seen], metadata_conflicts="silent")
    truth.remove_column("fibre")
    truth.meta = {"comment": "Simulated: no telescope ever saw these stars", **recipe}
    with whole_file(folder / TRUTH) as temporary:
        truth.write(temporary, format="ascii.ecsv", overwrite=True)
    return truth


def _kept(folder: Path, recipe: Mapping[str, Any]) -> QTable:
    truth = QTable.read(folder / TRUTH, format="ascii.ecsv")
    if {name: truth.meta.get(name) for name in recipe} != recipe:
        raise RefusedError("it holds another universe", where=folder, remedy="name another folder")
    return truth


def _placed(population: Table, rng: np.random.Generator) -> Table:
    """Put stars into the fields: a double-peaked one in the middle, the others about it."""
    count = len(population)
    ends = np.round(np.cumsum([field.share for field in FIELDS]) * count).astype(int)
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


def _ondrejov_plan(population: Table, rng: np.random.Generator) -> Table:
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


def _lamost_plan(population: Table, rng: np.random.Generator) -> Table:
    """Return one row a star: each field is one plate, taken on one night."""
    plan = population.copy()
    field = np.searchsorted(
        np.cumsum([field.share for field in FIELDS]), np.arange(len(plan)) / len(plan), "right"
    )
    plan["exptime"] = 1800.0
    plan["mjd"] = (rng.integers(55900, 57900, len(FIELDS)) + 0.5 + rng.random(len(FIELDS)) / 4)[field]
    plan["fibre"] = np.arange(1, len(plan) + 1)
    day = (Time(plan["mjd"], format="mjd") + 8 * u.hour).mjd.astype(int)
    plan["file"] = [
        f"lamost/spec-{night}-SIM{night}_sp01-{fibre:03d}.fits"
        for night, fibre in zip(day, plan["fibre"], strict=True)
    ]
    return plan


def _observed(plan: Table, instrument: Instrument, rng: np.random.Generator, bad: float) -> Simulation:
    simulation = observe(plan, np.asarray(plan["mjd"]), instrument, rng, bad=bad)
    simulation.truth["archive"] = instrument.name
    return simulation


def _write_files(folder: Path, seen: list[Simulation], progress: Progress) -> None:
    total, done = sum(len(simulation.truth) for simulation in seen), 0
    for simulation in seen:
        (folder / simulation.instrument.name).mkdir(parents=True, exist_ok=True)
        write = _WRITERS[simulation.instrument.name]
        for number, row in enumerate(_plain(simulation.truth)):
            write(folder / row["file"], row, simulation, number)
            done += 1
            progress(done, total)


def _plain(truth: QTable) -> list[dict[str, Any]]:
    """Return rows of plain Python values, as a FITS header takes them."""
    names = {"star", "file", "ra", "dec", "mag", "mjd", "exptime", "correction", "snr", "rv", "fibre"}
    columns = {
        name: np.asarray(getattr(truth[name], "value", truth[name])) for name in names & set(truth.colnames)
    }
    return [{name: values[row].item() for name, values in columns.items()} for row in range(len(truth))]


def _ondrejov(path: Path, row: Mapping[str, Any], simulation: Simulation, number: int) -> None:
    write_ondrejov(path, row, simulation.wavelength, simulation.flux[number])


def _lamost(path: Path, row: Mapping[str, Any], simulation: Simulation, number: int) -> None:
    matrices: tuple[NDArray[Any], ...] = (simulation.flux, simulation.ivar, simulation.mask)
    write_lamost(path, row, simulation.wavelength, *(matrix[number] for matrix in matrices))


_WRITERS: Mapping[str, Callable[[Path, Mapping[str, Any], Simulation, int], None]] = {
    ONDREJOV.name: _ondrejov,
    LAMOST.name: _lamost,
}
