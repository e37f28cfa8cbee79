"""The frames of a field on one pixel grid: what every stage of the search starts from.

The grid is that of the first frame, widened to hold all. Times are minutes since the first middle of
exposure. Nothing is resampled where the frames differ by a shift alone; the parts of a pixel are taken out
where the images are matched (`astrolib.movers.difference.matched`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from astropy.wcs import WCS
from astropy.wcs.utils import proj_plane_pixel_scales
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.pixels import Pixels
from astrolib.movers.frames.placement import Placement
from astrolib.movers.frames.psf import Moffat, fit_psf

Values = NDArray[np.float64]

_EDGE = 6.0  # nearer to the edge an image is cut [pixel]

SAME = 1.5
"""Sources of two frames that are so near are one, at rest [pixel]."""


@dataclass(frozen=True, eq=False)
class Registered:
    """Frames of one field, by time.

    Parameters
    ----------
    originals : list of ReducedFrame
        As they were read.
    pixels : list of Pixels
        Made ready; of resampled frames where shift alone does not do.
    places : list of Placement
        From each frame's pixels to the grid's.
    wcs : astropy.wcs.WCS
        Of the first frame.
    pointing : tuple of float
        What is added to grid coordinates before `wcs`: the origin of the grid, and the mean of all headers.
    shape : tuple of int
        Of the grid: ny, nx.
    """

    originals: list[ReducedFrame]
    pixels: list[Pixels]
    places: list[Placement]
    wcs: WCS
    pointing: tuple[float, float]
    shape: tuple[int, int]

    def __len__(self) -> int:
        return len(self.originals)

    @cached_property
    def minutes(self) -> Values:
        """Middle of each exposure since the first [min]."""
        first = self.originals[0].mid
        return np.array([(frame.mid - first).to_value("min") for frame in self.originals])

    @cached_property
    def scale(self) -> float:
        """Side of a pixel [arcsec]."""
        return float(np.mean(proj_plane_pixel_scales(self.wcs.celestial)) * 3600)

    @cached_property
    def psfs(self) -> list[Moffat]:
        """The point-spread function of each frame."""
        return [fit_psf(pixels, self._stands(number)) for number, pixels in enumerate(self.pixels)]

    def sources_at(self, number: int) -> Values:
        """Return the places on the grid of a frame's sources, shape (sources, 2): x, y."""
        sources, place = self.pixels[number].sources, self.places[number]
        return np.stack((sources["x"] + place.dx, sources["y"] + place.dy), axis=1)

    def has_source(self, number: int, places: Values) -> NDArray[np.bool_]:
        """Say at which places of the grid, of shape (places, 2), a frame has a source."""
        there = self.sources_at(number)
        if not len(there):
            return np.zeros(len(places), bool)
        return np.isfinite(cKDTree(there).query(places, distance_upper_bound=SAME)[0])

    def inside(self, number: int, x: Values, y: Values) -> NDArray[np.bool_]:
        """Say which points of the grid are so far from a frame's edge that an image there is whole."""
        (ny, nx), place = self.pixels[number].data.shape, self.places[number]
        column, row = x - place.dx, y - place.dy
        across = (column > _EDGE) & (column < nx - 1 - _EDGE)
        return np.asarray(across & (row > _EDGE) & (row < ny - 1 - _EDGE))

    def _stands(self, number: int) -> NDArray[np.bool_]:
        """Say which sources of a frame the frame before or after it has at the same place."""
        here, beside = self.sources_at(number), {max(number - 1, 0), min(number + 1, len(self) - 1)}
        found = [self.has_source(other, here) for other in beside - {number}]
        return np.logical_or.reduce(found, initial=False, axis=0)

    def to_sky(self, x: Values, y: Values) -> tuple[Values, Values]:
        """Return ra and dec [deg] of points of the grid."""
        ra, dec = self.wcs.all_pix2world(
            np.asarray(x) + self.pointing[0], np.asarray(y) + self.pointing[1], 0
        )
        return ra, dec

    def to_frame(self, number: int, x: Values, y: Values) -> tuple[Values, Values]:
        """Return the pixels of a frame as it was read at points of the grid."""
        place, original = self.places[number], self.originals[number]
        here = np.asarray(x) - place.dx, np.asarray(y) - place.dy
        frame = self.pixels[number].frame
        if frame is original:
            return here
        x_there, y_there = original.wcs.all_world2pix(*frame.wcs.all_pix2world(*here, 0), 0, quiet=True)
        return x_there, y_there

    def flux_to_mag(self, number: int, flux: Values) -> Values:
        """Return magnitudes of fluxes in ADU of a frame; NaN where the header has no zero point."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.originals[number].zero_point - 2.5 * np.log10(flux)
