"""Frames without what stands still, on their own pixels, so that a trail's pixels keep their noise.

The static sky is the median of the frames, laid on one another. A frame's own seeing and what is left of
its shift are brought to it by the static sky's derivatives to the second order, fitted to the stars (the
kernel of Alard and Lupton 1998, ApJ 503, 325, in Taylor's form). Where the sky is empty nothing is
subtracted and no noise is added.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from astrolib.movers.frames.registered import Registered
from astrolib.movers.trails.model import moffat_profile
from astrolib.movers.trails.plate import Plate

Image = NDArray[np.float32]

_TAPS = np.arange(-3, 5)
_STAR = 1.0  # of the smoothed static sky over the noise: something stands there
_BRIGHT = 5.0  # likewise, where the seeing is fitted
_SAMPLE = 60_000
_LEFT = 0.04  # of a star's light that no fit takes out
_LOST = 20.0  # a star whose remains are so many times the noise says nothing


def plates(field: Registered) -> list[Plate]:
    """Return the frames of a field without their stars, by time."""
    aligned = np.stack([_on_grid(field, number) for number in range(len(field))])
    static = _median(aligned)
    return [_plate(field, number, static) for number in range(len(field))]


def _on_grid(field: Registered, number: int) -> Image:
    """Return a frame on the grid, shifted by parts of a pixel; NaN where it says nothing."""
    pixels, place = field.pixels[number], field.places[number]
    column, row = round(place.dx), round(place.dy)
    data = shifted(pixels.data, place.dx - column, place.dy - row)
    grid = np.full(field.shape, np.nan, np.float32)
    ny, nx = data.shape
    grid[row : row + ny, column : column + nx] = np.where(pixels.bad, np.float32(np.nan), data)
    return grid


def shifted(image: Image, dx: float, dy: float) -> Image:
    """Return an image moved by less than a pixel to the right and up, by an eight-tap Lanczos kernel."""
    for axis, by in ((1, dx), (0, dy)):
        if abs(by) > 0.01:
            kernel = np.sinc(_TAPS - by) * np.sinc((_TAPS - by) / 4) * (np.abs(_TAPS - by) < 4)
            # convolve1d centres an even kernel on its tap n // 2, here the one of offset +1.
            image = ndimage.convolve1d(image, kernel / kernel.sum(), axis=axis, origin=-1, mode="nearest")
    return image


def _median(aligned: Image) -> Image:
    """Return the median over frames; where a frame says nothing, of the others; 0 where none does."""
    count = np.isfinite(aligned).sum(axis=0)
    ordered = np.sort(aligned, axis=0)  # NaN last
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[None], axis=0)[0]
    high = np.take_along_axis(ordered, np.minimum(count // 2, len(aligned) - 1)[None], axis=0)[0]
    return np.where(count > 1, np.where(count % 2 == 1, low, (low + high) / 2), np.float32(0)).astype(
        np.float32
    )


def _plate(field: Registered, number: int, static: Image) -> Plate:
    pixels, place = field.pixels[number], field.places[number]
    column, row = round(place.dx), round(place.dy)
    ny, nx = pixels.data.shape
    own = np.ascontiguousarray(static[row : row + ny, column : column + nx])
    own = shifted(own, column - place.dx, row - place.dy)
    smooth = ndimage.gaussian_filter(own, 1.5)
    there = ndimage.maximum_filter(smooth > _STAR * pixels.rms, 5)
    stars = np.where(there, _matched(own, smooth > _BRIGHT * pixels.rms, pixels.data, pixels.bad), 0)
    light = ndimage.maximum_filter(np.maximum(own, 0), 5)
    remains = _LEFT * light
    variance = (
        pixels.rms**2 * np.where(there, 1 + 1.5 / len(field), 1)
        + np.maximum(own, 0) / pixels.gain
        + remains**2
    )
    lost = pixels.bad | (remains > _LOST * pixels.rms)
    sigma = np.where(lost, np.inf, np.sqrt(variance)).astype(np.float32)
    return Plate(
        (pixels.data - stars).astype(np.float32),
        sigma,
        moffat_profile(field.psfs[number]),
        pixels.gain,
        float(field.minutes[number]),
        pixels.frame.exposure / 60,
        np.array([place.dx, place.dy]),
    )


def _matched(own: Image, bright: NDArray[np.bool_], data: Image, bad: NDArray[np.bool_]) -> Image:
    """Return the static sky as the frame's seeing and transparency show it."""
    basis = _derivatives(own)
    rows, columns = np.nonzero(bright & ~bad)
    if len(rows) < 500:
        return own
    step = max(1, len(rows) // _SAMPLE)
    at = rows[::step], columns[::step]
    design, value = np.stack([part[at] for part in basis], axis=1).astype(float), data[at].astype(float)
    weight = 1 / np.sqrt(np.maximum(own[at], 0) + np.median(own[at]))
    factors = np.zeros(len(basis))
    factors[0] = 1.0
    for _ in range(4):
        left = (value - design @ factors) * weight
        spread = 1.4826 * np.median(np.abs(left)) + 1e-9
        robust = weight / np.sqrt(1 + (left / (2 * spread)) ** 2)
        factors = np.linalg.lstsq(design * robust[:, None], value * robust, rcond=None)[0]
    total = np.zeros_like(own)
    for factor, part in zip(factors, basis, strict=True):
        total += np.float32(factor) * part
    return total


def _derivatives(image: Image) -> list[Image]:
    """Return the image and its first and second derivatives."""
    along = [ndimage.convolve1d(image, [0.5, 0, -0.5], axis=axis, mode="nearest") for axis in (0, 1)]
    second = [ndimage.convolve1d(image, [1, -2, 1], axis=axis, mode="nearest") for axis in (0, 1)]
    cross = ndimage.convolve1d(along[0], [0.5, 0, -0.5], axis=1, mode="nearest")
    return [image, *along, *second, cross]
