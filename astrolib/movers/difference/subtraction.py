"""What a frame shows that the others do not: matched images minus their static sky, with honest noise.

The static sky of a frame is the mean of the *other* frames (`static_sky`), so that a mover is not subtracted
from itself. What that leaves of stars is fitted (`residual`), and so is the background (`cells`). The noise
has the sky's, the photons', and what the residuals themselves show as a function of brightness and place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.difference import cells, residual
from astrolib.movers.difference.matched import Matched
from astrolib.movers.difference.static_sky import StaticSky
from astrolib.movers.frames.registered import Registered

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64]

_UNSURE = 0.03  # of the static sky: what is below may be its residual
_STARS = 1500  # that tell the flux scale
_STAR = 30.0  # and stand off the noise by so much
_FEWEST = 5


@dataclass(frozen=True, eq=False)
class Difference:
    """Matched images without what stands still, in the first frame's flux scale.

    Parameters
    ----------
    flux : ndarray of float32, shape (frames, ny, nx)
        Flux of a point; 0 where not valid.
    sigma : ndarray of float32, shape (frames, ny, nx)
        Its standard deviation; inf where not valid.
    static : ndarray of float32, shape (ny, nx)
        The mean of all frames.
    lowest : ndarray of float32, shape (ny, nx)
        The least of all frames before the subtraction: what is there in every one.
    trust : ndarray of float32, shape (ny, nx)
        By what the static sky was multiplied before it was subtracted.
    weights : ndarray, shape (frames,)
        Of the frames in the static sky.
    scale : ndarray, shape (frames,)
        Flux in ADU of a frame over flux in `flux`.
    profile : ndarray, shape (2 HALF + 1, 2 HALF + 1)
        Of a point in `flux`, 1 at its centre.
    """

    flux: Image
    sigma: Image
    static: Image
    lowest: Image
    trust: Image
    weights: Values
    scale: Values
    profile: Values

    def score(self, number: int) -> Image:
        """Return the significance of a point at each pixel of a frame."""
        return self.flux[number] / self.sigma[number]


def subtract(field: Registered, matched: Matched) -> Difference:
    """Subtract the static sky from each matched image; `matched.flux` is overwritten."""
    scale = _scales(field, matched)
    np.divide(matched.flux, scale[:, None, None].astype(np.float32), out=matched.flux)
    noise = matched.noise / scale
    static = StaticSky(matched.flux, matched.valid, noise)
    trust = static.trust()
    flux, sigma = np.empty_like(matched.flux), np.empty_like(matched.flux)
    for number in range(len(field)):
        others, variance = static.without(number)
        valid = matched.valid[number] & np.isfinite(variance)
        others *= trust
        variance = np.where(valid, variance, np.float32(0)) * trust**2
        photons = _photons(field, matched, number) / scale[number] * np.maximum(others, 0)
        expected = np.sqrt(noise[number] ** 2 + variance + photons)
        difference = np.where(valid, matched.flux[number] - others, np.float32(0))
        flux[number], sigma[number] = _cleaned(difference, others, expected, valid, static.lowest)
    return Difference(
        flux=flux,
        sigma=sigma,
        static=static.mean,
        lowest=static.lowest,
        trust=trust,
        weights=static.weights.astype(np.float64),
        scale=scale,
        profile=matched.profile,
    )


def _cleaned(
    difference: Image, static: Image, expected: Image, valid: Mask, lowest: Image
) -> tuple[Image, Image]:
    """Return a difference without what is left of stars and background, and its noise."""
    residual.take_out(difference, static, expected, valid, lowest)
    difference -= cells.medians(difference)
    difference[~valid] = 0
    sigma = residual.widened(difference, static, expected, valid, lowest)
    unsure = np.hypot(sigma, np.float32(_UNSURE) * np.maximum(static, 0))
    unsure *= cells.scatter((difference / sigma).astype(np.float32))
    return difference, np.where(valid, unsure, np.inf)


def _scales(field: Registered, matched: Matched) -> Values:
    """Return the flux of stars in each frame over that in the first; 1 where they do not tell."""
    brightest = np.argsort(-field.pixels[0].sources["flux"])[:_STARS]
    stars = field.sources_at(0)[brightest]
    x, y = (
        np.rint(axis).astype(int).clip(0, size - 1)
        for axis, size in zip(stars.T, field.shape[::-1], strict=True)
    )
    scales = np.ones(len(field))
    for number in range(1, len(field)):
        here, first = matched.flux[number, y, x], matched.flux[0, y, x]
        good = matched.valid[number, y, x] & matched.valid[0, y, x] & (first > _STAR * matched.noise[0])
        good &= field.has_source(number, stars)  # what moved on has none
        if good.sum() >= _FEWEST:
            scales[number] = max(float(np.median(here[good] / first[good])), 1e-2)
    return scales


def _photons(field: Registered, matched: Matched, number: int) -> float:
    """Return the variance of the matched flux for each ADU of static flux [ADU]."""
    pixels = field.pixels[number]
    gain = pixels.frame.gain
    if not (np.isfinite(gain) and gain > 0):
        return 0.0
    return float((matched.noise[number] / pixels.rms) ** 2 / (matched.weight[number] * gain))
