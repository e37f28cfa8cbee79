"""A folder of simulated spectra: three fields of stars, seen by two archives at several epochs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable, Table, vstack
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.core.files import whole_file
from astrolib.core.progress import Progress, silent
from astrolib.sky.spectra import classes
from astrolib.sky.spectra.instrument import LAMOST, ONDREJOV, Instrument
from astrolib.sky.spectra.layouts import write_lamost, write_ondrejov
from astrolib.sky.spectra.plans import FIELDS, lamost_plan, ondrejov_plan, placed
from astrolib.sky.spectra.simulate import Simulation, observe
from astrolib.sky.spectra.stars import draw_stars

TRUTH = "truth.ecsv"
"""Written last: a folder that holds it is whole."""

MOST_STARS = 9999
"""The number of a star has four digits in the names of files."""


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
        If the folder is a file or holds another universe, or for fewer stars than fields, more than names can
        be told apart by, or a negative seed.
    """
    _check(folder, stars, seed)
    recipe = {"simulated": True, "stars": stars, "seed": seed}
    if (folder / TRUTH).exists():
        return _kept(folder, recipe)
    seen = _simulated(stars, seed)
    _write_files(folder, seen, progress or silent)
    return _write_truth(folder, seen, recipe)


def _check(folder: Path, stars: int, seed: int) -> None:
    if not len(FIELDS) <= stars <= MOST_STARS:
        raise RefusedError(f"{stars} stars", remedy=f"ask for {len(FIELDS)} to {MOST_STARS}")
    if seed < 0:
        raise RefusedError(f"seed {seed}", remedy="give a whole number from 0")
    if folder.exists() and not folder.is_dir():
        raise RefusedError("it is a file", where=folder, remedy="name a folder")


def _simulated(stars: int, seed: int) -> list[Simulation]:
    rng = np.random.default_rng(seed)
    population = placed(draw_stars(stars, rng), rng)
    bad = classes.shares(classes.SHOWCASE)[1]
    plans = ((ONDREJOV, ondrejov_plan(population, rng)), (LAMOST, lamost_plan(population, rng)))
    return [_observed(plan, instrument, rng, bad) for instrument, plan in plans]


def _write_truth(folder: Path, seen: list[Simulation], recipe: Mapping[str, Any]) -> QTable:
    truth = vstack([simulation.truth for simulation in seen], metadata_conflicts="silent")
    truth.remove_column("fibre")
    truth.meta = {"comment": "Simulated: no telescope ever saw these stars", **recipe}
    with whole_file(folder / TRUTH) as temporary:
        truth.write(temporary, format="ascii.ecsv", overwrite=True)
    return truth


def _kept(folder: Path, recipe: Mapping[str, Any]) -> QTable:
    refusal = RefusedError("it holds another universe", where=folder, remedy="name another folder")
    try:
        truth = QTable.read(folder / TRUTH, format="ascii.ecsv")
    except Exception as error:  # astropy's parsers raise anything
        raise refusal from error
    if {name: truth.meta.get(name) for name in recipe} != recipe:
        raise refusal
    return truth


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
