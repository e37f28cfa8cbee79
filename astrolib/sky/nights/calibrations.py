"""The calibration frames of a night: bias, dark, and flats of the twilight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.sky.nights.conditions import EXPOSURE
from astrolib.sky.nights.detector import Detector
from astrolib.sky.nights.programme import NIGHT
from astrolib.sky.nights.psf import Psf, draw

BIASES, DARKS, FLATS = 7, 5, 7
"""How many of each."""

_AFTERNOON, _TWILIGHT = NIGHT - 5 * u.hour, NIGHT - 2.6 * u.hour
_FIRST_LEVEL, _FADING = 26_000.0, 0.88  # of the flats [ADU], and from one to the next
_TILT = 0.002  # of the twilight over a frame
_STARS = 3  # in a flat of a million pixels


@dataclass(frozen=True)
class Calibration:
    """One calibration frame: its name, kind, start and exposure [s]."""

    name: str
    kind: str
    start: Time
    seconds: float


def plan() -> Iterator[Calibration]:
    """Give the calibration frames by time."""
    for number in range(BIASES):
        yield Calibration(f"bias-{number + 1:02d}", "bias", _AFTERNOON + number * 60 * u.s, 0.0)
    for number in range(DARKS):
        yield Calibration(
            f"dark-{number + 1:02d}", "dark", _AFTERNOON + (20 + 2 * number) * 60 * u.s, EXPOSURE
        )
    for number in range(FLATS):
        yield Calibration(f"flat-{number + 1:02d}", "flat", _TWILIGHT + number * 90 * u.s, 4.0 + 2 * number)


def expose(
    frame: Calibration, number: int, detector: Detector, rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Return the pixels of a calibration frame on one chip; `number` is that among the flats."""
    shape = detector.camera.shape
    light = np.zeros(shape, dtype=np.float32)
    if frame.kind == "flat":
        level = _FIRST_LEVEL * detector.chip.gain * _FADING**number
        light = _twilight(shape, level, rng) * detector.flat
        light += np.sqrt(light) * rng.standard_normal(shape, dtype=np.float32)
    return detector.read_out(light, frame.seconds, rng)


def _twilight(shape: tuple[int, int], level: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a sky that is nearly even, with the first stars, never at the same place [e-]."""
    x, y = (
        np.linspace(-1, 1, shape[1], dtype=np.float32),
        np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None],
    )
    right, up = (np.float32(value) for value in rng.normal(0, _TILT, 2))
    image = np.float32(level) * (1 + right * x + up * y)
    count = int(rng.poisson(_STARS * image.size / 1e6))
    place = rng.uniform(0, shape[1], count), rng.uniform(0, shape[0], count)
    flux = level * np.exp(rng.uniform(0, 4, count))
    draw(image, place, flux, Psf(4.0, 0.05, 0.0, 2.8), faintest=0.1 * float(np.sqrt(level)))
    return image
