"""Signal-to-noise ratio of a source in a frame, as fields are specified by it."""

from __future__ import annotations

from typing import Any

import numpy as np

INSIDE = 0.5
"""Share of the flux within the aperture."""


def aperture(fwhm: Any, trail: Any = 0.0) -> Any:
    """Return the pixels of the aperture: a circle of radius 0.68 FWHM, drawn out along the trail [pixel]."""
    return np.pi * (0.68 * fwhm) ** 2 + 1.36 * fwhm * trail


def snr(flux: Any, noise2: Any, fwhm: Any, trail: Any = 0.0) -> Any:
    """Return the signal-to-noise ratio.

    Parameters
    ----------
    flux : float or ndarray
        Electrons of the source in the whole exposure.
    noise2 : float or ndarray
        Sky and squared read noise, electrons a pixel.
    fwhm, trail : float or ndarray
        [pixel]
    """
    signal = INSIDE * flux
    return signal / np.sqrt(signal + aperture(fwhm, trail) * noise2)


def flux_of(ratio: Any, noise2: Any, fwhm: Any, trail: Any = 0.0) -> Any:
    """Return the electrons that give a signal-to-noise ratio: the inverse of `snr`."""
    background = aperture(fwhm, trail) * noise2
    return (ratio**2 + np.sqrt(ratio**4 + 4 * ratio**2 * background)) / 2 / INSIDE
