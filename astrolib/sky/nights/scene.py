"""What stands still: stars, some of them variable, and galaxies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.wcs import WCS

from astrolib.sky.nights.conditions import Exposure
from astrolib.sky.nights.placement import PIXEL_SCALE, pixels
from astrolib.sky.nights.psf import Image, Values, draw, ellipse
from astrolib.sky.nights.regimes import GALAXIES
from astrolib.sky.nights.snr import flux_of

FAINTEST = 0.03
"""Where a source's light is cut, in standard deviations of the sky a pixel."""

_BRIGHTEST = 12.0  # [mag]
_VARIABLES = 0.015  # share of the stars
_BORDER = 60.0  # so far beyond the frame sources still stand [arcsec]


@dataclass(frozen=True)
class Scene:
    """Stars first, then galaxies; arrays of one value a source.

    Parameters
    ----------
    ra, dec : ndarray
        [deg]
    mag : ndarray
        Mean magnitude.
    amplitude, phase, period : ndarray
        Of a sinusoidal light curve [mag, rad, s]; the amplitude is 0 for what is constant.
    blur : ndarray, shape (sources, 3)
        The ellipse of a galaxy as a matrix xx, yy, xy in pixels; 0 for stars.
    """

    ra: Values
    dec: Values
    mag: Values
    amplitude: Values
    phase: Values
    period: Values
    blur: Values

    def __len__(self) -> int:
        return len(self.mag)

    def mag_at(self, time: float) -> Values:
        """Return the magnitudes at a time [s]."""
        return self.mag + self.amplitude * np.sin(2 * np.pi * time / self.period + self.phase)


def draw_scene(stars: float, wcs: WCS, rng: np.random.Generator, *, depth: float, slope: float) -> Scene:
    """Draw the sources of a field.

    Parameters
    ----------
    stars : float
        A square arcminute.
    wcs : WCS
        Of the frame that the sources cover, with a border.
    rng : numpy.random.Generator
        The source of chance.
    depth : float
        Magnitude of the faintest star.
    slope : float
        Of the logarithmic number counts of stars [1/mag].
    """
    width, height = (size * PIXEL_SCALE + 2 * _BORDER for size in wcs.pixel_shape)
    area = width * height / 3600
    counts = int(rng.poisson(stars * area)), int(rng.poisson(GALAXIES * area))
    total = sum(counts)
    x, y = (
        rng.uniform(-_BORDER / PIXEL_SCALE, size + _BORDER / PIXEL_SCALE, total) for size in wcs.pixel_shape
    )
    ra, dec = wcs.all_pix2world(x, y, 0)
    mag = np.concatenate(
        [_magnitudes(counts[0], slope, depth, rng), _magnitudes(counts[1], 0.45, depth, rng, brightest=16.0)]
    )
    variable = (rng.random(total) < _VARIABLES) & (np.arange(total) < counts[0])
    return Scene(
        ra=ra,
        dec=dec,
        mag=mag,
        amplitude=np.where(variable, rng.uniform(0.1, 0.7, total), 0.0),
        phase=rng.uniform(0, 2 * np.pi, total),
        period=np.exp(rng.uniform(np.log(600), np.log(20_000), total)),
        blur=np.concatenate([np.zeros((counts[0], 3)), _ellipses(counts[1], rng)]),
    )


def depth_of(exposure: Exposure, noise2: float, ratio: float) -> float:
    """Return the magnitude of a star of a signal-to-noise ratio in one exposure."""
    return exposure.zero_point - 2.5 * float(np.log10(flux_of(ratio, noise2, exposure.psf.fwhm)))


def draw_sources(image: Image, scene: Scene, exposure: Exposure) -> None:
    """Add the stars and galaxies to an image in electrons."""
    place = pixels(exposure.wcs, scene.ra, scene.dec)
    flux = 10 ** (0.4 * (exposure.zero_point - scene.mag_at(exposure.middle)))
    faintest = FAINTEST * float(np.sqrt(exposure.sky))
    draw(
        image,
        (place[0], place[1]),
        flux,
        exposure.psf,
        faintest=faintest,
        blur=scene.blur + exposure.blur(*place),
    )


def _magnitudes(
    count: int, slope: float, faintest: float, rng: np.random.Generator, *, brightest: float = _BRIGHTEST
) -> Values:
    """Draw magnitudes whose logarithmic number counts have a slope [1/mag]."""
    low, high = 10 ** (slope * brightest), 10 ** (slope * faintest)
    return np.log10(rng.uniform(low, high, count)) / slope


def _ellipses(count: int, rng: np.random.Generator) -> Values:
    radius = np.exp(rng.normal(np.log(0.5), 0.5, count)) / PIXEL_SCALE
    flat, theta = rng.uniform(0, 0.7, count), rng.uniform(0, np.pi, count)
    return np.array([ellipse(*row) for row in zip(radius, flat, theta, strict=True)]).reshape(-1, 3)
