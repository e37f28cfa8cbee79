"""The light of a planted source: how much a signal-to-noise ratio asks for, and its noise on the pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.pixels import Pixels, gain_of
from astrolib.movers.frames.psf import Moffat

Values = NDArray[np.float64]

_REACH = 4.0  # half side of what is added [FWHM]


def flux_of(ratio: Values, pixels: Pixels, psf: Moffat) -> Values:
    """Return the flux [ADU] that a fit of the profile measures with a signal-to-noise ratio.

    The sky's noise counts in 1 / sum(profile^2) pixels, the source's own by its electrons.
    """
    half = int(np.ceil(_REACH * psf.fwhm))
    sky = pixels.rms**2 / np.sum(psf.stamp(half) ** 2)
    own = ratio**2 / pixels.gain
    return own / 2 + np.sqrt(own**2 / 4 + ratio**2 * sky)


def add_light(
    data: NDArray[np.float32],
    frame: ReducedFrame,
    psf: Moffat,
    trail: tuple[Values, Values],
    flux: float,
    rng: np.random.Generator,
) -> None:
    """Add the light along a trail, with the noise of its own electrons."""
    reach = int(np.ceil(_REACH * psf.fwhm))
    ny, nx = data.shape
    left, right = max(0, round(trail[0].min()) - reach), min(nx, round(trail[0].max()) + reach + 1)
    low, high = max(0, round(trail[1].min()) - reach), min(ny, round(trail[1].max()) + reach + 1)
    rows, columns = np.mgrid[low:high, left:right]
    light = sum(psf.at(columns - x, rows - y) for x, y in zip(*trail, strict=True)) / len(trail[0])
    electrons = rng.poisson(np.maximum(light, 0) * flux * gain_of(frame))
    data[low:high, left:right] += (electrons / gain_of(frame)).astype(np.float32)


def zero_point(frame: ReducedFrame) -> float:
    """Return the zero point; 25 where nobody knows one, so that magnitudes are of this field alone."""
    return frame.zero_point if np.isfinite(frame.zero_point) else 25.0
