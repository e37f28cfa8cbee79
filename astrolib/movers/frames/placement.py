"""Where each frame lies on the common pixel grid: by its WCS, then by the stars.

The grid is that of the first frame, widened to hold all. Frames of one orientation and scale are shifted;
others are resampled first. The headers' pointing errors average out in the sky that the grid is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from astropy.wcs import WCS, Sip
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, map_coordinates
from scipy.spatial import cKDTree

from astrolib.images.frame import ReducedFrame

Points = NDArray[np.float64]

_BRIGHTEST = 1000  # stars that are matched
_SEARCH = 8.0  # how far a WCS may be off [pixel]
STRAIGHT = 0.2  # a mapping that departs less from a shift is one [pixel]


@dataclass(frozen=True)
class Placement:
    """Grid coordinates are those of the frame plus (dx, dy) [pixel]."""

    dx: float
    dy: float
    matched: int = 0


def nominal(wcs: WCS, reference: WCS, shape: tuple[int, int]) -> tuple[Placement, float]:
    """Return the shift from a frame to the reference by both WCS, and by how much it is more than a shift."""
    if wcs is reference:
        return Placement(0.0, 0.0), 0.0
    x, y = (axis.ravel() for axis in np.meshgrid(*(np.linspace(0, size - 1, 5) for size in shape[::-1])))
    there = np.stack(reference.all_world2pix(*wcs.all_pix2world(x, y, 0), 0, quiet=True))
    shift = there - np.stack((x, y))
    dx, dy = np.median(shift, axis=1)
    return Placement(float(dx), float(dy)), float(np.abs(shift - [[dx], [dy]]).max())


def resample(frame: ReducedFrame, reference: WCS) -> tuple[ReducedFrame, Placement]:
    """Return a frame on pixels like the reference's, by cubic splines, and where on it they lie.

    They cover all that the frame does; what lies outside of it is NaN. Pixels of the frame's mask are lost,
    and spoil no others: their nearest good ones stand in for them.
    """
    left, low, nx, ny = _extent(frame, reference)
    coarse = np.stack(np.meshgrid(np.arange(0, nx + 16, 16), np.arange(0, ny + 16, 16)))
    places = (axis.ravel() + start for axis, start in zip(coarse, (left, low), strict=True))
    x, y = frame.wcs.all_world2pix(*reference.all_pix2world(*places, 0), 0, quiet=True)
    at = np.meshgrid(np.arange(ny) / 16, np.arange(nx) / 16, indexing="ij")
    native = [map_coordinates(axis.reshape(coarse[0].shape), at, order=1) for axis in (y, x)]
    bad = ~np.isfinite(frame.data) if frame.mask is None else frame.mask | ~np.isfinite(frame.data)
    nearest = distance_transform_edt(bad, return_distances=False, return_indices=True)
    data = map_coordinates(frame.data[tuple(nearest)], native, order=3, cval=np.nan)
    lost = map_coordinates(bad.astype(np.float32), native, order=1, cval=1.0) > 0.01
    moved = replace(
        frame,
        data=np.where(lost, np.nan, data).astype(np.float32),
        wcs=_moved(reference, left, low),
        mask=None,
        uncertainty=None,
    )
    return moved, Placement(float(left), float(low))


def _extent(frame: ReducedFrame, reference: WCS) -> tuple[int, int, int, int]:
    """Return the first column and row of the reference's pixels that a frame covers, and how many it does."""
    ny, nx = frame.data.shape
    x, y = np.meshgrid(np.linspace(0, nx - 1, 9), np.linspace(0, ny - 1, 9))
    there = reference.all_world2pix(*frame.wcs.all_pix2world(x.ravel(), y.ravel(), 0), 0, quiet=True)
    left, low = (int(np.floor(axis.min())) for axis in there)
    right, high = (int(np.ceil(axis.max())) for axis in there)
    return left, low, right - left + 1, high - low + 1


def _moved(wcs: WCS, left: int, low: int) -> WCS:
    """Return a WCS for pixels that begin elsewhere."""
    moved = wcs.deepcopy()
    moved.wcs.crpix = moved.wcs.crpix - np.array([left, low])
    if (sip := moved.sip) is not None:
        moved.sip = Sip(sip.a, sip.b, sip.ap, sip.bp, moved.wcs.crpix)
    return moved


def match(sources: NDArray[Any], reference: NDArray[Any], guess: Placement) -> Placement:
    """Return the shift that brings a frame's stars onto the reference's; the guess where they do not tell."""
    stars, others = _brightest(sources), _brightest(reference)
    if len(stars) < 3 or len(others) < 3:
        return guess
    tree = cKDTree(others)
    start = stars + np.array([guess.dx, guess.dy])
    pairs = tree.query_ball_point(start, _SEARCH)
    offsets = np.array([others[j] - start[i] for i, near in enumerate(pairs) for j in near])
    if len(offsets) < 3:
        return guess
    centre = _densest(offsets)
    for radius in (1.0, 0.5):
        close = offsets[np.hypot(*(offsets - centre).T) < radius]
        if len(close) < 3:
            return guess
        centre = np.median(close, axis=0)
    return Placement(guess.dx + float(centre[0]), guess.dy + float(centre[1]), len(close))


def _brightest(sources: NDArray[Any]) -> Points:
    whole = sources[(sources["flag"] & 2) == 0]
    order = np.argsort(-whole["flux"])[:_BRIGHTEST]
    return np.stack((whole["x"][order], whole["y"][order]), axis=1).astype(np.float64)


def _densest(offsets: Points) -> Points:
    """Return the offset with most others within a pixel."""
    tree = cKDTree(offsets)
    counts = tree.query_ball_point(offsets, 1.0, return_length=True)
    return offsets[int(np.argmax(counts))]


def mean_pointing(nominal_places: Sequence[Placement], measured: Sequence[Placement]) -> tuple[float, float]:
    """Return what the headers' WCS together say that the reference's pixels are off by [pixel].

    The reference's own error is one of them, so that n frames average to 1 / sqrt(n) of one pointing error.
    """
    off = [(a.dx - b.dx, a.dy - b.dy) for a, b in zip(nominal_places, measured, strict=True)]
    dx, dy = np.median(off, axis=0) if len(off) > 8 else np.mean(off, axis=0)
    return float(dx), float(dy)
