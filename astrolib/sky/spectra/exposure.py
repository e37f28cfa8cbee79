"""Flux, inverse variance and mask of stars as a spectrograph records them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.spectra import atmosphere, defects
from astrolib.sky.spectra.instrument import Instrument
from astrolib.sky.spectra.profiles import H_ALPHA, line_flux
from astrolib.sky.spectra.stars import Arrays
from astrolib.spectra import line

Flux = NDArray[np.float32]

RESIDUAL = {"air": 0.006, "vacuum": 0.02}
"""Relative error of an ordinary continuum: drawn by hand, or calibrated in flux by a pipeline."""

COSMICS, DEAD = 0.5, 0.3
"""Cosmic hits and dead pixels of a whole spectrum, on average."""

LEVEL = {"air": 1.0, "vacuum": 100.0}
"""Flux of the continuum at H-alpha."""

_PLANCK = 1.438777e8  # hc/k [angstrom K] (CODATA)


def clean_flux(state: Arrays, seen_by: Instrument) -> Flux:
    """Return what reaches the spectrograph over the continuum: star, disc and air, without noise.

    Parameters
    ----------
    state : dict of ndarray, shape (spectra,)
        The parameters of `stars.state_at` and of `circumstances.circumstances`.
    seen_by : Instrument
        Its pixels and resolving power.

    Returns
    -------
    ndarray of float32, shape (spectra, pixels)
    """
    still = seen_by.rest_frame == "topocentric"
    star_shift = state["rv"] - state["correction"] if still else state["rv"]
    air_shift = np.zeros_like(star_shift) if still else state["correction"]
    flux = line_flux(state, star_shift, seen_by)
    atmosphere.multiply_transmission(flux, state["humidity"], air_shift, seen_by)
    return flux


def expose(
    state: Arrays, fault: NDArray[np.str_], seen_by: Instrument, rng: np.random.Generator
) -> tuple[Flux, Flux, NDArray[np.bool_]]:
    """Return flux, inverse variance and mask, each of the shape (spectra, pixels).

    Parameters
    ----------
    state : dict of ndarray, shape (spectra,)
        As for `clean_flux`.
    fault : ndarray of str, shape (spectra,)
        A member of `defects.FAULTS` or ''.
    seen_by : Instrument
        Through which spectrograph.
    rng : numpy.random.Generator
        The source of chance.
    """
    flux = clean_flux(state, seen_by)
    level, light = continuum(state, seen_by)
    snr = state["snr"][:, None].astype("f4")
    sigma = level * np.sqrt(np.maximum(flux, np.float32(0.02)) / light) / snr
    flux *= level
    flux *= defects.continuum_error(fault, seen_by, RESIDUAL[seen_by.medium], rng)
    flux += sigma * rng.standard_normal(flux.shape, dtype=np.float32)
    hit = defects.hit_by_cosmics(flux, COSMICS * seen_by.share, LEVEL[seen_by.medium], rng)
    dead = defects.kill_pixels(flux, DEAD * seen_by.share, rng)
    dead |= defects.kill_block(flux, fault, seen_by, rng)
    return flux, np.where(dead, np.float32(0), 1 / sigma**2), hit | dead


def continuum(state: Arrays, seen_by: Instrument) -> tuple[Flux, Flux]:
    """Return the level of the continuum, and the light in it relative to that at H-alpha."""
    if seen_by.medium == "air":  # normalised already
        one = np.ones((1, 1), dtype=np.float32)
        return one, one
    x = seen_by.wavelength / line(H_ALPHA, "vacuum")
    hot = (_PLANCK / line(H_ALPHA, "vacuum") / state["teff"]).astype("f4")[:, None]
    dust = 0.7 * state["reddening"].astype("f4")[:, None] * (x**-1.3 - 1).astype("f4")
    level = np.expm1(hot) * (x**-5).astype("f4") * np.exp(-dust) / (np.exp(hot / x.astype("f4")) - 1)
    throughput = np.exp(-(((seen_by.wavelength - 6600) / 2300) ** 2)) + 0.05
    return level * np.float32(LEVEL[seen_by.medium]), level * throughput.astype("f4")
