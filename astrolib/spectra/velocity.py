"""The velocity axis about a spectral line."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SPEED_OF_LIGHT = 299_792.458
"""[km/s], exact (CODATA)."""


def velocity(wavelength: ArrayLike, line: float) -> NDArray[np.float64]:
    """Return the velocity of each wavelength about a line, in the optical convention.

    Parameters
    ----------
    wavelength : array_like of float
        [angstrom], in the medium (air or vacuum) of `line`.
    line : float
        The wavelength of the line at rest [angstrom].

    Returns
    -------
    ndarray of float64
        c (wavelength - line) / line [km/s], positive when receding (Greisen et al. 2006, A&A 446, 747,
        table 1).
    """
    return SPEED_OF_LIGHT * (np.asarray(wavelength, dtype=np.float64) / line - 1)


def wavelength_at(velocity: ArrayLike, line: float) -> NDArray[np.float64]:
    """Return the wavelength [angstrom] at each `velocity` [km/s] about `line` [angstrom]."""
    return line * (1 + np.asarray(velocity, dtype=np.float64) / SPEED_OF_LIGHT)
