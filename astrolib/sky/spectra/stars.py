"""Who the simulated stars are: one row of parameters a star, from which every epoch of it follows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from astropy.table import Table
from numpy.typing import NDArray

from astrolib.sky.spectra import classes

Arrays = dict[str, NDArray[np.float64]]

UNITS: Mapping[str, str] = {
    "mag": "mag",
    "teff": "K",
    "rv": "km/s",
    "inclination": "deg",
    "vsini": "km/s",
    "emission": "Angstrom",
    "v_inner": "km/s",
    "disc_radius": "",
    "turbulence": "km/s",
    "asymmetry": "",
    "variability": "",
    "period": "d",
    "phase": "",
    "depth": "",
    "depth_velocity": "km/s",
    "depth_sigma": "km/s",
    "nebula": "",
}
"""The numeric columns of a table of stars and their units."""

# Ranges by kind, in the order of classes.KINDS: single, double, shell, filled, absorption, other.
_INCLINATION = np.array([[4, 16], [35, 75], [80, 90], [20, 75], [0, 90], [5, 20]], dtype=float)
_RADIUS = np.array([[8, 20], [2.5, 11], [4, 14], [2, 6], [2, 6], [4, 9]], dtype=float)
_TURBULENCE = np.array([[35, 80], [10, 20], [10, 20], [12, 25], [10, 20], [70, 110]], dtype=float)
_EMISSION = np.array([[1.5, 35], [1.5, 28], [3, 18], [1.0, 2.6], [1, 1], [6, 30]], dtype=float)
_OTHER = classes.KINDS.index(classes.OTHER)
_SHELL = classes.KINDS.index(classes.SHELL)
_ABSORPTION = classes.KINDS.index(classes.ABSORPTION)
_EMITS = np.array([kind != classes.ABSORPTION for kind in classes.KINDS])


def draw_stars(
    count: int,
    rng: np.random.Generator,
    prevalence: Mapping[str, float] = classes.SHOWCASE,
    *,
    cool: float = 0.0,
) -> Table:
    """Draw stars.

    Parameters
    ----------
    count : int
        How many.
    rng : numpy.random.Generator
        The source of chance.
    prevalence : mapping of str to float
        Share of each class in `classes.CLASSES`; they need not sum to 1.
    cool : float
        Share of F to M stars among those that only absorb, and of M stars with a chromosphere among the
        others that are neither discs nor absorb.

    Returns
    -------
    astropy.table.Table
        ``star``, ``kind`` and the columns of `UNITS`: temperature, radial velocity in the heliocentric frame,
        inclination; equivalent width of the H-alpha emission (positive), projected velocity at the inner edge
        of the disc, its outer radius in radii of the star, its turbulence; amplitudes of the asymmetry and of
        the emission's changes with their period and phase; the optical depth in front of the star with its
        velocity and width; the strength of nebular lines.
    """
    kind = rng.choice(len(classes.KINDS), size=count, p=classes.shares(prevalence)[0])
    columns = _bodies(kind, rng) | _variations(kind, rng) | _veils(kind, rng)
    _turn_into_nebulae((kind == _OTHER) & (rng.random(count) < 0.5), columns, rng)
    if cool:
        _cool_down((kind == _ABSORPTION) & (rng.random(count) < cool), (3000, 7600), columns, rng)
        _turn_into_flare_stars((kind == _OTHER) & (rng.random(count) < cool / 2), columns, rng)
    table = Table({name: columns[name] for name in UNITS}, units=dict(UNITS))
    table.add_column(np.array(classes.KINDS)[kind], 0, "kind")
    table.add_column(named(1, count), 0, "star")
    return table


def named(first: int, count: int, digits: int = 4) -> NDArray[np.str_]:
    """Return the names of `count` stars, numbered from `first` on."""
    return np.array([f"SIM {number:0{digits}d}" for number in range(first, first + count)], dtype="U16")


def state_at(stars: Table, mjd: NDArray[np.float64]) -> Arrays:
    """Return the parameters of stars at epochs as plain arrays in the units of `UNITS`.

    ``asymmetry`` and ``emission`` become those of the epoch: both swing with the star's period, out of phase.

    Parameters
    ----------
    stars : Table, shape (spectra,)
        One row a spectrum.
    mjd : ndarray, shape (spectra,)
        Middle of the exposure [d].
    """
    state = {name: np.asarray(stars[name], dtype=np.float64) for name in UNITS}
    turn = 2 * np.pi * (mjd / state["period"] + state["phase"])
    state["asymmetry"] = state["asymmetry"] * np.sin(turn)
    state["emission"] = state["emission"] * (1 + state["variability"] * np.cos(turn))
    return state


def _between(ranges: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return ranges[:, 0] + (ranges[:, 1] - ranges[:, 0]) * rng.random(len(ranges))


def _bodies(kind: NDArray[np.int64], rng: np.random.Generator) -> Arrays:
    count, emits = len(kind), _EMITS[kind]
    inclination = _between(_INCLINATION[kind], rng)
    orbit = rng.uniform(380, 500, count)  # Keplerian velocity at the surface of a B star
    slow = rng.uniform(0.02, 0.7, count)
    return {
        "mag": rng.uniform(5.5, 13.5, count),
        "teff": np.where(emits, rng.uniform(11000, 26000, count), rng.uniform(7600, 24000, count)),
        "rv": rng.normal(0, 20, count),
        "inclination": inclination,
        "vsini": orbit * np.sin(np.radians(inclination)) * np.where(emits, 0.8, slow),
        "v_inner": orbit * np.sin(np.radians(inclination)),
        "disc_radius": _between(_RADIUS[kind], rng),
        "turbulence": _between(_TURBULENCE[kind], rng),
        # Weak discs are more common than strong ones: equal numbers in equal steps of the logarithm.
        "emission": emits * np.exp(_between(np.log(_EMISSION[kind]), rng)),
    }


def _variations(kind: NDArray[np.int64], rng: np.random.Generator) -> Arrays:
    count = len(kind)
    return {
        "asymmetry": rng.uniform(0, 0.5, count) * _EMITS[kind],
        "variability": rng.uniform(0, 0.3, count) * _EMITS[kind],
        "period": rng.uniform(400, 4000, count),
        "phase": rng.random(count),
    }


def _veils(kind: NDArray[np.int64], rng: np.random.Generator) -> Arrays:
    count, shell, wind = len(kind), kind == _SHELL, kind == _OTHER
    return {
        "depth": np.where(shell | wind, rng.uniform(1.5, 4.0, count), 0.0),
        "depth_velocity": np.where(wind, -rng.uniform(150, 320, count), 0.0),
        "depth_sigma": np.where(wind, rng.uniform(40, 80, count), rng.uniform(18, 45, count)),
        "nebula": np.zeros(count),
    }


def _turn_into_nebulae(chosen: NDArray[np.bool_], columns: Arrays, rng: np.random.Generator) -> None:
    """Give the chosen stars narrow nebular emission with its forbidden lines instead of a wind."""
    values = {"v_inner": 10.0, "turbulence": 12.0, "asymmetry": 0.0, "variability": 0.0, "depth": 0.0}
    for name, value in values.items():
        columns[name][chosen] = value
    columns["emission"][chosen] = rng.uniform(1, 6, int(chosen.sum()))
    columns["nebula"][chosen] = rng.uniform(0.2, 0.6, int(chosen.sum()))


def _cool_down(
    chosen: NDArray[np.bool_], between: tuple[float, float], columns: Arrays, rng: np.random.Generator
) -> None:
    """Give the chosen stars lower temperatures [K] and the slow rotation that goes with them."""
    columns["teff"][chosen] = rng.uniform(*between, int(chosen.sum()))
    columns["vsini"][chosen] = rng.uniform(2, 25, int(chosen.sum()))


def _turn_into_flare_stars(chosen: NDArray[np.bool_], columns: Arrays, rng: np.random.Generator) -> None:
    """Make the chosen M stars whose chromospheres emit narrowly, without a wind or a nebula."""
    _cool_down(chosen, (2900, 3700), columns, rng)
    for name in ("asymmetry", "variability", "depth", "depth_velocity", "nebula"):
        columns[name][chosen] = 0.0
    columns["v_inner"][chosen] = 10.0
    columns["turbulence"][chosen] = rng.uniform(10, 25, int(chosen.sum()))
    columns["emission"][chosen] = rng.uniform(1, 8, int(chosen.sum()))
