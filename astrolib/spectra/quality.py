"""Which prepared spectra are not fit, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from astrolib.spectra.recipe import Recipe
from astrolib.spectra.robust import signal_to_noise

FLATTEST = 1e-6
"""A range of fluxes smaller than this share of the largest is rounding."""

Flags = NDArray[np.bool_]


def flaws(
    flux: NDArray[np.float64], snr: NDArray[np.float64], recipe: Recipe
) -> Iterator[tuple[str, Flags, list[str]]]:
    """Judge spectra on the grid, before continuum and scaling.

    Parameters
    ----------
    flux : ndarray, shape (spectra, pixels)
        NaN where a pixel has no flux of its own.
    snr : ndarray, shape (spectra,)
        Signal-to-noise ratio a pixel as observed.
    recipe : Recipe
        What it asks.

    Yields
    ------
    flag : str
        One of `astrolib.spectra.unfit.FLAGS`; the gravest first.
    unfit : ndarray of bool, shape (spectra,)
        To which spectra it applies.
    reasons : list of str
        A sentence for each spectrum that is unfit, in order.
    """
    mask = ~np.isfinite(flux)
    near = np.abs(recipe.grid - recipe.line) <= recipe.line_half_width if recipe.line_half_width else None
    if near is not None:
        count = mask[:, near].sum(axis=1)
        place = f"{near.sum()} pixels within {recipe.line_half_width:g} angstrom of {recipe.line:g}"
        yield "masked at the line", count > 0, [f"{n} of {place} are masked" for n in count[count > 0]]
    share = mask.mean(axis=1)
    most = share > recipe.most_masked
    empty = share == 1
    yield "masked", most | empty, [f"{each:.0%} of its pixels are masked" for each in share[most | empty]]
    low = ~(snr >= recipe.least_snr)
    least = f"is below {recipe.least_snr:g}"
    yield "too noisy", low, [f"its signal-to-noise ratio of {each:.1f} a pixel {least}" for each in snr[low]]
    flat = _flat(flux)
    yield "flat", flat, ["all its fluxes are the same"] * int(flat.sum())


def snr_of(
    flux: NDArray[np.float32], ivar: NDArray[np.float32], mask: NDArray[np.bool_], recipe: Recipe
) -> NDArray[np.float64]:
    """Return the signal-to-noise ratios of spectra as observed; infinite where the recipe does not ask."""
    if not recipe.least_snr:
        return np.full(len(flux), np.inf)
    return signal_to_noise(flux, ivar, np.isfinite(flux) & ~mask)


def _flat(flux: NDArray[np.float64]) -> Flags:
    held = np.isfinite(flux)
    low = np.where(held, flux, np.inf).min(axis=1)
    high = np.where(held, flux, -np.inf).max(axis=1)
    return ~(high - low > FLATTEST * np.maximum(np.abs(low), np.abs(high)))
