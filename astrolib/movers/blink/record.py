"""What is blinked of one tracklet: its cutouts, the sky that they lie on, and one row a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.table import QTable
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.schema import Column, TableSchema

CUTOUT = TableSchema(
    "cutouts",
    (
        Column("frame", "str", "file name of the frame"),
        Column("obstime", "str", "middle of the exposure, UTC, ISO 8601"),
        Column("exptime", "float", "exposure time", "s"),
        Column("x", "float", "where the object is in the cutout, 0-based pixel"),
        Column("y", "float", "likewise"),
        Column("x0", "int", "first pixel of the cutout on the grid, against that of the first cutout"),
        Column("y0", "int", "likewise"),
        Column("measured", "bool", "whether it has a position here; else x and y are as expected"),
        Column("flags", "str", "of the detection"),
    ),
)
"""One row a frame of a blink file."""


@dataclass(frozen=True, eq=False)
class Blink:
    """What is blinked of one tracklet.

    Parameters
    ----------
    tracklet_id : str
        Which one.
    pixels : ndarray of float32, shape (frames, size, size)
        The cutouts in order of time [ADU]; NaN where a frame ends.
    wcs : astropy.wcs.WCS
        Of the grid; its pixel (0, 0) is that of the first cutout.
    frames : QTable
        `CUTOUT`, one row a cutout.
    """

    tracklet_id: str
    pixels: NDArray[np.float32]
    wcs: WCS
    frames: QTable

    @property
    def compass(self) -> tuple[float, tuple[float, float], tuple[float, float]]:
        """The scale [arcsec/pixel], and the directions of north and east as unit vectors (x, y)."""
        inverse = np.linalg.inv(self.wcs.pixel_scale_matrix)
        scale = float(np.sqrt(abs(np.linalg.det(self.wcs.pixel_scale_matrix)))) * 3600.0
        north, east = (inverse[:, axis] / np.hypot(*inverse[:, axis]) for axis in (1, 0))
        return scale, (float(north[0]), float(north[1])), (float(east[0]), float(east[1]))
