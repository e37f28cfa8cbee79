"""Absorption lines of stars: Stark-broadened hydrogen, rotation, a few other elements, and molecules.

Strengths are smooth functions of the effective temperature that follow the run of observed equivalent
widths (Gray and Corbally 2009, Stellar Spectral Classification, chapters 4 and 5): plausible, not a model
atmosphere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from astrolib.sky.spectra.velocity import Floats, Profiles

LIMB_DARKENING = 0.6
"""Linear coefficient in the rotation profile; the usual value for hot stars in the optical."""

THERMAL_WIDTH = 12.0
"""Standard deviation of a metal or helium line before rotation [km/s]."""

STARK_AREA = 2 * (math.pi / 2.5) / math.sin(math.pi / 2.5)
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

    def equivalent_width(self, teff: Floats) -> Floats:
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


COOL_METALS = np.array(
    [
        (6494.99, 0.17),
        (6546.25, 0.10),
        (6569.22, 0.07),
        (6592.93, 0.12),
        (6609.12, 0.06),
        (6643.64, 0.09),
        (6678.00, 0.13),
        (6717.69, 0.12),
    ]
)
"""Lines of iron, nickel and calcium about H-alpha: wavelength in air and equivalent width in the Sun
[angstrom], rounded (Moore, Minnaert and Houtgast 1966, NBS Monograph 61)."""

TITANIUM_OXIDE = (4954.0, 5167.0, 5448.0, 6158.0, 6651.0, 6681.0, 6714.0, 7054.0, 7088.0, 7126.0, 7589.0)
"""Heads of the bands that shade the spectra of M stars to the red, in air [angstrom]."""

BAND_LENGTH = 60.0
"""E-folding length of a band [angstrom]."""

HOTTEST_MOLECULES, HOTTEST_METALS = 4000.0, 7600.0
"""Above these temperatures [K] there are none, or too weak ones."""


def metal_strength(teff: Floats) -> Floats:
    """Return how strong `COOL_METALS` are, 1 in the Sun and 0 in hot stars."""
    return np.clip((HOTTEST_METALS - teff) / (HOTTEST_METALS - 5772), 0, 2)


def molecules(wavelength: Floats, teff: Floats) -> Floats:
    """Return the optical depth of titanium oxide, shape (stars, wavelengths).

    Parameters
    ----------
    wavelength : ndarray, shape (wavelengths,)
        In air [angstrom].
    teff : ndarray, shape (stars,)
        [K].

    Notes
    -----
    Nothing above 4000 K, and half of the light and more in a star of 3000 K (Gray and Corbally 2009,
    chapter 8).
    """
    beyond = wavelength - np.array(TITANIUM_OXIDE)[:, None]
    bands = np.where(beyond >= 0, np.exp(-np.clip(beyond, 0, None) / BAND_LENGTH), 0).sum(axis=0)
    strength = np.clip((HOTTEST_MOLECULES - teff) / 1000, 0, 1.2)
    return 0.35 * strength[:, None] * bands.astype(teff.dtype)


def hydrogen_width(teff: Floats) -> Floats:
    """Return the equivalent width of H-alpha in absorption [angstrom] at effective temperatures [K].

    About 12 in an A0 star, 4 in a B1 star.
    """
    spread = np.where(teff > 9200, 0.30, 0.13).astype(teff.dtype)
    return 11.5 * np.exp(-0.5 * (np.log10(teff / 9200) / spread) ** 2) + 0.5


def stark(offset: Floats) -> Floats:
    """Return the shape of a Stark-broadened line, 1 / (1 + abs(x)^2.5).

    Its wings fall with the power -5/2 of the distance, as Holtsmark's theory has it for hydrogen
    (Gray 2005, The Observation and Analysis of Stellar Photospheres, section 11).
    """
    size = np.abs(offset)
    return 1 / (1 + size * size * np.sqrt(size))


def rotation(velocity: Floats, vsini: Floats) -> Profiles:
    """Return the rotation profiles at `velocity` [km/s], not normalised (Gray 2005, equation 18.14).

    Parameters
    ----------
    velocity : ndarray, shape (velocities,)
        [km/s].
    vsini : ndarray, shape (stars,)
        Projected velocity at the equator [km/s]; below a step of the grid it leaves a line as it is.
    """
    step = vsini.dtype.type(velocity[1] - velocity[0])
    chord = np.clip(1 - (velocity.astype(vsini.dtype) / np.maximum(vsini, step)[:, None]) ** 2, 0, None)
    return 2 * (1 - LIMB_DARKENING) * np.sqrt(chord) + 0.5 * np.pi * LIMB_DARKENING * chord


def gaussian(velocity: Floats, sigma: float) -> Floats:
    """Return a Gaussian of unit area, shape (1, velocities) [s/km]."""
    return np.exp(-0.5 * (velocity[None, :] / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
