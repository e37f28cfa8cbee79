"""Cutouts of one tracklet from every frame, on one grid of the sky: what stands still there, stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from astropy.wcs import WCS
from numpy.typing import NDArray
from scipy import ndimage

if TYPE_CHECKING:
    from astrolib.images.frame import ReducedFrame

Floats = NDArray[np.float64]

_SPLINE = 3  # cubic: keeps a cosmic hit as sharp as it is, where a linear one would round it into a star
_MARGIN = 6  # pixels around a window that the spline looks at
_ROOM = 40  # pixels between the path and the edge of a window that holds all of it
_STRAIGHT = 1e-5  # rotation and scale below which two grids differ by a shift alone


@dataclass(frozen=True, eq=False)
class Path:
    """Where an object was measured, and where it was in between.

    Parameters
    ----------
    time : ndarray of float64, shape (n,)
        Of each measurement, in order [day].
    x, y : ndarray of float64, shape (n,)
        On the grid [pixel].
    """

    time: Floats
    x: Floats
    y: Floats

    def at(self, time: float) -> tuple[float, float]:
        """Return where it was at a time: as measured, else on the straight line through all measurements."""
        nearest = int(np.argmin(np.abs(self.time - time)))
        if abs(self.time[nearest] - time) < 1e-6:
            return float(self.x[nearest]), float(self.y[nearest])
        since = self.time - self.time.mean()
        line = [np.polyfit(since, values, min(1, since.size - 1)) for values in (self.x, self.y)]
        x, y = (float(np.polyval(one, time - self.time.mean())) for one in line)
        return x, y


def grid_of(frame: ReducedFrame, ra: float, dec: float) -> WCS:
    """Return a tangential grid about a place [deg] with the pixels of a frame there, its turn and its scale.

    Pixel (0, 0) is the place; who cuts windows counts from there.
    """
    grid = WCS(naxis=2)
    grid.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    grid.wcs.crval = [ra, dec]
    grid.wcs.crpix = [1.0, 1.0]
    grid.wcs.cd = _local_cd(frame.wcs, grid)
    grid.wcs.set()
    return grid


def _local_cd(wcs: WCS, tangent: WCS) -> Floats:
    """Return by how much [deg] the tangential coordinates change with the pixels of a frame, at the origin.

    `tangent` has no scale yet: its pixels are degrees.
    """
    x, y = wcs.world_to_pixel_values(*tangent.wcs.crval)
    columns, rows = x + np.array([-1.0, 1.0, 0.0, 0.0]), y + np.array([0.0, 0.0, -1.0, 1.0])
    xi, eta = tangent.world_to_pixel_values(*wcs.pixel_to_world_values(columns, rows))
    return np.array([[one[1] - one[0], one[3] - one[2]] for one in (xi, eta)]) / 2.0


def windows(path: Path, times: Floats, size: int) -> NDArray[np.int64]:
    """Return the first pixel (x0, y0) of the window of each time, on the grid.

    One window holds the whole path where it fits in; else each follows the object, by whole pixels.
    """
    at = np.array([path.at(time) for time in times])
    spans = at.max(axis=0) - at.min(axis=0)
    centres = at
    if spans.max() <= size - 2 * _ROOM:
        centres = np.broadcast_to((at.max(axis=0) + at.min(axis=0)) / 2.0, at.shape)
    return np.rint(centres).astype(np.int64) - size // 2


def cut(frame: ReducedFrame, grid: WCS, corner: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Return what a frame shows in a window of the grid.

    Parameters
    ----------
    frame : ReducedFrame
        Of any dither and turn.
    grid : WCS
        As `grid_of` gives it.
    corner : ndarray of int, shape (2,)
        The window's first pixel (x0, y0) on the grid.
    size : int
        Its side [pixel].

    Returns
    -------
    ndarray of float32, shape (size, size)
        [ADU]; NaN beyond the frame's edge.
    """
    turn, shift = _affine(frame.wcs, grid, corner, size)
    ends = shift[:, None] + turn @ np.array([[0, size - 1, 0, size - 1], [0, 0, size - 1, size - 1]])
    ny, nx = frame.data.shape
    low = np.clip(np.floor(ends.min(axis=1)).astype(int) - _MARGIN, 0, (ny, nx))
    high = np.clip(np.ceil(ends.max(axis=1)).astype(int) + _MARGIN + 1, 0, (ny, nx))
    if (high - low).min() < 2:
        return np.full((size, size), np.nan, np.float32)
    part = frame.data[low[0] : high[0], low[1] : high[1]]
    matrix = np.diag(turn) if np.abs(turn - np.eye(2)).max() < _STRAIGHT else turn
    return _resampled(part, matrix, shift - low, size)


def _resampled(part: NDArray[np.float32], matrix: Floats, shift: Floats, size: int) -> NDArray[np.float32]:
    holes = ~np.isfinite(part)
    filled = np.where(holes, np.nanmedian(part) if not holes.all() else 0.0, part) if holes.any() else part
    where = {"offset": shift, "output_shape": (size, size), "mode": "constant", "cval": np.nan}
    found = ndimage.affine_transform(filled, matrix, order=_SPLINE, output=np.float32, **where)
    if holes.any():
        there = ndimage.affine_transform(holes.astype(np.float32), matrix, order=0, **where)
        found[there > 0.5] = np.nan
    return found


def _affine(wcs: WCS, grid: WCS, corner: NDArray[np.int64], size: int) -> tuple[Floats, Floats]:
    """Return the map from a window's pixels (row, column) to a frame's, exact in the middle of the window.

    Over 200 pixels a distortion moves the window's edge by some hundredths of a pixel against it.
    """
    middle = (size - 1) / 2.0
    columns = corner[0] + middle + np.array([0.0, -middle, middle, 0.0, 0.0])
    rows = corner[1] + middle + np.array([0.0, 0.0, 0.0, -middle, middle])
    x, y = wcs.world_to_pixel_values(*grid.pixel_to_world_values(columns, rows))
    turn = np.array([[y[4] - y[3], y[2] - y[1]], [x[4] - x[3], x[2] - x[1]]]) / (2.0 * middle)
    return turn, np.array([y[0], x[0]]) - turn @ np.array([middle, middle])
