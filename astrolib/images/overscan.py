"""The overscan of a raw frame, which says the level of the electronics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

_SMOOTH = 65
"""Rows over which the overscan is averaged: its noise must not be written into the rows of the image."""

Section = tuple[slice, slice]
"""Rows and columns of an image, as numpy cuts them out."""


def overscan_level(strip: NDArray[np.float32], overscan: Section, trim: Section) -> NDArray[np.float32]:
    """Return the level of the electronics over the trimmed frame, to be subtracted [ADU].

    The median of what is finite across the overscan, smoothed along it: a column of shape (ny, 1) where the
    overscan lies beside the image, a row of shape (1, nx) where it lies above or below.

    Parameters
    ----------
    strip : ndarray of float32
        The pixels of the overscan [ADU].
    overscan, trim : tuple of slice
        Rows and columns where the overscan lies, and of what is kept.
    """
    beside = strip.shape[0] >= strip.shape[1]
    profile = _known(np.ma.median(np.ma.masked_invalid(strip), axis=1 if beside else 0))
    along, kept = (overscan[0], trim[0]) if beside else (overscan[1], trim[1])
    window = min(_SMOOTH, (len(profile) - 1) // 2 * 2 + 1)
    smooth = savgol_filter(profile, window, 1, mode="interp") if window > 1 else profile  # keeps a slope
    level = np.interp(np.arange(kept.start, kept.stop), np.arange(along.start, along.stop), smooth)
    return level.astype(np.float32)[:, None] if beside else level.astype(np.float32)[None, :]


def _known(profile: np.ma.MaskedArray) -> NDArray[np.float64]:
    """Return a profile whose gaps are bridged; 0 where nothing of it is known."""
    known = np.flatnonzero(~np.ma.getmaskarray(profile))
    if not len(known):
        return np.zeros(len(profile))
    return np.interp(np.arange(len(profile)), known, np.asarray(profile.data[known], dtype=np.float64))
