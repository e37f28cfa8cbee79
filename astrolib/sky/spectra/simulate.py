"""Simulated spectra as matrices, stars by pixels, with the truth about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable, Table
from astropy.time import Time
from astropy.utils import iers
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.sky.spectra import atmosphere, classes, defects
from astrolib.sky.spectra.instrument import Instrument, instrument
from astrolib.sky.spectra.profiles import H_ALPHA, line_flux
from astrolib.sky.spectra.stars import Arrays, draw_stars, state_at
from astrolib.sky.spectra.truth import measure
from astrolib.spectra import line, site

CHUNK = 500
"""Spectra made at a time: their intermediate matrices stay in the processor's cache and bounded in memory."""

TRUTH_UNITS: Mapping[str, str] = {
    "mjd": "d",
    "correction": "km/s",
    "equivalent_width": "Angstrom",
    "separation": "km/s",
    "huang_separation": "km/s",
}

_PLANCK = 1.438777e8  # hc/k [angstrom K] (CODATA)


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
        `classes.CLASSES`, `fault` one of `defects.FAULTS` or ''.
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
    progress: Progress | None = None,
) -> Simulation:
    """Return `count` spectra, each of another star.

    Parameters
    ----------
    count : int
        How many; 10,000 of LAMOST are matrices of 0.4 GB, so ask for millions in portions.
    seen_by : {'lamost', 'ondrejov'}
        The instrument.
    seed : int
        Of all that is random.
    prevalence : mapping of str to float
        Share of each class; `classes.SHOWCASE` and `classes.SURVEY` are two of them.
    progress : Progress, optional
        Told how many are done.
    """
    rng = np.random.default_rng(seed)
    stars = draw_stars(count, rng, prevalence)
    stars["ra"] = rng.uniform(0, 360, count) * u.deg
    stars["dec"] = np.degrees(np.arcsin(rng.uniform(-0.17, 0.98, count))) * u.deg
    mjd = rng.choice(rng.uniform(55900, 57900, 200), count)  # nights, as a survey has them
    return observe(stars, mjd, instrument(seen_by), rng, bad=classes.shares(prevalence)[1], progress=progress)


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
    progress = progress or silent
    state = state_at(stars, mjd) | _circumstances(stars, mjd, seen_by, rng)
    fault = defects.draw_faults(len(stars), bad, rng)
    state["snr"] = np.where(fault == "faint", rng.uniform(0.5, 2, len(stars)), state["snr"])
    shape = (len(stars), len(seen_by.wavelength))
    matrices = np.empty(shape, "f4"), np.empty(shape, "f4"), np.empty(shape, "?")
    found: list[Arrays] = []
    kind = np.asarray(stars["kind"])
    for first in range(0, len(stars), CHUNK):
        rows = slice(first, first + CHUNK)
        part = {name: values[rows] for name, values in state.items()}
        for matrix, values in zip(matrices, _spectra(part, fault[rows], seen_by, rng), strict=True):
            matrix[rows] = values
        found.append(measure(part, kind[rows], part["snr"], seen_by))
        progress(min(first + CHUNK, len(stars)), len(stars))
    truth = _table(stars, mjd, state, found, fault)
    return Simulation(seen_by, seen_by.wavelength, *matrices, truth)


def _circumstances(
    stars: Table, mjd: NDArray[np.float64], seen_by: Instrument, rng: np.random.Generator
) -> Arrays:
    median, spread = seen_by.snr
    position = SkyCoord(stars["ra"], stars["dec"], unit="deg")
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("auto_max_age", None):
        correction = position.radial_velocity_correction(
            "heliocentric", obstime=Time(mjd, format="mjd", scale="utc"), location=site(seen_by.site)
        )
    return {
        "snr": median * np.exp(rng.normal(0, spread, len(stars))),
        "humidity": rng.uniform(0.1, 1.0, len(stars)) * (1.0 if seen_by.medium == "air" else 0.4),
        "reddening": rng.uniform(0, 0.6, len(stars)),
        "correction": correction.to_value(u.km / u.s),
    }


def _spectra(
    state: Arrays, fault: NDArray[np.str_], seen_by: Instrument, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return flux, inverse variance and mask of one chunk."""
    still = seen_by.rest_frame == "topocentric"
    star_shift = state["rv"] - state["correction"] if still else state["rv"]
    air_shift = np.zeros_like(star_shift) if still else state["correction"]
    flux = line_flux(state, star_shift, seen_by)
    atmosphere.multiply_transmission(flux, state["humidity"], air_shift, seen_by)
    level, light = _continuum(state, seen_by)
    flux *= level
    sigma = level * np.sqrt(np.maximum(flux / level, 0.02) / light) / state["snr"][:, None].astype("f4")
    flux *= defects.continuum_error(fault, flux.shape[1], 0.006 if seen_by.medium == "air" else 0.02, rng)
    flux += sigma * rng.standard_normal(flux.shape, dtype=np.float32)
    hit = defects.hit_by_cosmics(flux, 0.5, rng)
    centre = int(np.searchsorted(seen_by.vacuum_edges, line(H_ALPHA, "vacuum")))
    dead = defects.kill_pixels(flux, fault, centre, 0.3, rng)
    return flux, np.where(dead, 0, 1 / sigma**2).astype("f4"), hit | dead


def _continuum(state: Arrays, seen_by: Instrument) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the level of the continuum, and the light in it relative to that at H-alpha."""
    if seen_by.medium == "air":  # normalised already
        one = np.ones((1, 1), dtype=np.float32)
        return one, one
    x = seen_by.wavelength / line(H_ALPHA, "vacuum")
    hot = (_PLANCK / line(H_ALPHA, "vacuum") / state["teff"]).astype("f4")[:, None]
    planck = np.expm1(hot) / np.expm1(hot / x.astype("f4")) * (x**-5).astype("f4")
    dust = np.exp(-0.7 * state["reddening"].astype("f4")[:, None] * (x**-1.3 - 1).astype("f4"))
    level = planck * dust
    throughput = np.exp(-(((seen_by.wavelength - 6600) / 2300) ** 2)) + 0.05
    return level * np.float32(100), level * throughput.astype("f4")


def _table(
    stars: Table, mjd: NDArray[np.float64], state: Arrays, found: list[Arrays], fault: NDArray[np.str_]
) -> QTable:
    table = QTable(stars, copy=True)
    for name in ("emission", "asymmetry"):
        table[name] = state[name] * (stars[name].unit or 1)
    table["mjd"] = mjd
    for name in ("correction", "snr", "humidity"):
        table[name] = state[name]
    for name in found[0]:
        table[name] = np.concatenate([part[name] for part in found])
    table["fault"] = fault
    table["label"] = np.where(fault == "", table["label"], classes.BAD)
    for name, unit in TRUTH_UNITS.items():
        table[name].unit = unit
    return table
