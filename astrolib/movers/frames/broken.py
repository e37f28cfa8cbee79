"""What is broken in a frame, as its pixels tell: saturated stars, bad columns, cosmic rays, hot pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

_PLATEAU = 10  # pixels within 2 % of the brightest one are a saturated star
_COLUMN_STEP = 4  # every fourth row tells a bad column
_COLUMN = 8.0  # times the usual difference from the neighbours
_COLUMN_BLOCK = 256  # rows over which a column is bad or not
_COLUMN_END = 15  # rows whose median tells where it ends
_SHARPER = 1.6  # than the point-spread function allows: a cosmic ray or a hot pixel


def saturation(data: Image, stated: float) -> float:
    """Return the level from which pixels are saturated [ADU]: as stated, or the plateau of the brightest."""
    brightest = float(data.max())
    if np.count_nonzero(data >= 0.98 * brightest) >= _PLATEAU:
        return min(0.98 * brightest, 0.98 * stated)
    return 0.98 * stated


def bad_columns(data: Image, rms: float) -> Mask:
    """Mark columns whose median stands off their neighbours', block by block."""
    bad = np.zeros(data.shape, bool)
    for rows in np.array_split(np.arange(data.shape[0]), max(1, data.shape[0] // _COLUMN_BLOCK)):
        block = data[rows[0] : rows[-1] + 1]
        medians = np.median(block[::_COLUMN_STEP], axis=0)
        neighbours = np.median(np.stack([np.roll(medians, by) for by in (-3, -2, 2, 3)]), axis=0)
        off = np.abs(medians - neighbours)
        limit = max(_COLUMN * 1.4826 * float(np.median(off)), 0.5 * rms)
        bad[rows[0] : rows[-1] + 1, off > limit] = True
    _to_their_ends(data, bad)
    return bad


def _to_their_ends(data: Image, bad: Mask) -> None:
    """Follow bad columns into the blocks in which they end, in place."""
    for column in np.flatnonzero(bad.any(axis=0) & ~bad.all(axis=0)):
        beside = (column + np.array([-3, -2, 2, 3])) % data.shape[1]
        off = data[:, column] - np.median(data[:, beside], axis=1)
        level = float(np.median(off[bad[:, column]]))
        bad[:, column] |= median_filter(off, _COLUMN_END) * np.sign(level) > abs(level) / 2


def grown(mask: Mask, by: int) -> Mask:
    """Return a sparse mask grown by some pixels."""
    rows, columns = np.nonzero(mask)
    grown = mask.copy()
    for dy in range(-by, by + 1):
        for dx in range(-by, by + 1):
            y = np.clip(rows + dy, 0, mask.shape[0] - 1)
            grown[y, np.clip(columns + dx, 0, mask.shape[1] - 1)] = True
    return grown


def sharp(data: Image, bad: Mask, rms: float, fwhm: float) -> Mask:
    """Mark pixels that stand higher above those around than the point-spread function allows.

    The pixels one off and two off in a row, or in a column, are compared with the one between them: a track
    of a cosmic ray is sharp across (the idea of van Dokkum 2001, PASP 113, 1420, at the pixels above 6 sigma
    alone), and a compact hit is two pixels wide. Pairs of which one is bad say nothing.
    """
    sharp = np.zeros(data.shape, bool)
    rows, columns = np.nonzero(data[2:-2, 2:-2] > 6 * rms)
    rows, columns = rows + 2, columns + 2
    found = np.zeros(len(rows), bool)
    for off in (1, 2):
        allowed = _SHARPER * np.exp(4 * np.log(2) * off**2 / max(fwhm, 1.0) ** 2)
        beside, above = _between(data, bad, rows, columns, 0, off), _between(data, bad, rows, columns, off, 0)
        found |= data[rows, columns] > allowed * np.maximum(np.minimum(beside, above), 0) + 5 * rms
    rows, columns = rows[found], columns[found]
    sharp[rows, columns] = True
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        sharp[rows + dy, columns + dx] |= data[rows + dy, columns + dx] > 3 * rms
    return sharp


def _between(
    data: Image, bad: Mask, rows: NDArray[np.intp], columns: NDArray[np.intp], dy: int, dx: int
) -> NDArray[np.float64]:
    """Return the mean of the pixels on either side; inf where one of them is bad."""
    one, other = (rows - dy, columns - dx), (rows + dy, columns + dx)
    return np.where(bad[one] | bad[other], np.inf, 0.5 * (data[one] + data[other]))
