"""Cosmic rays: whatever is sharper than the point-spread function, found by inequalities.

An image of the sky is a sum, with positive weights, of point-spread functions p. For any step s therefore
``d(x) <= k (d(x - s) + d(x + s)) / 2`` with ``k = p(0) / p(s)``, whatever stars, galaxies and trails are in
it: the sum keeps an inequality that each term keeps. A pixel that breaks one of them by more than its noise
was hit. A track is seen across its direction; steps of two pixels see the wide ones. It is the idea of van
Dokkum (2001, PASP 113, 1420), that a hit is sharper than a star, with the star's sharpness put in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (0, 2), (2, 0), (2, 2), (2, -2))
_SHARPER = 1.03
"""How much sharper than the median of its frame the point-spread function may be at some place."""

_TRUST = 0.05
"""Relative error of an expected brightness: the point-spread function is no exact Gaussian."""

_FIRST, _NEXT = 4.5, 2.0
"""How many standard deviations make a hit, and a further pixel of one."""

_BRIGHT = np.float32(1e12)  # of pixels that are not to be trusted: beside them nothing is sharp
_ROWS = 64
_OFFSETS = np.array([(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across])
_PASSES = 4
_EDGES = 2
"""So many pixels a hit may reach beyond what is sharp, where no star can be."""

_WEAK, _DARK = 3.0, 1.0
"""Standard deviations of the sky that such a pixel has at least, and its surroundings at most."""

_AROUND = np.array(
    [(down, across) for down in range(-3, 4) for across in range(-3, 4) if 4 <= down**2 + across**2 <= 10]
)
_LEAST_AROUND = 6


@dataclass(frozen=True)
class Noise:
    """What the noise of a pixel is made of.

    Parameters
    ----------
    sky : ndarray of float32, shape (ny, nx)
        Standard deviation of the empty sky [ADU].
    gain : float
        [electrons/ADU].
    """

    sky: NDArray[np.float32]
    gain: float


def cosmic_rays(
    data: NDArray[np.float32], noise: Noise, fwhm: float, never: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Return the mask of the pixels that cosmic rays hit.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        Without the sky [ADU].
    noise : Noise
        Of its pixels.
    fwhm : float
        Full width at half maximum of a star across its narrowest direction [pixel].
    never : ndarray of bool, shape (ny, nx), optional
        Pixels that are no hits whatever they hold: saturated and bad ones.
    """
    pixels = np.pad(data if never is None else np.where(never, _BRIGHT, data), 2, constant_values=_BRIGHT)
    sky = np.pad(noise.sky, 2, mode="edge")
    allowed = np.zeros(pixels.shape, dtype=bool)
    allowed[2:-2, 2:-2] = True if never is None else ~never
    hit = np.zeros(pixels.shape, dtype=bool)
    rows = np.concatenate(
        [_rows(pixels, sky, noise.gain, fwhm, first) for first in range(2, data.shape[0] + 2, _ROWS)]
    )
    hit[2:-2, 2:-2] = rows
    hit &= allowed
    for _ in range(_PASSES):
        around = _neighbours(hit, allowed)
        further = _further(pixels, hit, sky, noise.gain, fwhm, around)
        if not further.any():
            break
        hit[around[0][further], around[1][further]] = True
    for _ in range(_EDGES):
        rows, columns = _neighbours(hit, allowed)
        weak = _weak(pixels, hit, sky, rows, columns)
        hit[rows[weak], columns[weak]] = True
    return hit[2:-2, 2:-2]


