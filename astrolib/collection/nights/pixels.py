"""What the pixels of a raw frame look like: how bright, how noisy, and how many stars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from astrolib.collection.nights.sections import Section

WINDOW = 1024
"""Only the middle of an image is looked at, of this side [pixels]."""

_MESH = 32  # cells over which light that varies slowly is removed [pixels]
_ABOVE = 8.0  # sigma of the noise, for a pixel of a star
_LEAST = 5  # pixels of a star: most cosmic rays have fewer
_SHARPEST = 0.15  # of the middle of a star, in each pixel beside it: tracks of cosmic rays are narrower
_SAMPLE = 4  # every so many rows and columns are enough for a level


@dataclass(frozen=True)
class Pixels:
    """What was measured.

    Parameters
    ----------
    level : float
        Median [ADU]; NaN where no pixel is finite.
    noise : float
        From pixel to pixel, robust [ADU].
    stars : int
        Groups of bright pixels that are neither cosmic rays nor columns.
    overscan : float
        Median of the strip that saw no light [ADU]; NaN where there is none.
    """

    level: float = math.nan
    noise: float = math.nan
    stars: int = 0
    overscan: float = math.nan


def measure(data: np.ndarray, overscan: Section | None = None, trim: Section | None = None) -> Pixels:
    """Measure an image.

    Parameters
    ----------
    data : ndarray, shape (rows, columns)
        As read.
    overscan, trim : tuple of slice, optional
        The strip that saw no light, and the part that did.
    """
    strip = data[overscan] if overscan is not None else data[:0, :0]
    exposed = data[trim] if trim is not None and data[trim].size else data
    image = _middle(exposed).astype(np.float32)
    finite = np.isfinite(image)
    if not finite.any():
        return Pixels()
    level = float(np.median(image[finite]))
    image = np.where(finite, image, level)
    noise = _noise(image)
    known = strip[np.isfinite(strip)]
    return Pixels(level, noise, _stars(image, noise), float(np.median(known)) if known.size else math.nan)


def _middle(data: np.ndarray) -> np.ndarray:
    rows, columns = (max(0, (side - WINDOW) // 2) for side in data.shape)
    return data[rows : rows + WINDOW, columns : columns + WINDOW]


def _noise(image: np.ndarray) -> float:
    """Return the noise from differences of neighbours: light that varies slowly does not count."""
    if image.shape[1] < 2:
        return 0.0
    differences = np.diff(image[::_SAMPLE], axis=1)
    return float(1.4826 * np.median(np.abs(differences - np.median(differences))) / math.sqrt(2))


def _stars(image: np.ndarray, noise: float) -> int:
    """Count groups of bright pixels that are about as high as wide."""
    flat = image - _slow(image)
    labels, _ = ndimage.label(flat > _ABOVE * max(noise, 1e-6))
    counts = np.bincount(labels.ravel())
    stars = 0
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        rows, columns = (side.stop - side.start for side in box)
        round_enough = max(rows, columns) < 4 * min(rows, columns) and min(rows, columns) > 1
        whole = counts[number] >= _LEAST and round_enough and max(rows, columns) <= _MESH * 2
        stars += bool(whole and _is_wide(flat, labels, number, box))
    return stars


def _is_wide(flat: np.ndarray, labels: np.ndarray, number: int, box: tuple[slice, ...]) -> bool:
    """Say whether the middle of a group has light on all four sides, as that of a star has."""
    mean = ndimage.uniform_filter(flat[box], 3, mode="constant")
    y, x = np.unravel_index(int(np.argmax(np.where(labels[box] == number, mean, -np.inf))), mean.shape)
    row, column = y + box[0].start, x + box[1].start
    sides = [
        flat[row + down, column + across]
        for down, across in ((0, 1), (0, -1), (1, 0), (-1, 0))
        if 0 <= row + down < flat.shape[0] and 0 <= column + across < flat.shape[1]
    ]
    return bool(min(sides) > _SHARPEST * flat[row, column])


def _slow(image: np.ndarray) -> np.ndarray:
    """Return the light that varies slowly: medians of cells, joined smoothly."""
    rows, columns = (max(1, side // _MESH) for side in image.shape)
    cells = [np.array_split(strip, columns, axis=1) for strip in np.array_split(image, rows, axis=0)]
    mesh = np.array([[np.median(cell[::2, ::2]) for cell in strip] for strip in cells], dtype=np.float32)
    zoom = (image.shape[0] / rows, image.shape[1] / columns)
    return ndimage.zoom(mesh, zoom, order=1, mode="nearest", grid_mode=True)
