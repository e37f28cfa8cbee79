"""A frame as the search for trails sees it: stars gone, noise known, placed on the common grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.model import Profile


@dataclass(frozen=True, eq=False)
class Plate:
    """A frame without its stars.

    Parameters
    ----------
    signal : ndarray of float32, shape (ny, nx)
        Background and static sources subtracted [ADU].
    sigma : ndarray of float32, shape (ny, nx)
        Noise of each pixel [ADU]; infinite where a pixel is not to be used.
    profile : Profile
        The image of a star.
    gain : float
        [electrons/ADU]
    minutes : float
        Middle of the exposure [min].
    exposure : float
        [min]
    shift : ndarray, shape (2,)
        Grid coordinates (x, y) are the plate's plus this [pixel].
    """

    signal: NDArray[np.float32]
    sigma: NDArray[np.float32]
    profile: Profile
    gain: float
    minutes: float
    exposure: float
    shift: NDArray[np.float64]

    def holds(self, place: NDArray[np.float64], margin: float = 0.0) -> bool:
        """Tell whether a place of the grid is on the plate."""
        x, y = place - self.shift
        ny, nx = self.signal.shape
        return bool(margin - 0.5 <= x < nx - 0.5 - margin and margin - 0.5 <= y < ny - 0.5 - margin)
