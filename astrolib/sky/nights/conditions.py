"""What differs from field to field and from frame to frame: camera, sky, seeing and pointing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.wcs import WCS

from astrolib.sky.nights.placement import PIXEL_SCALE, tangent
from astrolib.sky.nights.psf import Psf, Values

EXPOSURE, CADENCE = 60.0, 510.0
"""Open shutter, and from start to start [s]."""

POINTING_ERROR = 0.03
"""Of the WCS in a frame's header, in each coordinate [arcsec]."""

DITHER = 10.0
"""Farthest that a dithered frame is off, in each coordinate [arcsec]."""

_ZERO_POINT = 25.6  # of 1 electron a second: a 2.5 m telescope in r [mag]
_DITHERED, _STILL = 0.3, 0.35  # shares of the fields


@dataclass(frozen=True)
class Camera:
    """A detector and the sky over it.

    Parameters
    ----------
    gain : float
        [e-/ADU]
    read_noise : float
        [e-]
    full_well : float
        [e-]
    says_saturation : bool
        Whether the header tells the full well.
    sky : float
        Brightness of the night [mag/arcsec^2].
    sky_left : bool
        Whether the reduced frames still hold its mean level.
    beta : float
        Wings of the point-spread function.
    tilt : float
        How much the width of the point-spread function changes to the edges, as a standard deviation over
        frames.
    """

    gain: float
    read_noise: float
    full_well: float
    says_saturation: bool
    sky: float
    sky_left: bool
    beta: float
    tilt: float


@dataclass(frozen=True)
class Exposure:
    """One exposure as it truly was.

    Parameters
    ----------
    start : float
        Since the first exposure [s].
    psf : Psf
        The image of a point.
    zero_point : float
        Magnitude of a source of 1 electron in the whole exposure, clouds included [mag].
    sky : float
        Mean background [e-/pixel].
    growth : tuple of float
        By how much the point-spread function is wider at the right and at the upper edge than in the middle,
        relative to its FWHM.
    gradient : tuple of float
        Relative change of the background from the middle to the right and to the upper edge, and its
        curvature.
    wcs : WCS
        Where the pixels truly look.
    """

    start: float
    psf: Psf
    zero_point: float
    sky: float
    growth: tuple[float, float]
    gradient: tuple[float, float, float]
    wcs: WCS

    @property
    def middle(self) -> float:
        """Middle of the exposure since the start of the first [s]."""
        return self.start + EXPOSURE / 2

    def blur(self, x: Values, y: Values) -> Values:
        """Return what is added to the shape of the point-spread function at places, shape (places, 3)."""
        size = self.wcs.pixel_shape
        right, up = (2 * value / length - 1 for value, length in zip((x, y), size, strict=True))
        width = 1 + self.growth[0] * np.clip(right, -1.2, 1.2) + self.growth[1] * np.clip(up, -1.2, 1.2)
        return (width**2 - 1)[:, None] * self.psf.shape


def draw_camera(rng: np.random.Generator) -> Camera:
    """Draw a camera: every field has another one."""
    gain = float(rng.uniform(1.0, 3.0))
    return Camera(
        gain=gain,
        read_noise=float(rng.uniform(3.0, 9.0)),
        full_well=float(rng.uniform(45_000, 64_000) * gain),
        says_saturation=bool(rng.random() < 0.7),
        sky=float(rng.uniform(19.8, 21.2)),
        sky_left=bool(rng.random() < 0.75),
        beta=float(rng.choice([2.5, rng.uniform(2.3, 3.5), rng.uniform(3.5, 6.0)], p=[0.5, 0.35, 0.15])),
        tilt=float(rng.choice([0.0, 0.02])),
    )


def draw_exposures(
    count: int, camera: Camera, shape: tuple[int, int], rng: np.random.Generator
) -> list[Exposure]:
    """Draw the exposures of one field, by time."""
    centre = float(rng.uniform(0, 360)), float(rng.uniform(-35, 65))
    turn = float(
        rng.choice([rng.normal(0, 1.0), 90 + rng.normal(0, 1.0), rng.uniform(0, 360)], p=[0.6, 0.2, 0.2])
    )
    offsets = _offsets(count, rng)
    clouds = np.abs(rng.normal(0, 0.08, count))
    return [
        _exposure(number, camera, tangent(centre, turn, shape, offsets[number]), float(clouds[number]), rng)
        for number in range(count)
    ]


def _offsets(count: int, rng: np.random.Generator) -> Values:
    """Return how far off each frame is [arcsec]: dithered, drifting by parts of a pixel, or not at all."""
    kind = rng.random()
    if kind < _DITHERED:
        return rng.uniform(-DITHER, DITHER, (count, 2))
    return np.zeros((count, 2)) if kind < _DITHERED + _STILL else rng.normal(0, 0.3, (count, 2))


def _exposure(number: int, camera: Camera, wcs: WCS, clouds: float, rng: np.random.Generator) -> Exposure:
    fwhm, ellipticity, theta = rng.uniform(3.2, 4.6), rng.uniform(0, 0.15), rng.uniform(0, np.pi)
    zero_point = _ZERO_POINT + 2.5 * np.log10(EXPOSURE)
    sky = 10 ** (0.4 * (zero_point - camera.sky)) * PIXEL_SCALE**2 * rng.uniform(0.85, 1.15)
    return Exposure(
        start=number * CADENCE,
        psf=Psf(float(fwhm), float(ellipticity), float(theta), camera.beta),
        zero_point=zero_point - clouds,
        sky=float(sky),
        growth=(float(rng.normal(0, camera.tilt)), float(rng.normal(0, camera.tilt))),
        gradient=(float(rng.normal(0, 0.03)), float(rng.normal(0, 0.03)), float(rng.normal(0, 0.01))),
        wcs=wcs,
    )
