"""What a frame shows that is not in the sky: hits, hot pixels, a bad column, bleeding, a trail, a ghost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.sky.nights.psf import Image

Mask = NDArray[np.bool_]


def cosmic_rays(shape: tuple[int, int], hits: float, rng: np.random.Generator) -> Image:
    """Return the electrons left by particles: points and tracks, as sharp as pixels.

    Parameters
    ----------
    shape : tuple of int
        ny and nx.
    hits : float
        Mean number of them.
    rng : numpy.random.Generator
        The source of chance.
    """
    image = np.zeros(shape, dtype=np.float32)
    count = int(rng.poisson(hits))
    length = np.minimum(rng.exponential(4.0, count), 60.0)
    angle = rng.uniform(0, np.pi, count)
    x, y = rng.uniform(0, shape[1], count), rng.uniform(0, shape[0], count)
    charge = np.exp(rng.normal(np.log(700), 0.7, count))  # a pixel of track
    steps = np.ceil(length * 2).astype(int) + 1
    rows = np.repeat(np.arange(count), steps)
    along = (np.arange(len(rows)) - np.repeat(np.cumsum(steps) - steps, steps)) / 2
    columns = np.floor(x[rows] + along * np.cos(angle[rows])).astype(int)
    lines = np.floor(y[rows] + along * np.sin(angle[rows])).astype(int)
    on = (columns >= 0) & (columns < shape[1]) & (lines >= 0) & (lines < shape[0])
    left = (charge[rows] / 2 * rng.gamma(3.0, 1 / 3, len(rows)))[on]
    np.add.at(image, (lines[on], columns[on]), left.astype(np.float32))
    return image


def hot_pixels(shape: tuple[int, int], share: float, noise: float, rng: np.random.Generator) -> Image:
    """Return what hot pixels add to every frame [e-]; a tenth of them are cold instead."""
    image = np.zeros(shape, dtype=np.float32)
    count = int(rng.poisson(share * image.size))
    height = noise * np.exp(rng.uniform(np.log(3), np.log(150), count))
    height *= np.where(rng.random(count) < 0.1, -0.1, 1.0)
    image[rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)] = height
    return image


def bad_column(shape: tuple[int, int], noise: float, rng: np.random.Generator) -> Image:
    """Return what a bad column, from some row upwards, adds to every frame [e-]."""
    image = np.zeros(shape, dtype=np.float32)
    column, row = int(rng.integers(0, shape[1])), int(rng.integers(0, shape[0] // 2))
    image[row:, column] = noise * rng.choice([-1, 1]) * rng.uniform(5, 30)
    return image


def satellite_trail(shape: tuple[int, int], fwhm: float, noise: float, rng: np.random.Generator) -> Image:
    """Return a line of light across a frame [e-]; one in three flashes along its way."""
    middle = rng.uniform(0.2, 0.8, 2) * (shape[1], shape[0])
    angle = rng.uniform(0, np.pi)
    x = np.arange(shape[1], dtype=np.float32) - np.float32(middle[0])
    y = (np.arange(shape[0], dtype=np.float32) - np.float32(middle[1]))[:, None]
    across = x * np.float32(np.sin(angle)) - y * np.float32(np.cos(angle))
    sigma2 = np.float32((fwhm / 2.355) ** 2)
    image = np.float32(noise * np.exp(rng.uniform(np.log(1.5), np.log(30)))) * np.exp(
        -(across**2) / (2 * sigma2)
    )
    if rng.random() < 1 / 3:
        along = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
        image *= np.maximum(np.sin(2 * np.pi * along / np.float32(rng.uniform(60, 500))), 0.1) ** 2
    return image


def ghost(shape: tuple[int, int], place: tuple[float, float], radius: float, brightness: float) -> Image:
    """Return a ring of light out of focus [e-].

    Parameters
    ----------
    shape : tuple of int
        ny and nx.
    place : tuple of float
        x and y of its middle.
    radius : float
        Outer radius; the hole is a third of it [pixel].
    brightness : float
        Of its surface [e-/pixel].
    """
    x = np.arange(shape[1], dtype=np.float32) - np.float32(place[0])
    y = (np.arange(shape[0], dtype=np.float32) - np.float32(place[1]))[:, None]
    away = np.hypot(x, y)
    inside = _edge(radius - away) * _edge(away - radius / 3)
    return np.float32(brightness) * inside


def _edge(distance: Image) -> Image:
    """Return 1 inside and 0 outside, going over within some pixels."""
    return np.clip(distance / 3 + 0.5, 0, 1).astype(np.float32)


def bleed(image: Image, full_well: float) -> Mask:
    """Let charge above the full well flow up and down its column, in place; return the full pixels."""
    for column in np.flatnonzero((image > full_well).any(axis=0)):
        _bleed_column(image[:, column], full_well)
    return image >= full_well


def _bleed_column(column: Image, full_well: float) -> None:
    full = np.flatnonzero(column > full_well)
    for run in np.split(full, np.flatnonzero(np.diff(full) > 1) + 1):
        surplus = float((column[run] - full_well).sum())
        column[run] = full_well
        _fill(column[run[-1] + 1 :], surplus / 2, full_well)
        _fill(column[: run[0]][::-1], surplus / 2, full_well)


def _fill(column: Image, surplus: float, full_well: float) -> None:
    """Fill pixels one after the other until the surplus is used up; what is left runs off the detector."""
    room = np.maximum(full_well - column, 0)
    before = np.cumsum(room) - room
    column += np.clip(surplus - before, 0, room)
