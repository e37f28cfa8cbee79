"""Images matched to points: each frame convolved so that all have one profile, and noise is filtered best.

A frame with profile P is convolved with the kernel whose transform is M^2 / P, where M is the mean profile
of all frames. Where P is M this is the matched filter (North 1963; Irwin 1985, MNRAS 214, 575), and every
point then has the same profile, that of M convolved with itself, in every frame: images may be subtracted
without a further match (Phillips and Davis 1995; Alard and Lupton 1998, ApJ 503, 325). The value at a
source's place is its flux; the value over the noise is its significance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.signal import oaconvolve

from astrolib.movers.difference.saturated import put_back
from astrolib.movers.frames.psf import Moffat
from astrolib.movers.frames.registered import Registered

Image = NDArray[np.float32]
Values = NDArray[np.float64]

HALF = 20
"""Half side of kernels and of the common profile [pixel]."""

_GRID = 128  # on which kernels are computed
_LEAST = 1e-4  # regularises the division by a frame's profile
_BORDER = 5  # pixels along the edge of a frame that say nothing
_LOST = 0.2  # a pixel with so much of its surroundings bad says nothing


@dataclass(frozen=True, eq=False)
class Matched:
    """Matched images of all frames.

    Parameters
    ----------
    flux : ndarray of float32, shape (frames, ny, nx)
        Flux of a point at each pixel of the grid, in ADU of its frame; 0 where not valid.
    valid : ndarray of bool, shape (frames, ny, nx)
        Where the frame says something.
    noise : ndarray, shape (frames,)
        Standard deviation that the sky alone gives `flux`.
    weight : ndarray, shape (frames,)
        Sum of a kernel, by which a flux is turned into a surface brightness.
    profile : ndarray, shape (2 HALF + 1, 2 HALF + 1)
        Of a point in `flux`, 1 at its centre.
    """

    flux: Image
    valid: NDArray[np.bool_]
    noise: Values
    weight: Values
    profile: Values


def match(field: Registered) -> Matched:
    """Return the matched images of a field."""
    mean = mean_profile(field.psfs)
    flux = np.zeros((len(field), *field.shape), np.float32)
    valid = np.zeros(flux.shape, bool)
    noise, weight = np.empty(len(field)), np.empty(len(field))
    for number, (pixels, place) in enumerate(zip(field.pixels, field.places, strict=True)):
        column, row = round(place.dx), round(place.dy)
        kernel = matching_kernel(field.psfs[number], mean, place.dx - column, place.dy - row)
        ny, nx = pixels.data.shape
        inside = np.s_[row : row + ny, column : column + nx]
        size = max(3, 2 * (round(mean.fwhm) // 2) + 1)
        good = uniform_filter(pixels.bad.astype(np.float32), size, mode="nearest") < _LOST
        good[:_BORDER] = good[-_BORDER:] = good[:, :_BORDER] = good[:, -_BORDER:] = False
        around = np.pad(_filled(field, number), HALF, mode="reflect")
        flux[number][inside] = np.where(good, oaconvolve(around, kernel, mode="valid"), 0)
        valid[number][inside] = good
        noise[number] = pixels.rms * np.sqrt(np.sum(kernel**2))
        weight[number] = kernel.sum()
    return Matched(flux, valid, noise, weight, common_profile(mean))


def mean_profile(psfs: list[Moffat]) -> Moffat:
    """Return the round profile to which frames are matched."""
    return Moffat(
        float(np.median([psf.fwhm for psf in psfs])), beta=float(np.median([psf.beta for psf in psfs]))
    )


def common_profile(mean: Moffat) -> Values:
    """Return the profile of a point in matched images, 1 at its centre."""
    image = np.fft.fftshift(np.fft.irfft2(transform(mean) ** 2, (_GRID, _GRID)))
    return _middle(image / image.max())


def matching_kernel(psf: Moffat, mean: Moffat, dx: float, dy: float) -> NDArray[np.float32]:
    """Return the kernel that makes a profile the common one of peak 1, shifted by parts of a pixel."""
    target = transform(mean)
    rows, columns = np.fft.fftfreq(_GRID)[:, None], np.fft.rfftfreq(_GRID)
    shift = np.exp(-2j * np.pi * (columns * dx + rows * dy))
    ratio = matching_transform(transform(psf), target) * shift
    peak = np.fft.irfft2(target**2, (_GRID, _GRID)).max()
    return _middle(np.fft.fftshift(np.fft.irfft2(ratio, (_GRID, _GRID))) / peak).astype(np.float32)


def matching_transform(own: Values, mean: Values) -> Values:
    """Return the transform of the kernel that takes a profile to the mean one convolved with itself."""
    return mean**2 * own / (own**2 + _LEAST * mean**2)


def transform(psf: Moffat, size: int = _GRID) -> Values:
    """Return the transform of a centred profile, which is real, on a square of an even side."""
    image = np.zeros((size, size))
    image[1:, 1:] = psf.stamp(size // 2 - 1)
    return np.fft.rfft2(np.fft.ifftshift(image)).real


def _middle(image: Values) -> Values:
    centre = _GRID // 2
    return image[centre - HALF : centre + HALF + 1, centre - HALF : centre + HALF + 1]


def _filled(field: Registered, number: int) -> Image:
    """Return a frame's data with bad pixels taken from the other frames, or else from their neighbours."""
    here = field.pixels[number]
    rows, columns = np.nonzero(here.bad)
    others = np.stack(
        [_values(field, number, other, rows, columns) for other in range(len(field)) if other != number]
        + [_beside(here.data, here.bad, rows, columns, step) for step in (-1, 1)]
    )
    # What the neighbours say counts only where no other frame says anything.
    others[-2:, np.isfinite(others[:-2]).any(axis=0)] = np.nan
    count = np.isfinite(others).sum(axis=0)
    total = np.nansum(np.sort(others, axis=0)[: max(1, len(others) - 1)], axis=0)
    data = here.data.copy()
    data[rows, columns] = total / np.maximum(1, np.minimum(count, max(1, len(others) - 1)))
    put_back(data, here, field.psfs[number])
    return data


def _values(
    field: Registered, number: int, other: int, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return another frame's data at a frame's pixels, to the nearest one; NaN where bad or outside."""
    place, there, pixels = field.places[number], field.places[other], field.pixels[other]
    y = rows + round(place.dy - there.dy)
    x = columns + round(place.dx - there.dx)
    ny, nx = pixels.data.shape
    inside = (x >= 0) & (y >= 0) & (x < nx) & (y < ny)
    x, y = np.clip(x, 0, nx - 1), np.clip(y, 0, ny - 1)
    return np.where(inside & ~pixels.bad[y, x], pixels.data[y, x], np.float32(np.nan))


def _beside(
    data: Image, bad: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp], step: int
) -> NDArray[np.float32]:
    """Return the nearest good pixel in the row, up to three away; NaN where there is none."""
    value = np.full(len(rows), np.nan, np.float32)
    for distance in (3, 2, 1):
        x = np.clip(columns + step * distance, 0, data.shape[1] - 1)
        value = np.where(bad[rows, x], value, data[rows, x])
    return value
