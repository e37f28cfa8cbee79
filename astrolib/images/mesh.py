"""The sky of a frame and its noise on a coarse mesh."""

from __future__ import annotations

import math

import numpy as np
import sep
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter

MESH = 64
"""Side of a cell [pixels]: many times a star, few times a gradient."""

_LIT = 3.0  # standard deviations of the sky, smoothed as the stars are, from where it is lit by a source
_REACH = 1.5  # of the full width at half maximum, about what is lit
_MOST_LIT = 0.5  # of the frame: of more too little is left between the sources


def background(
    data: NDArray[np.float32], mask: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the level of the sky and its rms, both of the shape of `data` [ADU].

    The clipped mode in cells of 64 pixels, median-filtered over 3 x 3 of them, joined by splines (Bertin and
    Arnouts 1996, section 3).

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        [ADU].
    mask : ndarray of bool, shape (ny, nx), optional
        True where a pixel must not count.
    """
    sky = sep.Background(data, mask=mask, bw=MESH, bh=MESH, fw=3, fh=3)
    return sky.back(dtype=np.float32), sky.rms(dtype=np.float32)


def background_between(
    data: NDArray[np.float32],
    mask: NDArray[np.bool_],
    first: tuple[NDArray[np.float32], NDArray[np.float32]],
    fwhm: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return level and rms of the sky as in `background`, from the pixels between the sources.

    The clipped mode of all pixels is too high where many faint stars and wings stand in a cell: by a tenth of
    the noise of a pixel with two stars a thousand pixels, which is a fiftieth of the light of the faintest
    stars that give a zero point.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        [ADU].
    mask : ndarray of bool, shape (ny, nx)
        True where a pixel must not count.
    first : (ndarray, ndarray)
        What `background` returned, of all pixels.
    fwhm : float
        Full width at half maximum of a star [pixel].
    """
    light = data - first[0]
    light[mask] = 0
    lit = _lit(light, first[1], fwhm)
    return first if np.mean(lit | mask) > _MOST_LIT else background(data, mask | lit)


def _lit(light: NDArray[np.float32], rms: NDArray[np.float32], fwhm: float) -> NDArray[np.bool_]:
    """Return the pixels in and about sources; four are taken together, a quarter of the work."""
    ny, nx = light.shape[0] // 2 * 2, light.shape[1] // 2 * 2
    four = sum(light[row:ny:2, column:nx:2] for row in (0, 1) for column in (0, 1)) / np.float32(4)
    sigma = fwhm / 2.355
    least = np.float32(_LIT / (2 * math.sqrt(math.pi) * sigma)) * rms[:ny:2, :nx:2]
    near = maximum_filter(gaussian_filter(four, sigma / 2) > least, 2 * round(_REACH * fwhm / 2) + 1)
    lit = np.zeros(light.shape, dtype=bool)
    lit[:ny, :nx] = near.repeat(2, axis=0).repeat(2, axis=1)
    return lit
