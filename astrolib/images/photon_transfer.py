"""The read noise that bias frames show, and the gain that flat frames show by their noise.

The variance of the light in a pixel is the light itself, in electrons: two flat frames, each divided by its
level, differ by ``1/g (1/a + 1/b)`` in the variance, with g the gain and a, b the levels in ADU (Janesick
2001, Scientific Charge-Coupled Devices, section 2.2; Howell 2006, Handbook of CCD Astronomy, section 4.3).
"""

from __future__ import annotations

import math

import numpy as np

from astrolib.images.combine import SIGMA_OF_MAD, Rows

WRONG = 2.0
"""A header's gain that is off by this factor means something else: the setting of an amplifier, as a rule."""

_STEP = 16
"""Every so many rows tell enough."""


def noise_between(one: Rows, other: Rows) -> float:
    """Return the noise of a pixel from two frames that are alike but for it [unit of the frames].

    Over few frames the deviations of a pixel from their median are too small, the more so the fewer they are;
    over the pixels of one difference they are not.
    """
    known = np.concatenate(
        [
            (one[slice(row, row + 1)] - other[slice(row, row + 1)]).ravel()
            for row in range(0, one.shape[0], _STEP)
        ]
    )
    known = known[np.isfinite(known)]
    if not len(known):
        return math.nan
    return SIGMA_OF_MAD * float(np.median(np.abs(known - np.median(known)))) / math.sqrt(2)


def gain_of_flats(one: Rows, other: Rows, levels: tuple[float, float], dark_noise: float = 0.0) -> float:
    """Return the gain [electrons/ADU]; NaN where the flats do not differ as light does.

    Differences between neighbours are taken, so that a twilight that brightens on one side does not count.

    Parameters
    ----------
    one, other : Rows
        Two flats of one filter, without bias and dark current [ADU].
    levels : tuple of float
        Their medians [ADU].
    dark_noise : float
        Of a pixel without light [ADU].
    """
    apart = [
        np.diff(one[slice(row, row + 1)] / levels[0] - other[slice(row, row + 1)] / levels[1])
        for row in range(0, one.shape[0], _STEP)
    ]
    known = np.concatenate([row[np.isfinite(row)] for row in apart])
    if not len(known):
        return math.nan
    variance = (SIGMA_OF_MAD * float(np.median(np.abs(known - np.median(known))))) ** 2 / 2
    variance -= dark_noise**2 * sum(1 / level**2 for level in levels)
    return sum(1 / level for level in levels) / variance if variance > 0 else math.nan
