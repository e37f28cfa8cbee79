"""Absorption lines of B and A stars: Stark-broadened hydrogen, rotation, and a few other elements.

Strengths are smooth functions of the effective temperature that follow the run of observed equivalent
widths (Gray and Corbally 2009, Stellar Spectral Classification, chapters 4 and 5): plausible, not a model
atmosphere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra.velocity import Profiles

LIMB_DARKENING = 0.6
"""Linear coefficient in the rotation profile; the usual value for hot stars in the optical."""

THERMAL_WIDTH = 12.0
"""Standard deviation of a metal or helium line before rotation [km/s]."""

STARK_AREA = 2 * (np.pi / 2.5) / np.sin(np.pi / 2.5)
"""Integral of `stark` over its argument, for unit depth."""


@dataclass(frozen=True)
class Absorption:
    """A line of an element: strongest at one temperature, and how strong there.

    Parameters
    ----------
    name : str
        As in `astrolib.spectra.line_list`.
    width : float
        Equivalent width at its strongest [angstrom].
    temperature : float
        Where that is [K].
    spread : float
        Standard deviation of its strength over log10 of the temperature.
    """

    name: str
    width: float
    temperature: float
    spread: float

    def equivalent_width(self, teff: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return its equivalent width [angstrom] at effective temperatures [K]."""
        return self.width * np.exp(-0.5 * (np.log10(teff / self.temperature) / self.spread) ** 2)


ABSORPTIONS = (
    Absorption("Ca II K", 5.0, 5000, 0.12),
    Absorption("He I 4026", 0.9, 20000, 0.13),
    Absorption("C II 4267", 0.25, 21000, 0.10),
    Absorption("He I 4471", 0.9, 20000, 0.13),
    Absorption("Mg II 4481", 0.45, 9500, 0.18),
    Absorption("He I 4922", 0.5, 20000, 0.13),
    Absorption("He I 5016", 0.3, 20000, 0.13),
    Absorption("Fe II 5169", 0.35, 7800, 0.10),
    Absorption("He I 5876", 0.7, 20000, 0.13),
    Absorption("Si II 6347", 0.35, 12000, 0.13),
    Absorption("Si II 6371", 0.22, 12000, 0.13),
    Absorption("Fe II 6456", 0.15, 8000, 0.10),
    Absorption("C II 6578", 0.20, 21000, 0.10),
    Absorption("C II 6583", 0.15, 21000, 0.10),
    Absorption("He I 6678", 0.6, 20000, 0.13),
    Absorption("He I 7065", 0.5, 20000, 0.13),
    Absorption("O I 7774", 0.8, 10000, 0.15),
    Absorption("Ca II 8542", 2.0, 5500, 0.12),
    Absorption("Ca II 8662", 1.6, 5500, 0.12),
)

INTERSTELLAR = (("Na D2", 0.30), ("Na D1", 0.20))
"""Lines that do not rotate, and their equivalent widths [angstrom]."""


def hydrogen_width(teff: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the equivalent width of H-alpha in absorption [angstrom] at effective temperatures [K].

    About 12 in an A0 star, 4 in a B1 star.
    """
    return 11.5 * np.exp(-0.5 * (np.log10(teff / 9200) / np.where(teff > 9200, 0.30, 0.13)) ** 2) + 0.5


def stark(offset: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shape of a Stark-broadened line, 1 / (1 + abs(x)^2.5).

    Its wings fall with the power -5/2 of the distance, as Holtsmark's theory has it for hydrogen
    (Gray 2005, The Observation and Analysis of Stellar Photospheres, section 11).
    """
    size = np.abs(offset)
    return 1 / (1 + size * size * np.sqrt(size))


def rotation(velocity: NDArray[np.float64], vsini: NDArray[np.float64]) -> Profiles:
    """Return the rotation profiles at `velocity` [km/s], not normalised (Gray 2005, equation 18.14).

    Parameters
    ----------
    velocity : ndarray, shape (velocities,)
        [km/s].
    vsini : ndarray, shape (stars,)
        Projected velocity at the equator [km/s]; below a step of the grid it leaves a line as it is.
    """
    step = velocity[1] - velocity[0]
    chord = np.clip(1 - (velocity / np.maximum(vsini, step)[:, None]) ** 2, 0, None)
    return 2 * (1 - LIMB_DARKENING) * np.sqrt(chord) + 0.5 * np.pi * LIMB_DARKENING * chord


def gaussian(velocity: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Return a Gaussian of unit area, shape (1, velocities) [s/km]."""
    return np.exp(-0.5 * (velocity[None, :] / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
