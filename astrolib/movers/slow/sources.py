"""Where to begin: the sources of a frame, and the motion with which each is seen again in the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from astrolib.movers.frames.pixels import FWHM_PER_SIGMA
from astrolib.movers.slow.stamps import Frame

Values = NDArray[np.float64]
Image = NDArray[np.float32]

DETECTED = 4.5
"""Significance of a source in the frame in which it is sought."""

_STEP = 0.8  # pixels between two frames, by which motions tried differ
_SLOW = 0.3  # of the light that a motion must gain over rest, to be begun with


def smooth(frame: Frame) -> Image:
    """Return the significance of a point at each pixel."""
    sigma = frame.psf.fwhm / FWHM_PER_SIGMA
    norm = 2 * np.sqrt(np.pi) * sigma / frame.rms
    data = np.where(frame.bad, np.float32(0), frame.data)
    return (ndimage.gaussian_filter(data, sigma, truncate=3) * norm).astype(np.float32)


def places(significance: Image, frame: Frame, threshold: float = DETECTED) -> Values:
    """Return the places on the grid (n, 2) of the local maxima, to parts of a pixel."""
    highest = ndimage.maximum_filter(significance, 3) == significance
    rows, columns = np.nonzero(highest & (significance > threshold))
    inner = (
        (rows > 0)
        & (columns > 0)
        & (rows < significance.shape[0] - 1)
        & (columns < significance.shape[1] - 1)
    )
    rows, columns = rows[inner], columns[inner]
    middle = significance[rows, columns]

    def shift(before: Values, after: Values) -> Values:
        bend = np.minimum(before + after - 2 * middle, -1e-3)
        return np.clip((before - after) / (2 * bend), -0.5, 0.5)

    x = columns + shift(significance[rows, columns - 1], significance[rows, columns + 1])
    y = rows + shift(significance[rows - 1, columns], significance[rows + 1, columns])
    return np.stack([x, y], axis=1) + frame.shift


def first_speeds(
    frames: Sequence[Frame], significances: Sequence[Image], reference: int, place: Values, fastest: float
) -> Values:
    """Return the speed (n, 2) [pixel/min] with which each source of the reference frame is best seen in all.

    No frame counts for more than the reference does, so that a bright neighbour draws nothing to it. What
    is seen as well at rest rests.

    Parameters
    ----------
    fastest : float
        [pixel/min]
    """
    minutes = np.array([frame.minutes for frame in frames]) - frames[reference].minutes
    tried = _speeds(fastest, float(np.median(np.diff(np.sort(minutes)))))
    most = _sample(significances[reference], place - frames[reference].shift)
    total = np.zeros((len(place), len(tried)), np.float32)
    for frame, significance, time in zip(frames, significances, minutes, strict=True):
        where = place[:, None] + tried * time - frame.shift
        seen = _sample(significance, where.reshape(-1, 2)).reshape(len(place), len(tried))
        total += np.clip(seen, -1, most[:, None])
    best = np.argmax(total, axis=1)
    gain = total[np.arange(len(place)), best] - total[:, 0]
    return np.where((gain > _SLOW * most)[:, None], tried[best], 0.0)


def _speeds(fastest: float, cadence: float) -> Values:
    """Return the speeds that are tried, (n, 2), rest first."""
    reach = int(np.ceil(fastest * cadence / _STEP))
    y, x = (axis.ravel() for axis in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    order = np.argsort(np.hypot(x, y), kind="stable")
    tried = np.stack([x, y], axis=1)[order] * _STEP / cadence
    return tried[np.hypot(*tried.T) <= fastest + _STEP / cadence]


def _sample(image: Image, place: Values) -> Image:
    """Return the image at places (x, y), between pixels; 0 outside."""
    return ndimage.map_coordinates(image, place.T[::-1], order=1, mode="constant").astype(np.float32)
