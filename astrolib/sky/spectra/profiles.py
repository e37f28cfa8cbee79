"""The lines of a star as an instrument sees them before noise: flux over the continuum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra.disc import disc_profiles, optical_depth
from astrolib.sky.spectra.instrument import Instrument, instrument
from astrolib.sky.spectra.photosphere import (
    ABSORPTIONS,
    COOL_METALS,
    HOTTEST_MOLECULES,
    INTERSTELLAR,
    STARK_AREA,
    THERMAL_WIDTH,
    gaussian,
    hydrogen_width,
    metal_strength,
    molecules,
    rotation,
    stark,
)
from astrolib.sky.spectra.stars import Arrays
from astrolib.sky.spectra.velocity import Floats, PixelWindow, Profiles, Transforms, VelocityGrid
from astrolib.spectra import air_to_vacuum, line, vacuum_to_air
from astrolib.spectra.velocity import SPEED_OF_LIGHT

OVERSAMPLING = 4
"""Points of the velocity grid a pixel."""

STARK_DEPTH, CORE_DEPTH = 0.42, 0.25
"""Depths of the wide and of the narrow part of a hydrogen line, in a star where it is strongest."""

CORE_SIGMA = 40.0
"""Standard deviation of the narrow core of a hydrogen line before rotation [km/s]."""

H_ALPHA = "H-alpha"


@dataclass(frozen=True)
class Hydrogen:
    """A line of hydrogen relative to H-alpha.

    Parameters
    ----------
    name : str
        As in `astrolib.spectra.line_list`.
    absorption : float
        Its equivalent width in the star.
    emission : float
        Its equivalent width from the disc: the Balmer decrement over the continuum.
    depth : float
        The optical depth in front of the star.
    """

    name: str
    absorption: float
    emission: float
    depth: float


HYDROGEN = (
    Hydrogen(H_ALPHA, 1.0, 1.0, 1.0),
    Hydrogen("H-beta", 1.1, 0.12, 0.6),
    Hydrogen("H-gamma", 1.05, 0.03, 0.4),
    Hydrogen("H-delta", 1.0, 0.0, 0.3),
    Hydrogen("H-epsilon", 0.9, 0.0, 0.25),
    Hydrogen("H8", 0.75, 0.0, 0.2),
    Hydrogen("Pa 12", 0.5, 0.05, 0.1),
    Hydrogen("Pa 13", 0.4, 0.05, 0.1),
    Hydrogen("Pa 14", 0.35, 0.05, 0.1),
)


@dataclass(frozen=True, eq=False)
class SharedLines:
    """What all lines of hydrogen of some stars share.

    Parameters
    ----------
    rotation : ndarray, shape (stars, frequencies)
        The transform of the rotation of each star.
    disc : ndarray of int
        The stars that have a disc.
    emission : ndarray, shape (discs, frequencies)
        The transform of its profile of unit area.
    veil : ndarray of int
        The stars that are seen through something.
    depth : ndarray, shape (veils, velocities)
        Its optical depth at H-alpha.
    """

    rotation: Transforms
    disc: NDArray[np.intp]
    emission: Transforms
    veil: NDArray[np.intp]
    depth: Profiles


FORBIDDEN = (("[N II] 6548", 0.33), ("[N II] 6583", 1.0), ("[S II] 6716", 0.5), ("[S II] 6731", 0.4))
"""Nebular lines and their equivalent widths relative to ``nebula`` times that of H-alpha."""


@cache
def grids(name: str) -> tuple[VelocityGrid, VelocityGrid]:
    """Return the wide grid of an instrument, for hydrogen, and its narrow one."""
    step = instrument(name).pixel / OVERSAMPLING
    return VelocityGrid.reaching(6500, step), VelocityGrid.reaching(1000, step)


def line_flux(state: Arrays, shift: NDArray[np.float64], seen_by: Instrument) -> NDArray[np.float32]:
    """Return the flux of stars over their continuum, without noise.

    Parameters
    ----------
    state : dict of ndarray, shape (spectra,)
        The parameters of `stars.state_at`.
    shift : ndarray, shape (spectra,)
        Velocity of each star in the frame of the instrument's wavelengths [km/s].
    seen_by : Instrument
        Its pixels and resolving power.

    Returns
    -------
    ndarray of float32, shape (spectra, pixels)
    """
    flux = np.ones((len(shift), len(seen_by.wavelength)), dtype=np.float32)
    state = {name: values.astype(np.float32) for name, values in state.items()}
    shift = shift.astype(np.float32)
    _multiply_hydrogen(flux, state, shift, seen_by)
    _multiply_metals(flux, state, shift, seen_by)
    _multiply_molecules(flux, state["teff"], seen_by)
    return flux


def hydrogen_lines(grid: VelocityGrid, state: Arrays) -> SharedLines:
    """Return what all lines of hydrogen share, at rest and at infinite resolution."""
    disc = np.flatnonzero(state["emission"] > 0)
    shape = ("v_inner", "disc_radius", "asymmetry", "turbulence")
    veil = np.flatnonzero(state["depth"] > 0)
    layer = ("depth", "depth_velocity", "depth_sigma")
    return SharedLines(
        rotation=grid.kernel(rotation(grid.velocity, state["vsini"])),
        disc=disc,
        emission=disc_profiles(grid, *(state[name][disc] for name in shape)),
        veil=veil,
        depth=optical_depth(grid.velocity, *(state[name][veil] for name in layer)),
    )


def hydrogen_profile(
    grid: VelocityGrid, state: Arrays, shared: SharedLines, which: Hydrogen = HYDROGEN[0]
) -> Transforms:
    """Return the transform of a hydrogen line: flux over the continuum, less 1, at infinite resolution."""
    vacuum = line(which.name, "vacuum")
    profile = -grid.transform(_star(grid, state["teff"], which)) * shared.rotation
    if which.emission:
        strength = which.emission * state["emission"][shared.disc] * SPEED_OF_LIGHT / vacuum
        profile[shared.disc] += strength[:, None] * shared.emission
    if shared.veil.size:
        veiled = (1 + grid.back(profile[shared.veil])) * np.exp(-which.depth * shared.depth) - 1
        profile[shared.veil] = grid.transform(veiled)
    return profile


def star_width(grid: VelocityGrid, teff: Floats, which: Hydrogen = HYDROGEN[0]) -> Floats:
    """Return the equivalent width [angstrom] of a hydrogen line of stars without a disc, within the grid."""
    return _star(grid, teff, which).sum(axis=1) * grid.step * line(which.name, "vacuum") / SPEED_OF_LIGHT


def _star(grid: VelocityGrid, teff: Floats, which: Hydrogen) -> Profiles:
    """Return the depth of a hydrogen line of stars that do not rotate: Stark's wings, and a narrow core."""
    velocity = grid.velocity.astype(teff.dtype)
    strongest = hydrogen_width(teff)
    weaker = np.sqrt(strongest / 12.0)
    core = CORE_DEPTH * gaussian(velocity, CORE_SIGMA) / gaussian(np.zeros(1, teff.dtype), CORE_SIGMA)
    area = float(core.sum()) * grid.step
    wings = which.absorption * strongest * SPEED_OF_LIGHT / line(which.name, "vacuum") - weaker * area
    reach = wings / (weaker * STARK_DEPTH * STARK_AREA)
    return weaker[:, None] * (STARK_DEPTH * stark(velocity / reach[:, None]) + core)


