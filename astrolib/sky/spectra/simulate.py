"""Simulated spectra as matrices, stars by pixels, with the truth about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.table import QTable, Table
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.sky.spectra import classes, defects
from astrolib.sky.spectra.circumstances import circumstances
from astrolib.sky.spectra.exposure import expose
from astrolib.sky.spectra.instrument import Instrument, instrument
from astrolib.sky.spectra.stars import UNITS, Arrays, draw_stars, state_at
from astrolib.sky.spectra.truth import measure

CHUNK = 500
"""Spectra made at a time: their intermediate matrices stay in the processor's cache and bounded in memory."""

LINE = 12.0
"""Where H-alpha mostly is: so far to either side [angstrom]."""

NIGHTS = 200
"""Nights of a survey."""

CIRCUMSTANCES = ("correction", "snr", "humidity", "reddening")

TRUTH_UNITS: Mapping[str, str] = {
    "mjd": "d",
    "correction": "km/s",
    "reddening": "mag",
    "equivalent_width": "Angstrom",
    "separation": "km/s",
    "huang_separation": "km/s",
}


@dataclass(frozen=True, eq=False)
class Simulation:
    """Spectra of one instrument.

    Parameters
    ----------
    instrument : Instrument
        What they were seen by.
    wavelength : ndarray of float64, shape (pixels,)
        [angstrom], in the instrument's medium and rest frame.
    flux : ndarray of float32, shape (spectra, pixels)
        Over the continuum for Ondrejov, in relative units for LAMOST.
    ivar : ndarray of float32, shape (spectra, pixels)
        Inverse variance of the flux; 0 in dead pixels.
    mask : ndarray of bool, shape (spectra, pixels)
        True in dead pixels and cosmic hits.
    truth : QTable, shape (spectra,)
        The star's parameters at that epoch and what `truth.measure` found; `label` is a member of
        `classes.CLASSES`, `fault` one of `defects.FAULTS` or '', `defects` the number of cosmic hits and dead
        pixels on H-alpha.
    """

    instrument: Instrument
    wavelength: NDArray[np.float64]
    flux: NDArray[np.float32]
    ivar: NDArray[np.float32]
    mask: NDArray[np.bool_]
    truth: QTable


def simulate(
    count: int,
    seen_by: str = "lamost",
    *,
    seed: int,
    prevalence: Mapping[str, float] = classes.SHOWCASE,
    band: tuple[float, float] | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Return `count` spectra, each of another star.

    Parameters
    ----------
    count : int
        How many; 10,000 of LAMOST are matrices of 0.4 GB. `survey.survey` makes millions in portions.
    seen_by : {'lamost', 'ondrejov'}
        The instrument.
    seed : int
        Of all that is random.
    prevalence : mapping of str to float
        Share of each kind of star, and of bad spectra; `classes.SHOWCASE` and `classes.SURVEY` are two of
        them. What a star looks like is another matter: `survey.survey` counts that.
    band : tuple of float, optional
        Only the pixels between these wavelengths [angstrom], in the medium of the instrument.
    progress : Progress, optional
        Told how many are done.
    """
    rng = np.random.default_rng(seed)
    stars = scattered(draw_stars(count, rng, prevalence), rng)
    mjd = rng.choice(nights(rng), count)
    bad = classes.shares(prevalence)[1]
    return observe(stars, mjd, instrument(seen_by, band), rng, bad=bad, progress=progress)


def scattered(stars: Table, rng: np.random.Generator) -> Table:
    """Put stars anywhere in the northern sky."""
    stars["ra"] = rng.uniform(0, 360, len(stars)) * u.deg
    stars["dec"] = np.degrees(np.arcsin(rng.uniform(-0.17, 0.98, len(stars)))) * u.deg
    return stars


def nights(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the nights of a survey [d]."""
    return rng.uniform(55900, 57900, NIGHTS)


def observe(
    stars: Table,
    mjd: NDArray[np.float64],
    seen_by: Instrument,
    rng: np.random.Generator,
    *,
    bad: float = 0.0,
    progress: Progress | None = None,
) -> Simulation:
    """Observe stars, one row of `stars` a spectrum.

    Parameters
    ----------
    stars : Table
        As `stars.draw_stars` gives them, with ``ra`` and ``dec`` [deg]; rows may repeat.
    mjd : ndarray, shape (spectra,)
        Middle of each exposure, UTC [d].
    seen_by : Instrument
        Through which spectrograph.
    rng : numpy.random.Generator
        The source of chance.
    bad : float
        Share of bad spectra.
    progress : Progress, optional
        Told how many are done.
    """
    return record(look(stars, mjd, seen_by, rng, bad=bad), seen_by, rng, progress=progress)


def look(
    stars: Table, mjd: NDArray[np.float64], seen_by: Instrument, rng: np.random.Generator, *, bad: float = 0.0
) -> QTable:
    """Return the truth about exposures that are not made yet; arguments as for `observe`."""
    state = state_at(stars, mjd) | circumstances(stars, mjd, seen_by, rng)
    fault = defects.draw_faults(len(stars), bad, rng)
    state["snr"] = np.where(fault == "faint", rng.uniform(0.5, 2, len(stars)), state["snr"])
    table = QTable(stars, copy=True)
    for name in ("emission", "asymmetry"):
        table[name] = state[name] * (stars[name].unit or 1)
    table["mjd"] = mjd
    for name in CIRCUMSTANCES:
        table[name] = state[name]
    for name, values in measure(state, np.asarray(stars["kind"]), state["snr"], seen_by).items():
        table[name] = values
    table["fault"] = fault
    table["label"] = np.where(fault == "", table["label"], classes.BAD)
    table["ambiguous"] &= fault == ""  # that it is bad is plain
    for name, unit in TRUTH_UNITS.items():
        table[name].unit = unit
    return table


def record(
    truth: QTable, seen_by: Instrument, rng: np.random.Generator, *, progress: Progress | None = None
) -> Simulation:
    """Make the exposures of which `look` has told the truth."""
    progress, count = progress or silent, len(truth)
    state = state_of(truth)
    fault = np.asarray(truth["fault"])
    shape = (count, len(seen_by.wavelength))
    matrices = np.empty(shape, "f4"), np.empty(shape, "f4"), np.empty(shape, "?")
    for first in range(0, count, CHUNK):
        rows = slice(first, first + CHUNK)
        part = {name: values[rows] for name, values in state.items()}
        for matrix, values in zip(matrices, expose(part, fault[rows], seen_by, rng), strict=True):
            matrix[rows] = values
        progress(min(first + CHUNK, count), count)
    line = np.abs(seen_by.from_h_alpha) < LINE
    truth["defects"] = np.count_nonzero(matrices[2][:, line], axis=1)
    return Simulation(seen_by, seen_by.wavelength, *matrices, truth)


def state_of(truth: QTable) -> Arrays:
    """Return the state of each star when it was seen."""
    names = (*UNITS, *CIRCUMSTANCES)
    return {name: np.asarray(getattr(truth[name], "value", truth[name]), dtype=np.float64) for name in names}
