"""How significant a trail is at the pixels around a path, with each frame seen in its own profile.

In matched images all frames have one profile, which costs those of better or worse seeing a part of their
noise's worth. To find peaks that part is small; of the motion of a faint mover it decides what is a little
too far off. Here a frame's cut-out is taken back from the matched filter of the mean profile to that of its
own (North 1963), and along the trail.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from astrolib.movers.difference.interpolation import nearest
from astrolib.movers.difference.matched import HALF, matching_transform, mean_profile, transform
from astrolib.movers.difference.measuring import trail_vectors
from astrolib.movers.difference.subtraction import Difference
from astrolib.movers.frames.registered import Registered

Complex = NDArray[np.complex128]
Values = NDArray[np.float64]

_STEEPEST = 20.0  # by how much a spatial frequency is raised at most: what little there is, is rounding


def scores_around(
    field: Registered, difference: Difference, x: Values, y: Values, reach: int
) -> tuple[Values, Values]:
    """Return the significance of a trail at the pixels around each place of a path, and the weights.

    Parameters
    ----------
    field : Registered
        The frames.
    difference : Difference
        Of the same field.
    x, y : ndarray, shape (frames,)
        The path, which says what the trail is [pixel].
    reach : int
        [pixel]

    Returns
    -------
    score : ndarray, shape (frames, 2 reach + 1, 2 reach + 1)
        The place itself in the middle; 0 where the frame says nothing.
    weight : ndarray, shape (frames,)
        One over the noise of the flux; 0 where the frame says nothing.
    """
    trails = trail_vectors(field, x, y)
    longest = int(np.ceil(np.hypot(*trails.T).max()))
    size = next_fast_len(2 * (reach + HALF) + longest + 1)
    size += size % 2
    rows, columns = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)
    mean = transform(mean_profile(field.psfs), size)
    sigma = nearest(difference.sigma, x, y)
    score, weight = np.zeros((len(x), 2 * reach + 1, 2 * reach + 1)), np.zeros(len(x))
    for number in np.flatnonzero(np.isfinite(sigma)):
        own = transform(field.psfs[number], size)
        matching = matching_transform(own, mean)
        column, row = round(x[number]), round(y[number])
        trail = np.sinc(columns * trails[number, 0] + rows * trails[number, 1])
        back = np.minimum(own / matching, _STEEPEST) * trail
        shift = np.exp(2j * np.pi * (columns * (x[number] - column) + rows * (y[number] - row)))
        cutout = np.fft.rfft2(np.fft.ifftshift(_cutout(difference.flux[number], column, row, size)))
        noise = sigma[number] * np.sqrt(_mean((matching * back) ** 2) / _mean(matching**2))
        seen = np.fft.fftshift(np.fft.irfft2(cutout * back * shift, (size, size)))
        middle = np.s_[size // 2 - reach : size // 2 + reach + 1]
        score[number] = seen[middle, middle] / noise
        weight[number] = _mean(matching * back * own * trail) / _mean(mean**2) / noise
    return score, weight


def _cutout(image: NDArray[np.float32], column: int, row: int, size: int) -> Values:
    """Return the pixels around one of an image, 0 outside it."""
    cut = np.zeros((size, size))
    (ny, nx), top, left = image.shape, row - size // 2, column - size // 2
    inside = np.s_[max(top, 0) : min(top + size, ny), max(left, 0) : min(left + size, nx)]
    here = image[inside]
    cut[inside[0].start - top :, inside[1].start - left :][: here.shape[0], : here.shape[1]] = here
    return cut


def _mean(transformed: Values) -> float:
    """Return the mean over all frequencies of a real half-plane of an even size."""
    twice = np.full(transformed.shape[1], 2.0)
    twice[[0, -1]] = 1.0
    return float((transformed @ twice).mean() / (2 * (transformed.shape[1] - 1)))
