"""Spectra as they should not be: continua that wave, cosmic hits, dead pixels, and those that are lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FAULTS = ("continuum", "ripple", "faint", "dead")
"""What makes a spectrum bad: a wrong continuum, fringes, hardly any light, or dead pixels about H-alpha."""

Flux = NDArray[np.float32]

_POLYNOMIALS = 5


def draw_faults(count: int, share: float, rng: np.random.Generator) -> NDArray[np.str_]:
    """Draw the fault of each spectrum, '' for most: a `share` of them is bad."""
    found = rng.choice(FAULTS, size=count)
    return np.where(rng.random(count) < share, found, "")


def continuum_error(fault: NDArray[np.str_], pixels: int, residual: float, rng: np.random.Generator) -> Flux:
    """Return what a continuum that was not drawn well multiplies the flux by, shape (spectra, pixels).

    Parameters
    ----------
    fault : ndarray of str, shape (spectra,)
        A member of `FAULTS` or ''.
    pixels : int
        How many.
    residual : float
        Relative size of the error of an ordinary spectrum.
    rng : numpy.random.Generator
        The source of chance.
    """
    x = np.linspace(-1, 1, pixels)
    size = np.where(fault == "continuum", rng.uniform(0.3, 0.6, len(fault)), residual)
    # Slopes and slow waves: Legendre polynomials, each term smaller than the one before.
    basis = np.polynomial.legendre.legvander(x, _POLYNOMIALS)[:, 1:] / np.arange(1, _POLYNOMIALS + 1)
    signs = rng.choice([-1, 1], (len(fault), _POLYNOMIALS))
    terms = size[:, None] * signs * rng.uniform(0.4, 1, signs.shape)
    error = (terms.astype(np.float32) @ basis.T.astype(np.float32)).astype(np.float32)
    rippled = np.flatnonzero(fault == "ripple")
    error[rippled] += _ripple(len(rippled), pixels, rng)
    return np.maximum(1 + error, 0.05)


def _ripple(count: int, pixels: int, rng: np.random.Generator) -> Flux:
    period, phase = rng.uniform(14, 60, (2, count, 1))
    size = rng.uniform(0.12, 0.35, (count, 1))
    return (size * np.sin(2 * np.pi * (np.arange(pixels) / period + phase))).astype(np.float32)


def hit_by_cosmics(flux: Flux, mean: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Add cosmic hits that the reduction missed, `mean` a spectrum; return where, of the shape of `flux`."""
    hit = np.zeros(flux.shape, dtype=bool)
    count = int(rng.poisson(mean * len(flux)))
    row, column = rng.integers(len(flux), size=count), rng.integers(flux.shape[1] - 1, size=count)
    height = (0.3 + rng.exponential(1.0, count)) * flux.mean(axis=1)[row]
    for offset, share in ((0, 1.0), (1, 0.4)):
        np.add.at(flux, (row, column + offset), (share * height).astype(np.float32))
        hit[row, column + offset] = True
    return hit


def kill_pixels(
    flux: Flux, fault: NDArray[np.str_], centre: int, mean: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Set dead pixels to 0, `mean` a spectrum, and a block about `centre` in those whose fault is ``dead``.

    Returns
    -------
    ndarray of bool
        Where they are, of the shape of `flux`.
    """
    dead = np.zeros(flux.shape, dtype=bool)
    count = int(rng.poisson(mean * len(flux)))
    dead[rng.integers(len(flux), size=count), rng.integers(flux.shape[1], size=count)] = True
    for row in np.flatnonzero(fault == "dead"):
        left, right = rng.integers(flux.shape[1] // 60, flux.shape[1] // 8, size=2)
        dead[row, max(centre - left, 0) : centre + right] = True
    flux[dead] = 0
    return dead
