"""One source of the ordinary search, measured: an aperture along its motion, and the windowed centroid."""

from __future__ import annotations

import numpy as np
import sep

from astrolib.movers.frames.pixels import FWHM_PER_SIGMA
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.found import Detection

_APERTURE = 1.2  # radius in FWHM


def measured_at(
    field: Registered, number: int, place: tuple[float, float], motion: tuple[float, float]
) -> Detection:
    """Return an aperture's flux, with what the stars say is outside it, and the windowed centroid."""
    pixels, psf, at = field.pixels[number], field.psfs[number], field.places[number]
    length = float(np.hypot(*motion)) * field.originals[number].exposure / 60.0
    angle = float(np.arctan2(motion[1], motion[0]))
    x, y = np.array([place[0] - at.dx]), np.array([place[1] - at.dy])
    if length < psf.fwhm:
        x, y, _ = sep.winpos(pixels.data, x, y, psf.fwhm / FWHM_PER_SIGMA)
    radius = _APERTURE * psf.fwhm
    lying = (angle + np.pi / 2) % np.pi - np.pi / 2  # the library takes half a turn alone
    gain = pixels.frame.gain if pixels.frame.gain > 0 else None
    flux, error, _ = sep.sum_ellipse(
        pixels.data, x, y, radius + length / 2, radius, lying, 1.0, err=pixels.rms, gain=gain
    )
    flux, error = float(flux[0]), float(error[0]) or 1.0
    share = _share(psf.fwhm, psf.beta, radius)
    spread = psf.fwhm / FWHM_PER_SIGMA / max(flux / error, 1.0)
    return Detection(
        frame=number,
        x=float(x[0]) + at.dx,
        y=float(y[0]) + at.dy,
        angle=angle,
        along=float(np.hypot(spread, length / 3.5 / max(flux / error, 1.0))),
        across=spread,
        length=length,
        flux=max(flux, 1e-3) / share,
        flux_error=error / share,
    )


def _share(fwhm: float, beta: float, radius: float) -> float:
    """Return the share of a Moffat profile's flux within a radius."""
    alpha = fwhm / (2 * np.sqrt(2 ** (1 / beta) - 1))
    return float(1 - (1 + (radius / alpha) ** 2) ** (1 - beta))
