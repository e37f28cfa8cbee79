"""Spectra as they should not be: continua that wave, cosmic hits, dead pixels, and those that are lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra.instrument import Instrument

FAULTS = ("continuum", "ripple", "faint", "dead")
"""What makes a spectrum bad: a wrong continuum, fringes, hardly any light, or dead pixels about H-alpha."""

Flux = NDArray[np.float32]

_POLYNOMIALS = 5

REACH = 120.0
"""How far from H-alpha a wrong continuum waves [angstrom]."""

BLOCK = (8.0, 65.0)
"""Least and greatest reach of a block of dead pixels to either side of H-alpha [angstrom]."""


def draw_faults(count: int, share: float, rng: np.random.Generator) -> NDArray[np.str_]:
    """Draw the fault of each spectrum, '' for most: a `share` of them is bad."""
    found = rng.choice(FAULTS, size=count)
    return np.where(rng.random(count) < share, found, "")


def continuum_error(
    fault: NDArray[np.str_], seen_by: Instrument, residual: float, rng: np.random.Generator
) -> Flux:
    """Return what a continuum that was not drawn well multiplies the flux by, shape (spectra, pixels).

    Parameters
    ----------
    fault : ndarray of str, shape (spectra,)
        A member of `FAULTS` or ''.
    seen_by : Instrument
        Its pixels; a wrong continuum waves within `REACH` of H-alpha.
    residual : float
        Relative size of the error of an ordinary spectrum.
    rng : numpy.random.Generator
        The source of chance.
    """
    wrong = fault == "continuum"
    size = np.where(wrong, rng.uniform(0.3, 0.6, len(fault)), residual)
    signs = rng.choice([-1, 1], (len(fault), _POLYNOMIALS))
    terms = (size[:, None] * signs * rng.uniform(0.4, 1, signs.shape)).astype(np.float32)
    error = terms @ _waves(seen_by.place)
    error[wrong] = terms[wrong] @ _waves(np.clip(seen_by.from_h_alpha / REACH, -1, 1))
    rippled = np.flatnonzero(fault == "ripple")
    error[rippled] += _ripple(len(rippled), error.shape[1], rng)
    return np.maximum(1 + error, 0.05)


def _waves(place: NDArray[np.float64]) -> Flux:
    """Return slopes and slow waves: Legendre polynomials, each smaller than the one before."""
    basis = np.polynomial.legendre.legvander(place, _POLYNOMIALS)[:, 1:] / np.arange(1, _POLYNOMIALS + 1)
    return basis.T.astype(np.float32)


def _ripple(count: int, pixels: int, rng: np.random.Generator) -> Flux:
    period, phase = rng.uniform(14, 60, (2, count, 1))
    size = rng.uniform(0.12, 0.35, (count, 1))
    return (size * np.sin(2 * np.pi * (np.arange(pixels) / period + phase))).astype(np.float32)


def hit_by_cosmics(flux: Flux, mean: float, level: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Add cosmic hits that the reduction missed, `mean` a spectrum; return where, of the shape of `flux`.

    Parameters
    ----------
    flux : ndarray of float32, shape (spectra, pixels)
        Changed in place.
    mean : float
        Hits a spectrum.
    level : float
        Flux of a continuum, about which they are as high.
    rng : numpy.random.Generator
        The source of chance.
    """
    hit = np.zeros(flux.shape, dtype=bool)
    count = int(rng.poisson(mean * len(flux)))
    row, column = rng.integers(len(flux), size=count), rng.integers(flux.shape[1] - 1, size=count)
    height = (0.3 + rng.exponential(1.0, count)) * level
    for offset, share in ((0, 1.0), (1, 0.4)):
        np.add.at(flux, (row, column + offset), (share * height).astype(np.float32))
        hit[row, column + offset] = True
    return hit


def kill_pixels(flux: Flux, mean: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Set single dead pixels to 0, `mean` a spectrum; return where, of the shape of `flux`."""
    dead = np.zeros(flux.shape, dtype=bool)
    count = int(rng.poisson(mean * len(flux)))
    dead[rng.integers(len(flux), size=count), rng.integers(flux.shape[1], size=count)] = True
    flux[dead] = 0
    return dead


def kill_block(
    flux: Flux, fault: NDArray[np.str_], seen_by: Instrument, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Set a block about H-alpha to 0 in those whose fault is ``dead``.

    Parameters
    ----------
    flux : ndarray of float32, shape (spectra, pixels)
        Changed in place.
    fault : ndarray of str, shape (spectra,)
        A member of `FAULTS` or ''.
    seen_by : Instrument
        Its pixels.
    rng : numpy.random.Generator
        The source of chance.

    Returns
    -------
    ndarray of bool
        Where it is, of the shape of `flux`.
    """
    dead = np.zeros(flux.shape, dtype=bool)
    for row in np.flatnonzero(fault == "dead"):
        left, right = rng.uniform(*BLOCK, size=2)
        dead[row] = (seen_by.from_h_alpha > -left) & (seen_by.from_h_alpha < right)
    flux[dead] = 0
    return dead