def _multiply_hydrogen(flux: NDArray[np.float32], state: Arrays, shift: Floats, seen_by: Instrument) -> None:
    grid = grids(seen_by.name)[0]
    shared = hydrogen_lines(grid, state)
    spread = grid.gaussian(np.full(1, seen_by.line_spread, np.float32)) * grid.shift(shift)
    for which in HYDROGEN:
        window = PixelWindow(grid, line(which.name, "vacuum"), seen_by.vacuum_edges)
        if not window.empty:
            profile = hydrogen_profile(grid, state, shared, which)
            seen = window.average(grid.back(profile * spread))
            flux[:, window.columns] *= (1 + seen).astype(np.float32)


def _multiply_metals(flux: NDArray[np.float32], state: Arrays, shift: Floats, seen_by: Instrument) -> None:
    """Multiply by lines that differ between stars only in strength: one rotated profile serves all."""
    grid = grids(seen_by.name)[1]
    spread = grid.gaussian(np.full(1, seen_by.line_spread, np.float32)) * grid.shift(shift)
    narrow = grid.transform(gaussian(grid.velocity, THERMAL_WIDTH).astype(np.float32))
    turned = grid.back(narrow * grid.kernel(rotation(grid.velocity, state["vsini"])) * spread)
    for absorption in ABSORPTIONS:
        width = absorption.equivalent_width(state["teff"])
        _multiply(flux, -width, turned, grid, line(absorption.name, "vacuum"), seen_by)
    metals = metal_strength(state["teff"])
    for air, solar in COOL_METALS.tolist():
        _multiply(flux, -solar * metals, turned, grid, float(air_to_vacuum(air)), seen_by)
    still = grid.back(grid.transform(gaussian(grid.velocity, THERMAL_WIDTH).astype(np.float32)) * spread)
    for name, depth in INTERSTELLAR:
        _multiply(flux, np.full(len(shift), -depth), still, grid, line(name, "vacuum"), seen_by)
    for name, ratio in FORBIDDEN:
        _multiply(
            flux, ratio * state["nebula"] * state["emission"], still, grid, line(name, "vacuum"), seen_by
        )


def _multiply(
    flux: NDArray[np.float32],
    width: Floats,
    profile: Profiles,
    grid: VelocityGrid,
    vacuum: float,
    seen_by: Instrument,
) -> None:
    """Multiply `flux` by a line of equivalent width `width` [angstrom], negative in absorption."""
    window = PixelWindow(grid, vacuum, seen_by.vacuum_edges)
    if window.empty:
        return
    strength = (width * SPEED_OF_LIGHT / vacuum)[:, None]
    seen = 1 + strength * window.average(profile)
    flux[:, window.columns] *= np.maximum(seen, 0.02).astype(np.float32)


def _multiply_molecules(flux: NDArray[np.float32], teff: Floats, seen_by: Instrument) -> None:
    """Multiply by bands, which are so wide that neither the star's motion nor the instrument matters."""
    cool = np.flatnonzero(teff < HOTTEST_MOLECULES)
    wavelength = seen_by.wavelength if seen_by.medium == "air" else vacuum_to_air(seen_by.wavelength)
    flux[cool] *= np.exp(-molecules(wavelength, teff[cool]))
