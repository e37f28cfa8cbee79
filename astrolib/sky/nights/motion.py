"""What moves: paths on the sky, straight or curved, and the light along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.sky.nights.conditions import EXPOSURE, Exposure
from astrolib.sky.nights.placement import PIXEL_SCALE, pixels, tangent_plane
from astrolib.sky.nights.psf import Image, Values, draw
from astrolib.sky.nights.regimes import Regime

CURVED = 0.15
"""Share of the movers on curved paths."""

_STEP = 0.4  # between the points of a trail [pixel]


@dataclass(frozen=True)
class Movers:
    """Arrays of one value a mover; east and north are in the plane that touches the sky at `plane`'s middle.

    Parameters
    ----------
    plane : WCS
        From arcseconds to the east and the north to the sky; its reference pixel is 0, 0.
    time : ndarray
        When the mover is at `place` [s].
    place, velocity, acceleration : ndarray, shape (movers, 2)
        East and north [arcsec, arcsec/s, arcsec/s^2].
    mag : ndarray
        Mean magnitude.
    amplitude, phase, period : ndarray
        Of a sinusoidal light curve [mag, rad, s].
    """

    plane: WCS
    time: Values
    place: Values
    velocity: Values
    acceleration: Values
    mag: Values
    amplitude: Values
    phase: Values
    period: Values

    def __len__(self) -> int:
        return len(self.time)

    @property
    def curved(self) -> Values:
        """Which are accelerated."""
        return np.any(self.acceleration != 0, axis=1)

    def at(self, time: Values | float) -> tuple[Values, Values]:
        """Return ra and dec [deg] at a time [s], one for all or one each."""
        since = np.broadcast_to(np.asarray(time) - self.time, len(self))[:, None]
        east, north = (self.place + since * (self.velocity + since / 2 * self.acceleration)).T
        ra, dec = self.plane.all_pix2world(east, north, 0)
        return ra, dec

    def velocity_at(self, time: float) -> Values:
        """Return the motion to the east and the north [arcsec/s]."""
        return self.velocity + (time - self.time)[:, None] * self.acceleration

    def fading(self, time: float) -> Values:
        """Return by how much each is fainter than its mean [mag]."""
        return self.amplitude * np.sin(2 * np.pi * time / self.period + self.phase)

    def part(self, rows: NDArray[np.int_]) -> Movers:
        """Return some of them."""
        names = ("time", "place", "velocity", "acceleration", "mag", "amplitude", "phase", "period")
        return Movers(self.plane, *(getattr(self, name)[rows] for name in names))


def draw_paths(count: int, regime: Regime, exposures: list[Exposure], rng: np.random.Generator) -> Movers:
    """Draw movers, each somewhere on the frame of one of the exposures; magnitudes are not yet known (0).

    A curved path is off its chord by 0.4 to 4 arcsec in the middle of the field's time, but never by more
    than a twentieth of its length; on a single exposure none is curved.
    """
    first = exposures[0].wcs
    plane = tangent_plane(first)
    home = rng.integers(0, len(exposures), count)
    x, y = (rng.uniform(0, size, count) for size in first.pixel_shape)
    place = np.column_stack(plane.all_world2pix(*first.all_pix2world(x, y, 0), 0))
    rate = np.exp(rng.uniform(np.log(regime.rate[0]), np.log(regime.rate[1]), count)) / 60
    angle = rng.uniform(0, 2 * np.pi, count)
    span = exposures[-1].start - exposures[0].start
    bend = np.minimum(np.exp(rng.uniform(np.log(0.4), np.log(4.0), count)), 0.05 * rate * span)
    bend = np.where(rng.random(count) < CURVED, bend, 0.0)
    sideways = angle + rng.choice([-1, 1], count) * rng.uniform(np.pi / 4, np.pi * 3 / 4, count)
    return Movers(
        plane=plane,
        time=np.array([exposures[number].middle for number in home]),
        place=place,
        velocity=rate[:, None] * _direction(angle),
        acceleration=(8 * bend / max(span, EXPOSURE) ** 2)[:, None] * _direction(sideways),
        mag=np.zeros(count),
        amplitude=np.where(rng.random(count) < 0.5, rng.uniform(0.02, 0.2, count), 0.0),
        phase=rng.uniform(0, 2 * np.pi, count),
        period=rng.uniform(2, 12, count) * 3600,
    )


def draw_movers(image: Image, movers: Movers, exposure: Exposure, *, faintest: float) -> None:
    """Add the movers' trails to an image in electrons."""
    flux = 10 ** (0.4 * (exposure.zero_point - movers.mag - movers.fading(exposure.middle)))
    length = np.hypot(*movers.velocity_at(exposure.middle).T) * EXPOSURE / PIXEL_SCALE
    points = np.maximum(1, np.ceil(length / _STEP)).astype(int)
    rows = np.repeat(np.arange(len(movers)), points)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(points) - points, points)
    time = exposure.start + EXPOSURE * (number + 0.5) / points[rows]
    x, y = pixels(exposure.wcs, *movers.part(rows).at(time))
    blur = exposure.blur(x, y)
    draw(image, (x, y), flux[rows] / points[rows], exposure.psf, faintest=faintest / 10, blur=blur)


def _direction(angle: Values) -> Values:
    """Return unit vectors to the east and the north at position angles [rad]."""
    return np.column_stack([np.sin(angle), np.cos(angle)])
