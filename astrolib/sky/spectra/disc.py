"""The emission of a Keplerian disc, and what lies between it and us.

A ring that turns with the projected velocity w emits, where it is optically thin, the profile
1 / (pi sqrt(w^2 - v^2)); a disc is a sum of rings. The outermost, slowest ring makes the peaks,
whose separation is 2 v sin i sqrt(R_star / R_disc) (Huang 1972, ApJ 171, 549; Horne and Marsh 1986, MNRAS
218, 761).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra.velocity import Profiles, Transforms, VelocityGrid

RINGS = 32
"""Their velocities lie closer than the turbulence that smooths them."""

EMISSIVITY_SLOPE = 2.0
"""The emission of a unit area falls with the radius to this power (Horne and Marsh 1986 find 1.5 to 2)."""


def peak_separation(v_inner: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the separation of the peaks [km/s] (Huang 1972).

    Parameters
    ----------
    v_inner : ndarray
        Projected velocity of the disc's inner edge, at the star [km/s].
    radius : ndarray
        The disc's outer radius, in radii of the star.
    """
    return 2 * v_inner / np.sqrt(radius)


def disc_profiles(
    grid: VelocityGrid,
    v_inner: NDArray[np.float64],
    radius: NDArray[np.float64],
    asymmetry: NDArray[np.float64],
    turbulence: NDArray[np.float64],
) -> Transforms:
    """Return the transforms of the line profiles of optically thin Keplerian discs.

    Parameters
    ----------
    grid : VelocityGrid
        The velocities.
    v_inner, radius : ndarray, shape (stars,)
        As for `peak_separation`.
    asymmetry : ndarray, shape (stars,)
        Between -1 and 1: the receding side is brighter by this share, the approaching one fainter: a
        one-armed density wave (Okazaki 1991, PASJ 43, 75).
    turbulence : ndarray, shape (stars,)
        Standard deviation of the local broadening [km/s].

    Returns
    -------
    ndarray, shape (stars, frequencies)
        Each of a profile of unit area [s/km].
    """
    edges = np.append(grid.velocity - grid.step / 2, grid.velocity[-1] + grid.step / 2)
    near = np.abs(edges) <= v_inner.max(initial=0.0) + 2 * grid.step
    columns = np.flatnonzero(near)[:-1]
    profiles = np.zeros((len(v_inner), grid.size))
    for ring in (np.arange(RINGS) + 0.5) / RINGS:
        velocity, weight = _ring(ring, v_inner, radius)
        profiles[:, columns] += weight[:, None] * _ring_profile(
            edges[near], velocity[:, None], asymmetry[:, None]
        )
    profiles /= profiles.sum(axis=1, keepdims=True) * grid.step
    return grid.transform(profiles) * grid.gaussian(turbulence)


def _ring(
    share: float, v_inner: NDArray[np.float64], radius: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return velocity and weight of the ring at `share` of the way from the slowest to the fastest."""
    v_outer = v_inner / np.sqrt(radius)
    velocity = v_outer + share * (v_inner - v_outer)
    distance = (v_inner / velocity) ** 2
    # Emission r^-s r dr, where r = v^-2 makes dr = r^(3/2) dv.
    return velocity, distance ** (2.5 - EMISSIVITY_SLOPE) * (v_inner - v_outer)


def _ring_profile(
    edges: NDArray[np.float64], velocity: NDArray[np.float64], asymmetry: NDArray[np.float64]
) -> Profiles:
    """Return the share of a ring's light in each bin: the exact integral between the edges."""
    x = np.clip(edges / velocity, -1, 1)
    return np.diff(np.arcsin(x) - asymmetry * np.sqrt(1 - x * x)) / np.pi


def optical_depth(
    velocity: NDArray[np.float64],
    depth: NDArray[np.float64],
    centre: NDArray[np.float64],
    sigma: NDArray[np.float64],
) -> Profiles:
    """Return the optical depth in front of the star, shape (stars, velocities).

    A disc seen from the side has it at rest and narrow (a shell line); a wind has it blueshifted.
    """
    return depth[:, None] * np.exp(-0.5 * ((velocity - centre[:, None]) / sigma[:, None]) ** 2)
