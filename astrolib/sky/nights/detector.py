"""What a chip is like, night after night, and how it turns light into a raw frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.nights import defects
from astrolib.sky.nights.cameras import Chip, NightCamera, axis, corners
from astrolib.sky.nights.psf import Image

DARK_CURRENT = 0.02
"""[e-/s/pixel]"""

_HOT, _BAD_COLUMNS = 1e-3, 3
_PIXEL_RESPONSE = 0.008  # standard deviation of the pixels' sensitivity
_DUST = 12  # grains on the window


@dataclass(frozen=True, eq=False)
class Detector:
    """The true properties of a chip; images of its sensitive part.

    Parameters
    ----------
    camera, chip : NightCamera, Chip
        Of what kind it is.
    pattern : ndarray of float32
        The bias from its level [ADU].
    dark : ndarray of float32
        Dark current [e-/s].
    flat : ndarray of float32
        Sensitivity, vignetting included; its median is 1.
    bad : ndarray of bool
        Bad columns, and pixels of more than 5 e-/s.
    """

    camera: NightCamera
    chip: Chip
    pattern: Image
    dark: Image
    flat: Image
    bad: NDArray[np.bool_]

    @property
    def full_well(self) -> float:
        """Charge that a pixel holds [e-]."""
        return (self.camera.full_well - self.chip.bias) * self.chip.gain

    def read_out(self, electrons: Image, seconds: float, rng: np.random.Generator) -> NDArray[np.uint16]:
        """Return the raw frame of an exposure, overscan included.

        Parameters
        ----------
        electrons : ndarray of float32
            Light that was detected, with its noise; without dark current. Changed in place.
        seconds : float
            Exposure.
        rng : numpy.random.Generator
            The source of chance.
        """
        chip, (height, width) = self.chip, self.camera.shape
        dark = self.dark * np.float32(seconds)
        electrons += dark + np.sqrt(dark) * rng.standard_normal(self.camera.shape, dtype=np.float32)
        defects.bleed(electrons, self.full_well)
        raw = np.zeros((height, width + self.camera.overscan), dtype=np.float32)
        raw[:, :width] = electrons / np.float32(chip.gain) + self.pattern
        drift = rng.normal(0, 4) + rng.normal(0, 1.5) * np.linspace(-1, 1, height)
        raw += (chip.bias + drift).astype(np.float32)[:, None]
        raw += rng.standard_normal(raw.shape, dtype=np.float32) * np.float32(chip.read_noise / chip.gain)
        return np.clip(np.rint(raw), 0, 65535).astype(np.uint16)


def draw_detector(camera: NightCamera, chip: Chip, rng: np.random.Generator) -> Detector:
    """Draw the properties of a chip."""
    columns, bad = _columns(camera.shape, rng)
    dark = np.full(camera.shape, DARK_CURRENT, dtype=np.float32)
    count = int(_HOT * dark.size)
    dark[_anywhere(camera.shape, count, rng)] += np.exp(rng.uniform(np.log(0.3), np.log(60), count))
    flat = _illumination(camera, chip) * _dust(camera.shape, rng)
    flat *= 1 + np.float32(_PIXEL_RESPONSE) * rng.standard_normal(camera.shape, dtype=np.float32)
    flat /= np.median(flat)
    return Detector(camera, chip, _pattern(camera.shape, rng), dark, flat * columns, bad | (dark > 5))


def _pattern(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Return the structure of the bias: a wave across, and the offsets of columns [ADU]."""
    column = np.arange(shape[1])
    across = 3 * np.sin(2 * np.pi * column / rng.uniform(80, 400)) + rng.normal(0, 0.7, shape[1])
    return np.broadcast_to(across.astype(np.float32), shape).copy()


def _columns(shape: tuple[int, int], rng: np.random.Generator) -> tuple[Image, NDArray[np.bool_]]:
    """Return the sensitivity of bad columns, 1 elsewhere, and where they are."""
    response = np.ones(shape, dtype=np.float32)
    for column in rng.integers(0, shape[1], _BAD_COLUMNS):
        response[int(rng.integers(0, shape[0] * 3 // 4)) :, column] = rng.uniform(0.03, 0.4)
    return response, response < 1


def _illumination(camera: NightCamera, chip: Chip) -> Image:
    """Return the vignetting: light lost with the square of the distance from the axis."""
    farthest2 = max(float(np.sum(corners(camera, each) ** 2, axis=1).max()) for each in camera.chips)
    x0, y0 = axis(camera, chip)
    x = np.arange(camera.shape[1], dtype=np.float32) - np.float32(x0)
    y = (np.arange(camera.shape[0], dtype=np.float32) - np.float32(y0))[:, None]
    return 1 - np.float32(camera.vignetting / farthest2) * (x**2 + y**2)


def _dust(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Return the shadows of dust: rings that take some per cent of the light."""
    light = np.ones(shape, dtype=np.float32)
    for _ in range(_DUST):
        radius, x, y = float(rng.uniform(8, 30)), rng.uniform(0, shape[1]), rng.uniform(0, shape[0])
        left, low = int(max(x - radius - 4, 0)), int(max(y - radius - 4, 0))
        part = light[low : int(y + radius + 5), left : int(x + radius + 5)]
        part *= 1 - defects.ghost(part.shape, (x - left, y - low), radius, float(rng.uniform(0.01, 0.05)))
    return light


def _anywhere(shape: tuple[int, int], count: int, rng: np.random.Generator) -> tuple[NDArray[np.int_], ...]:
    return rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)