def _neighbours(hit: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> tuple[NDArray[np.intp], ...]:
    """Return the allowed pixels beside hits that are not hit themselves."""
    places = np.flatnonzero(hit)
    around = np.unique((places[:, None] + _OFFSETS @ (hit.shape[1], 1)).ravel())
    around = around[~hit.ravel()[around] & allowed.ravel()[around]]
    return np.unravel_index(around, hit.shape)


def sharpness(step: float, fwhm: float) -> float:
    """Return p(0) / p(step) of a Gaussian of this full width at half maximum [pixel]."""
    return math.exp(4 * math.log(2) * (step * _SHARPER / fwhm) ** 2)


def _rows(
    pixels: NDArray[np.float32], sky: NDArray[np.float32], gain: float, fwhm: float, first: int
) -> NDArray[np.bool_]:
    """Return which pixels of some rows break an inequality."""
    last = min(first + _ROWS, pixels.shape[0] - 2)
    here = pixels[first:last, 2:-2]
    variance = sky[first:last, 2:-2] ** 2
    hit = np.zeros(here.shape, dtype=bool)
    for down, across in _STEPS:
        k = np.float32(sharpness(math.hypot(down, across), fwhm))
        columns = slice(2 + across, pixels.shape[1] - 2 + across)
        opposite = slice(2 - across, pixels.shape[1] - 2 - across)
        pair = pixels[first + down : last + down, columns] + pixels[first - down : last - down, opposite]
        hit |= _beyond(here, pair * (k / 2), variance, k, gain, _FIRST)
    return hit


def _beyond(
    here: NDArray[np.float32],
    expected: NDArray[np.float32],
    variance: NDArray[np.float32],
    k: np.float32,
    gain: float,
    sigmas: float,
) -> NDArray[np.bool_]:
    """Say where a pixel is above what is expected by more than the noise of both."""
    light = np.maximum(expected, 0)
    total = variance * (1 + k**2 / 2) + light * np.float32((1 + k / 2) / gain)
    total += np.square(light * np.float32(_TRUST))
    excess = here - expected
    return (excess > 0) & (np.square(excess) > np.float32(sigmas**2) * total)


def _further(
    pixels: NDArray[np.float32],
    hit: NDArray[np.bool_],
    sky: NDArray[np.float32],
    gain: float,
    fwhm: float,
    around: tuple[NDArray[np.intp], ...],
) -> NDArray[np.bool_]:
    """Say which neighbours of hits are hit as well, from pairs without a pixel that is hit."""
    y, x = around
    here, variance = pixels[y, x], sky[y, x] ** 2
    further = np.zeros(len(y), dtype=bool)
    for down, across in _STEPS:
        k = np.float32(sharpness(math.hypot(down, across), fwhm))
        a = np.clip(y + down, 0, hit.shape[0] - 1), np.clip(x + across, 0, hit.shape[1] - 1)
        b = np.clip(y - down, 0, hit.shape[0] - 1), np.clip(x - across, 0, hit.shape[1] - 1)
        clean = ~(hit[a] | hit[b])
        further |= clean & _beyond(here, (pixels[a] + pixels[b]) * (k / 2), variance, k, gain, _NEXT)
    return further


def _weak(
    pixels: NDArray[np.float32],
    hit: NDArray[np.bool_],
    sky: NDArray[np.float32],
    y: NDArray[np.intp],
    x: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """Say which neighbours of hits are above the sky where all around them, but for hits, is dark.

    The edge of a track is not sharp beside the track; no star ends within two pixels.
    """
    beside = hit.copy()
    beside.ravel()[(np.flatnonzero(hit)[:, None] + _OFFSETS @ (hit.shape[1], 1)).ravel()] = True
    rows = np.clip(y[:, None] + _AROUND[:, 0], 0, hit.shape[0] - 1)
    columns = np.clip(x[:, None] + _AROUND[:, 1], 0, hit.shape[1] - 1)
    around = pixels[rows, columns]
    clean = ~beside[rows, columns] & (around < _BRIGHT)
    count = clean.sum(axis=1)
    mean = np.where(clean, around, 0).sum(axis=1) / np.maximum(count, 1)
    here, noise = pixels[y, x], sky[y, x]
    return (here > _WEAK * noise) & (mean < _DARK * noise) & (count >= _LEAST_AROUND)
