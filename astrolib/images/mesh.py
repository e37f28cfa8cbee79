"""The sky of a frame and its noise on a coarse mesh."""

from __future__ import annotations

import numpy as np
import sep
from numpy.typing import NDArray

MESH = 64
"""Side of a cell [pixels]: many times a star, few times a gradient."""


def background(
    data: NDArray[np.float32], mask: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the level of the sky and its rms, both of the shape of `data` [ADU].

    The clipped mode in cells of 64 pixels, median-filtered over 3 x 3 of them, joined by splines (Bertin and
    Arnouts 1996, section 3).

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        [ADU].
    mask : ndarray of bool, shape (ny, nx), optional
        True where a pixel must not count.
    """
    sky = sep.Background(data, mask=mask, bw=MESH, bh=MESH, fw=3, fh=3)
    return sky.back(dtype=np.float32), sky.rms(dtype=np.float32)
