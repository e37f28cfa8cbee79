"""Pixels that no calibration mends: insensitive, hot and erratic ones, and bad columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from astrolib.images.combine import SIGMA_OF_MAD, Combined

Image = NDArray[np.float32]

_INSENSITIVE, _OVERSENSITIVE = 0.6, 1.5
"""Share of the light of its surroundings that a good pixel may see."""

_HOT = 8.0  # standard deviations of the master dark
_HOT_RATE = 0.5  # and at least this much [ADU/s]
_SMOOTH = 9  # pixels over which the surroundings are taken
_COLUMN = 0.3  # share of bad pixels that makes the column bad between its first and its last


def bad_pixels(
    bias: Combined | None, dark: Combined | None, flats: Sequence[Combined]
) -> NDArray[np.bool_] | None:
    """Return the pixels that no calibration mends; None where there is nothing to tell them from."""
    masks = [_insensitive(flat.mean) for flat in flats]
    if dark is not None:
        masks.append(_far_above(dark.mean, _HOT, _HOT_RATE))
    if bias is not None:
        masks.append(_far_above(bias.spread, _HOT, 2 * float(np.nanmedian(bias.spread))))
    if not masks:
        return None
    bad = np.logical_or.reduce(masks)
    for column in np.flatnonzero(bad.mean(axis=0) > _COLUMN / 4):
        rows = np.flatnonzero(bad[:, column])
        if len(rows) > _COLUMN * (rows[-1] - rows[0] + 1):
            bad[rows[0] : rows[-1] + 1, column] = True
    return bad


def _insensitive(flat: Image) -> NDArray[np.bool_]:
    flat = np.where(np.isfinite(flat), flat, np.float32(0))
    around = median_filter(flat, size=(1, _SMOOTH), mode="nearest")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = flat / around
    return ~((share > _INSENSITIVE) & (share < _OVERSENSITIVE)) | (flat < 0.1)


def _far_above(values: Image, sigmas: float, least: float) -> NDArray[np.bool_]:
    middle = np.nanmedian(values)
    spread = SIGMA_OF_MAD * np.nanmedian(np.abs(values - middle))
    return values - middle > max(sigmas * float(spread), least)
