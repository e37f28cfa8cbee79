"""Which neighbours could spoil a spectrum.

A fibre or slit takes in what stands close, and the wings of what shines bright.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WITHIN = 30.0
"""How far away a bright star is still a trap [arcsec]."""

BRIGHTER = 2.0
"""By how much it must be brighter than the object [mag]."""

BESIDE = 5.0
"""What stands closer shares the fibre [arcsec] ..."""

SHARED = 2.5
"""... and counts unless it is fainter by more than this [mag]: a tenth of the light."""


def trapped(separation: NDArray[np.float64], mag: NDArray[np.float64], own_mag: float) -> NDArray[np.bool_]:
    """Say which neighbours could have put their light into the spectrum of an object.

    Parameters
    ----------
    separation : ndarray of float, shape (n,)
        From the object [arcsec].
    mag : ndarray of float, shape (n,)
        Their magnitudes; one without a magnitude is no trap.
    own_mag : float
        That of the object. NaN where no catalogue knows a star there: then the light may be of the brightest
        of the neighbours, whatever its magnitude.
    """
    near = (separation <= WITHIN) & np.isfinite(mag)
    if np.isnan(own_mag):
        return near & (mag == np.min(mag[near], initial=np.inf))
    brighter = own_mag - mag
    return near & ((brighter >= BRIGHTER) | ((separation <= BESIDE) & (brighter >= -SHARED)))
