"""A small grey picture of a raw file, to be recognised by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from astrolib.collection.nights.sorting import images_of
from astrolib.core.errors import UnreadableFileError
from astrolib.core.fits import open_fits

_SOFTENING = 1.5  # sigma of the sky, from where on the stretch is logarithmic
_DARK = 2.0  # sigma below the sky that are black
_BRIGHT = 99.7  # percentile that is white


def thumbnail(path: Path | str, side: int = 160) -> np.ndarray:
    """Return a file as a small grey picture, the chips of a mosaic side by side.

    Parameters
    ----------
    path : path-like
        A FITS file.
    side : int
        The longer side [pixels].

    Returns
    -------
    ndarray of uint8, shape (rows, columns)
        255 for the brightest, top row first.

    Raises
    ------
    UnreadableFileError, HostileFileError
        If it cannot be read.
    """
    if not Path(path).is_file():  # the path may come from another's ledger, and name a pipe
        raise UnreadableFileError("no such file", where=path, remedy="load it from where it is now")
    with open_fits(Path(path)) as hdus:
        chips = [np.asarray(hdu.data) for hdu in images_of(hdus, Path(path).name)]
        rows = min(chip.shape[0] for chip in chips)
        step = max(1, -(-max(rows, sum(chip.shape[1] for chip in chips)) // side))
        small = [_smaller(chip[:rows], step) for chip in chips]
    return _stretched(np.concatenate(small, axis=1))[::-1]


def _smaller(image: np.ndarray, step: int) -> np.ndarray:
    """Return the means of cells, of which about four rows and columns are looked at."""
    within = max(1, step // 4)
    cell = -(-step // within)
    small: np.ndarray = image[::within, ::within].astype(np.float32)
    for axis in (0, 1):
        first = np.arange(0, small.shape[axis], cell)
        counts = np.diff([*first, small.shape[axis]]).astype(np.float32)
        small = np.add.reduceat(small, first, axis) / np.expand_dims(counts, 1 - axis)
    return small


def _stretched(image: np.ndarray) -> np.ndarray:
    """Return a picture as bytes, its sky dark and faint stars visible (Lupton et al. 2004, PASP 116, 133)."""
    known = image[np.isfinite(image)].astype(np.float64)
    if not known.size:
        return np.zeros(image.shape, np.uint8)
    sky = float(np.median(known))
    noise = float(1.4826 * np.median(np.abs(known - sky))) or 1.0
    above = np.arcsinh((np.nan_to_num(image, nan=sky, posinf=sky, neginf=sky) - sky) / (_SOFTENING * noise))
    low = -np.arcsinh(_DARK / _SOFTENING)
    top = max(float(np.arcsinh((np.percentile(known, _BRIGHT) - sky) / (_SOFTENING * noise))), 1.0)
    return (255 * np.clip((above - low) / (top - low), 0, 1)).astype(np.uint8)
