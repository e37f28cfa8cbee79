"""The cores of saturated stars, put back from their wings.

Where a core is cut, the rest of the star is no longer the image of a point, and matching frames to each other
leaves rings around it. The profile is fitted to the pixels around the cut ones, and fills them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, find_objects, label

from astrolib.movers.frames.pixels import Pixels
from astrolib.movers.frames.psf import Moffat

Image = NDArray[np.float32]
Values = NDArray[np.float64]

_RING = 4  # pixels around the cut ones that are fitted
_STEPS = 4  # of Gauss and Newton


def put_back(data: Image, pixels: Pixels, psf: Moffat) -> None:
    """Fill the saturated pixels of `data` by the profile that fits around them, in place."""
    blobs, count = label(pixels.saturated, np.ones((3, 3)))
    for number, (rows, columns) in enumerate(find_objects(blobs, count), start=1):
        window = (
            slice(max(rows.start - _RING, 0), rows.stop + _RING),
            slice(max(columns.start - _RING, 0), columns.stop + _RING),
        )
        inside = blobs[window] == number
        ring = binary_dilation(inside, iterations=_RING) & ~pixels.bad[window]
        _fill(data[window], inside, ring, psf, pixels.rms)


def _fill(data: Image, inside: NDArray[np.bool_], ring: NDArray[np.bool_], psf: Moffat, rms: float) -> None:
    """Fit flux and place of one star to the pixels of its ring, and fill the inside."""
    if ring.sum() < 8:
        return
    y, x = np.nonzero(ring)
    value = data[ring].astype(np.float64)
    weight = 1 / np.sqrt(rms**2 + (0.1 * np.maximum(value, 0)) ** 2)
    place = np.array([axis.mean() for axis in np.nonzero(inside)[::-1]])
    flux = 0.0
    for _ in range(_STEPS):
        model = psf.at(x - place[0], y - place[1])
        slope = [
            (psf.at(x - place[0] - dx, y - place[1] - dy) - psf.at(x - place[0] + dx, y - place[1] + dy))
            / 0.2
            for dx, dy in ((0.1, 0.0), (0.0, 0.1))
        ]
        design = np.stack([model, *slope], axis=1) * weight[:, None]
        flux, *moved = np.linalg.lstsq(design, value * weight, rcond=None)[0]
        if not flux > 0:
            return
        place = place + np.clip(np.array(moved) / flux, -1, 1)
    y, x = np.nonzero(inside)
    data[inside] = flux * psf.at(x - place[0], y - place[1])
