"""The photometric zero point of a frame, from stars of a catalogue."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.images.combine import SIGMA_OF_MAD
from astrolib.images.wings import BEST

_LEAST_STARS = 5
_CLIP = 3.0
_ROUNDS = 8
_FLOOR = 0.01  # no catalogue and no aperture is better [mag]
_COMMON = 0.005  # what the flat, the wings of stars and the colour term do to all stars alike [mag]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class ZeroPoint:
    """The magnitude of a source of 1 ADU in the whole exposure.

    Parameters
    ----------
    value, error : float
        NaN where too few stars could be used [mag]. The error holds the scatter of the stars, and what is
        common to them and no number of stars averages out.
    scatter : float
        Standard deviation of a star about it [mag].
    stars : int
        How many were used.
    origin : str
        From which magnitudes.
    """

    value: float = math.nan
    error: float = math.nan
    scatter: float = math.nan
    stars: int = 0
    origin: str = ""


def zero_point(flux: Values, flux_err: Values, magnitude: Values, origin: str = "") -> ZeroPoint:
    """Return the clipped, weighted mean of catalogued minus instrumental magnitudes.

    Parameters
    ----------
    flux, flux_err : ndarray, shape (stars,)
        Of stars that are whole and not saturated [ADU].
    magnitude : ndarray, shape (stars,)
        From the catalogue; NaN where it has none [mag].
    origin : str
        Where the magnitudes come from.
    """
    usable = (flux > 10 * flux_err) & np.isfinite(magnitude)
    offsets = magnitude[usable] + 2.5 * np.log10(flux[usable])
    sigma = np.hypot(2.5 / np.log(10) * flux_err[usable] / flux[usable], _FLOOR)
    if len(offsets) < _LEAST_STARS:
        return ZeroPoint(stars=len(offsets), origin=origin)
    kept = np.ones(len(offsets), dtype=bool)
    for _ in range(_ROUNDS):
        middle = float(np.median(offsets[kept]))
        away = np.abs(offsets - middle) / sigma
        scale = max(1.0, SIGMA_OF_MAD * float(np.median(away[kept])))
        kept = away < _CLIP * scale
    weight = 1 / (sigma[kept] * scale) ** 2
    value = float(np.sum(offsets[kept] * weight) / weight.sum())
    return ZeroPoint(
        value,
        math.hypot(1 / math.sqrt(weight.sum()), _COMMON),
        float(np.std(offsets[kept])),
        int(kept.sum()),
        origin,
    )


def depth(noise: float, fwhm: float, zero: float, inside: float, snr: float = 5.0) -> float:
    """Return the magnitude of a point source of this signal-to-noise ratio, in the aperture `BEST`.

    Parameters
    ----------
    noise : float
        Of a pixel of empty sky [ADU].
    fwhm : float
        [pixel]
    zero : float
        Zero point [mag].
    inside : float
        Share of a star's light in the aperture.
    snr : float
        Signal-to-noise ratio.
    """
    flux = snr * noise * math.sqrt(math.pi) * BEST * fwhm / inside
    return zero - 2.5 * math.log10(flux) if flux > 0 else math.nan
