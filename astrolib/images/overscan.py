"""The overscan of a raw frame, which says the level of the electronics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from astrolib.collection.nights import Section, Sections

_SMOOTH = 65
"""Rows over which the overscan is averaged: its noise must not be written into the rows of the image."""


@dataclass(frozen=True, eq=False)
class Level:
    """The level of the electronics over what one amplifier read.

    Parameters
    ----------
    part : tuple of slice
        Rows and columns of the trimmed image.
    values : ndarray of float32, shape (rows, 1) or (1, columns)
        To be subtracted from them [ADU].
    """

    part: Section
    values: NDArray[np.float32]

    def subtract(self, pixels: NDArray[np.float32], first: int) -> None:
        """Subtract it in place from rows of the trimmed image, of which `first` is the first."""
        rows, columns = self.part
        start, stop = max(rows.start, first), min(rows.stop, first + len(pixels))
        if start < stop:
            own = slice(start - rows.start, stop - rows.start) if len(self.values) > 1 else slice(None)
            pixels[start - first : stop - first, columns] -= self.values[own]


def levels(
    read: Callable[[Section], NDArray[np.float32]], sections: Sections, trim: Section
) -> tuple[Level, ...]:
    """Return the level of each amplifier; none where there is no overscan.

    Parameters
    ----------
    read : callable
        Returns the pixels of a section of the raw image [ADU].
    sections : Sections
        Where the overscans lie.
    trim : tuple of slice
        Rows and columns of the raw image that are kept.
    """
    strips = sections.amplifiers or (((sections.overscan, trim),) if sections.overscan else ())
    return tuple(
        Level(_within(part, trim), overscan_level(read(strip), strip, part)) for strip, part in strips
    )


def overscan_level(strip: NDArray[np.float32], overscan: Section, part: Section) -> NDArray[np.float32]:
    """Return the level of the electronics over a part of the raw image, to be subtracted [ADU].

    The median of what is finite across the overscan, smoothed along it: a column of shape (ny, 1) where the
    overscan lies beside the image, a row of shape (1, nx) where it lies above or below.

    Parameters
    ----------
    strip : ndarray of float32
        The pixels of the overscan [ADU].
    overscan, part : tuple of slice
        Rows and columns where the overscan lies, and of what is kept.
    """
    beside = strip.shape[0] >= strip.shape[1]
    profile = _known(np.ma.median(np.ma.masked_invalid(strip), axis=1 if beside else 0))
    along, kept = (overscan[0], part[0]) if beside else (overscan[1], part[1])
    window = min(_SMOOTH, (len(profile) - 1) // 2 * 2 + 1)
    smooth = savgol_filter(profile, window, 1, mode="interp") if window > 1 else profile  # keeps a slope
    level = np.interp(np.arange(kept.start, kept.stop), np.arange(along.start, along.stop), smooth)
    return level.astype(np.float32)[:, None] if beside else level.astype(np.float32)[None, :]


def _within(part: Section, trim: Section) -> Section:
    """Return a part of the raw image as one of the trimmed one."""
    rows, columns = (
        slice(one.start - whole.start, one.stop - whole.start) for one, whole in zip(part, trim, strict=True)
    )
    return rows, columns


def _known(profile: np.ma.MaskedArray) -> NDArray[np.float64]:
    """Return a profile whose gaps are bridged; 0 where nothing of it is known."""
    known = np.flatnonzero(~np.ma.getmaskarray(profile))
    if not len(known):
        return np.zeros(len(profile))
    return np.interp(np.arange(len(profile)), known, np.asarray(profile.data[known], dtype=np.float64))
