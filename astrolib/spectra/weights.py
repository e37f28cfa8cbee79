"""The recipe's blur and resampling as one matrix of weights a wavelength grid."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from astrolib.spectra import resampling, resolution
from astrolib.spectra.recipe import Recipe
from astrolib.spectra.way import Way

_KEPT = 64


def weights_of(wavelength: NDArray[np.float64], way: Way, recipe: Recipe) -> csr_array:
    """Return the share of each pixel in each pixel of the recipe's grid, shape (n_pixels, pixels).

    Parameters
    ----------
    wavelength : ndarray, shape (pixels,)
        As given [angstrom].
    way : Way
        To the grid.
    recipe : Recipe
        Grid, resolution or blur, and resampling.
    """
    return _weights(wavelength.tobytes(), way, recipe)


def reach(wavelength: NDArray[np.float64], way: Way, recipe: Recipe) -> int:
    """Return how many pixels beyond the grid take part in it."""
    if recipe.blur_pixels and way.resolving_power > recipe.blur_above:
        return int(4 * recipe.blur_pixels + 0.5) + 1
    if recipe.resolution:
        sigma = resolution.sigma_pixels(wavelength, way.resolving_power, recipe.resolution)
        return int(np.ceil(resolution.REACH * 1.1 * sigma.max())) + 3
    return 0


@lru_cache(maxsize=_KEPT)
def _weights(content: bytes, way: Way, recipe: Recipe) -> csr_array:
    wavelength = np.frombuffer(content, dtype=np.float64)
    found = resampling.weights(way.to_grid(wavelength, recipe), recipe.grid, recipe.resampling)
    if recipe.blur_pixels and way.resolving_power > recipe.blur_above:
        return found @ resolution.sampled_gaussian_weights(wavelength.size, recipe.blur_pixels)
    if recipe.resolution:
        sigma = resolution.sigma_pixels(wavelength, way.resolving_power, recipe.resolution)
        return found @ resolution.gaussian_weights(sigma)
    return found
