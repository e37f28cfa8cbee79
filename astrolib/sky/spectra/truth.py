"""What can be seen in an H-alpha profile without noise, at the resolving power of an instrument.

A label belongs to the spectrum, not to the star: two peaks that one instrument separates are one to another.
How sure anybody could be is measured too: the significance of the dip, and of the emission, for a matched
filter in the noise of that spectrum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra import classes
from astrolib.sky.spectra.disc import peak_separation
from astrolib.sky.spectra.instrument import FWHM, Instrument
from astrolib.sky.spectra.photosphere import THERMAL_WIDTH, molecules
from astrolib.sky.spectra.profiles import (
    FORBIDDEN,
    H_ALPHA,
    OVERSAMPLING,
    grids,
    hydrogen_lines,
    hydrogen_profile,
    star_width,
)
from astrolib.sky.spectra.stars import Arrays
from astrolib.sky.spectra.velocity import Profiles
from astrolib.spectra import line
from astrolib.spectra.velocity import SPEED_OF_LIGHT

SHELL_RATIO = 1.5
"""Mean peak over central depression of a shell line, at least (Hanuschik 1996, A&A 308, 170)."""

AMBIGUOUS = 2.0
"""A dip, or an emission, less significant than this could be told by nobody."""

NEAR = 170.0
"""Who looks at H-alpha sees this much to either side [angstrom]."""

CHUNK = 500
"""Profiles measured at a time."""

MEASURED = (
    "equivalent_width",
    "emission_sigma",
    "peak",
    "separation",
    "huang_separation",
    "peak_ratio",
    "dip",
    "dip_sigma",
    "other_sigma",
)
"""Numbers that `measure` gives."""

SHALLOWEST = 1e-3
"""A dip below this share of the continuum is the grid's, not the star's."""


def seen_profiles(state: Arrays, seen_by: Instrument) -> tuple[NDArray[np.float64], Profiles, Profiles]:
    """Return H-alpha at rest at the resolving power of an instrument.

    Returns
    -------
    velocity : ndarray, shape (velocities,)
        [km/s].
    flux : ndarray, shape (spectra, velocities)
        Over the continuum.
    star : ndarray, shape (spectra, velocities)
        The same without disc and wind.
    """
    grid = grids(seen_by.name)[0]
    spread = grid.gaussian(_resolution(seen_by))
    bare = state | {name: np.zeros_like(state[name]) for name in ("emission", "depth")}

    def seen(of: Arrays) -> Profiles:
        profile = hydrogen_profile(grid, of, hydrogen_lines(grid, of))
        return 1 + grid.back(profile * spread)

    return grid.velocity, seen(state), seen(bare)


def measure(state: Arrays, kind: NDArray[np.str_], snr: NDArray[np.float64], seen_by: Instrument) -> Arrays:
    """Measure H-alpha without noise.

    Parameters
    ----------
    state : dict of ndarray, shape (spectra,)
        The parameters of `stars.state_at`.
    kind : ndarray of str, shape (spectra,)
        A member of `classes.KINDS`.
    snr : ndarray, shape (spectra,)
        Signal-to-noise ratio of a pixel of the continuum.
    seen_by : Instrument
        Its pixels and resolving power.

    Returns
    -------
    dict of ndarray, shape (spectra,)
        ``label`` (a member of `classes.KINDS`), ``ambiguous``; ``equivalent_width`` [angstrom], positive in
        absorption; ``peak`` over the continuum; ``separation`` of the peaks as seen and ``huang_separation``
        as the disc's size has it [km/s]; ``peak_ratio`` (V/R); ``dip`` below the lower peak; ``dip_sigma``
        and ``emission_sigma``, their significance, and ``other_sigma``, that of what is no disc in those of
        the kind `classes.OTHER`. NaN where there is nothing to measure.
    """
    lit = state["emission"] > 0
    found: Arrays = {name: np.full(len(lit), np.nan) for name in MEASURED}
    found |= {"label": np.full(len(lit), classes.ABSORPTION, "U22"), "ambiguous": np.zeros(len(lit), bool)}
    found["equivalent_width"] = star_width(grids(seen_by.name)[0], state["teff"]).astype(np.float64)
    for first in range(0, int(lit.sum()), CHUNK):
        rows = np.flatnonzero(lit)[first : first + CHUNK]
        part = {name: values[rows] for name, values in state.items()}
        for name, values in _measured(part, kind[rows], snr[rows], seen_by).items():
            found[name][rows] = values
    return found


def _measured(state: Arrays, kind: NDArray[np.str_], snr: NDArray[np.float64], seen_by: Instrument) -> Arrays:
    """Measure those that emit."""
    velocity, flux, star = seen_profiles(state, seen_by)
    step = velocity[1] - velocity[0]
    weight = snr[:, None] ** 2 / np.maximum(flux, 0.02) / OVERSAMPLING
    reach = state["v_inner"] + 3 * np.hypot(state["turbulence"], _resolution(seen_by))
    huang = peak_separation(state["v_inner"], state["disc_radius"])
    found = {
        "equivalent_width": np.sum(1 - flux, axis=1) * step * line(H_ALPHA, "vacuum") / SPEED_OF_LIGHT,
        "emission_sigma": np.sqrt(np.sum((flux - star) ** 2 * weight, axis=1)),
        "huang_separation": np.where(state["depth_velocity"] == 0, huang, np.nan),
        "other_sigma": np.where(kind == classes.OTHER, _otherness(state, flux, weight, snr, seen_by), np.nan),
    }
    found |= _peaks(velocity, flux, np.abs(velocity) < reach[:, None], weight)
    contrast = np.abs(found["peak"] - 1) * snr * np.sqrt(_resolution(seen_by) * FWHM / seen_by.pixel)
    return found | _judged(found, kind, contrast)


def _resolution(seen_by: Instrument) -> float:
    """Return the standard deviation of an infinitely narrow line as it is seen [km/s]."""
    return float(SPEED_OF_LIGHT / seen_by.resolving_power / FWHM)


def _otherness(
    state: Arrays, flux: Profiles, weight: Profiles, snr: NDArray[np.float64], seen_by: Instrument
) -> NDArray[np.float64]:
    """Return the significance of what is not a disc: a wind, forbidden lines, or bands of molecules."""
    calm = seen_profiles(state | {"depth": np.zeros_like(state["depth"])}, seen_by)[1]
    wind = np.sum((flux - calm) ** 2 * weight, axis=1)
    width = np.hypot(_resolution(seen_by), THERMAL_WIDTH)
    total = sum(ratio**2 for _, ratio in FORBIDDEN)
    light = state["nebula"] * state["emission"] * SPEED_OF_LIGHT / line(H_ALPHA, "vacuum")
    nebula = total * light**2 * snr**2 / (2 * np.sqrt(np.pi) * width * seen_by.pixel)
    near = seen_by.whole.wavelength[np.abs(seen_by.whole.from_h_alpha) < NEAR]
    bands = np.sum((1 - np.exp(-molecules(near, state["teff"]))) ** 2, axis=1) * snr**2
    return np.sqrt(wind + nebula + bands)


def _peaks(
    velocity: NDArray[np.float64], flux: Profiles, region: NDArray[np.bool_], weight: Profiles
) -> Arrays:
    """Find the highest maximum on either side of rest, and the lowest flux between the two."""
    rises = flux[:, 1:-1] > flux[:, :-2]
    falls = flux[:, 1:-1] >= flux[:, 2:]
    top = np.zeros(flux.shape, dtype=bool)
    top[:, 1:-1] = rises & falls & region[:, 1:-1]
    sides = [_highest(flux, top & side) for side in (velocity <= 0, velocity > 0)]
    (left, v_peak), (right, r_peak) = sides
    two = np.isfinite(v_peak) & np.isfinite(r_peak)
    lower = np.where(two, np.minimum(v_peak, r_peak), 0)
    position = np.arange(len(velocity))
    between = two[:, None] & (position >= left[:, None]) & (position <= right[:, None])
    deficit = np.where(between, np.clip(lower[:, None] - flux, 0, None), 0)
    dip = deficit.max(axis=1)
    two &= dip > SHALLOWEST
    return {
        "peak": np.fmax(v_peak, r_peak),
        "separation": np.where(two, velocity[right] - velocity[left], np.nan),
        "peak_ratio": np.where(two, v_peak / r_peak, np.nan),
        "peak_mean": np.where(two, (v_peak + r_peak) / 2, np.nan),
        "dip": np.where(two, dip, np.nan),
        "dip_sigma": np.where(two, np.sqrt(np.sum(deficit**2 * weight, axis=1)), np.nan),
    }


def _highest(flux: Profiles, where: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return index and value of the highest flux in `where`; NaN where there is none."""
    candidates = np.where(where, flux, -np.inf)
    index = candidates.argmax(axis=1)
    value = np.take_along_axis(candidates, index[:, None], axis=1)[:, 0]
    return index, np.where(np.isfinite(value), value, np.nan)


def _judged(found: Arrays, kind: NDArray[np.str_], contrast: NDArray[np.float64]) -> Arrays:
    """Name the profile, and say whether anybody could: `contrast` is its peak's with the continuum."""
    two = np.isfinite(found["separation"])
    mean = found.pop("peak_mean")
    depression = 2 * mean - found["peak"] - found["dip"]
    ratio = mean / np.maximum(depression, 1e-3)
    none = np.isnan(found["peak"])
    label = np.select(
        [kind == classes.OTHER, none, found["peak"] < 1, two & (ratio >= SHELL_RATIO), two],
        [classes.OTHER, classes.ABSORPTION, classes.FILLED, classes.SHELL, classes.DOUBLE],
        default=classes.SINGLE,
    )
    unsure = (found["emission_sigma"] < AMBIGUOUS) | (
        np.isin(label, (classes.DOUBLE, classes.SHELL)) & (found["dip_sigma"] < AMBIGUOUS)
    )
    unsure |= np.isin(label, (classes.SINGLE, classes.DOUBLE, classes.FILLED)) & (contrast < AMBIGUOUS)
    unsure |= found["other_sigma"] < AMBIGUOUS
    return {"label": label, "ambiguous": unsure}
