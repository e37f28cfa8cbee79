"""The frames of a field on one pixel grid: what every stage of the search starts from.

The grid is that of the first frame, widened to hold all. Times are minutes since the first middle of
exposure. Nothing is resampled where the frames differ by a shift alone; the parts of a pixel are taken out
where the images are matched (`astrolib.movers.difference.matched`).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from astropy.wcs import WCS
from astropy.wcs.utils import proj_plane_pixel_scales
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.core.errors import RefusedError
from astrolib.core.progress import Progress, silent
from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames import placement, vetting
from astrolib.movers.frames.pixels import Pixels, prepare
from astrolib.movers.frames.placement import Placement
from astrolib.movers.frames.psf import Moffat, fit_psf
from astrolib.movers.frames.vetting import Tell

Values = NDArray[np.float64]

_WORKERS = 2
LEAST_SIDE = 128
"""Smaller frames hold too few pixels to tell what is usual in them."""

SAME = 1.5
"""Sources of two frames that are so near are one, at rest [pixel]."""

_FARTHEST = 1.0  # a frame may be off by its own size at most


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


def register(
    frames: Sequence[ReducedFrame], progress: Progress | None = None, *, left_out: Tell = vetting.log
) -> Registered:
    """Bring frames of one field onto one grid; those of no use are left out (`vetting`).

    Parameters
    ----------
    frames : sequence of ReducedFrame
        In any order.
    progress : Progress, optional
        Hears of each frame that is made ready.
    left_out : callable
        Hears of each frame that is left out.

    Raises
    ------
    RefusedError
        If there are fewer than two of use, they are too small, or a frame is of another field.
    """
    rest = sorted(frames, key=lambda frame: frame.mid)
    while isinstance(tried := _try(rest, progress or silent), dict):
        for name, what in tried.items():
            left_out(vetting.LeftOut(name, what))
        rest = [frame for frame in rest if frame.name not in tried]
    return tried


def _try(ordered: list[ReducedFrame], progress: Progress) -> Registered | vetting.Faults:
    """Return frames on the grid of the first, or which of them to leave out before that is tried again."""
    _refuse_few(ordered)
    if faults := vetting.same_moments(ordered):
        return faults
    reference = ordered[0]
    nominal = [placement.nominal(frame.wcs, reference.wcs, frame.data.shape) for frame in ordered]
    _refuse_other_fields(ordered, [place for place, _ in nominal])
    placed = [
        placement.resample(_masked(frame), reference.wcs)
        if departure > placement.STRAIGHT
        else (frame, place)
        for frame, (place, departure) in zip(ordered, nominal, strict=True)
    ]
    pixels = _prepared([frame for frame, _ in placed], progress)
    start = [place for _, place in placed]
    if faults := vetting.unlike_others(pixels):
        return faults
    places = _places_on(0, pixels, start)
    if faults := vetting.displaced(
        pixels,
        lambda number: [at.matched for at in (_places_on(number, pixels, start) if number else places)],
    ):
        return faults
    return _on_grid(ordered, pixels, places, placement.mean_pointing(start, places))


def _masked(frame: ReducedFrame) -> ReducedFrame:
    """Return a frame with a mask of what is broken in it, which only its own pixels tell.

    Saturated stars are not: their light is needed.
    """
    pixels = prepare(frame)
    return replace(frame, mask=pixels.bad & ~pixels.saturated)


def _prepared(frames: list[ReducedFrame], progress: Progress) -> list[Pixels]:
    pixels: list[Pixels] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        for ready in pool.map(prepare, frames):
            pixels.append(ready)
            progress(len(pixels), len(frames))
    return pixels


def _places_on(number: int, pixels: list[Pixels], start: list[Placement]) -> list[Placement]:
    """Return by their stars where frames lie on one of them, which `start` says nearly."""
    dx, dy = start[number].dx, start[number].dy
    return [
        placement.match(one.sources, pixels[number].sources, Placement(at.dx - dx, at.dy - dy))
        for one, at in zip(pixels, start, strict=True)
    ]


def _on_grid(
    ordered: list[ReducedFrame], pixels: list[Pixels], places: list[Placement], pointing: tuple[float, float]
) -> Registered:
    """Move the origin so that all frames are at positive coordinates."""
    left = min(int(np.floor(place.dx)) for place in places)
    low = min(int(np.floor(place.dy)) for place in places)
    moved = [Placement(place.dx - left, place.dy - low, place.matched) for place in places]
    width = max(int(np.ceil(at.dx)) + one.data.shape[1] for at, one in zip(moved, pixels, strict=True))
    height = max(int(np.ceil(at.dy)) + one.data.shape[0] for at, one in zip(moved, pixels, strict=True))
    origin = left + pointing[0], low + pointing[1]
    return Registered(ordered, pixels, moved, ordered[0].wcs, origin, (height, width))


def _refuse_few(frames: list[ReducedFrame]) -> None:
    if len(frames) < 2:
        raise RefusedError(
            f"{len(frames)} frame of use", where="search", remedy="give at least two of one field"
        )
    for frame in frames:
        ny, nx = frame.data.shape
        if min(ny, nx) < LEAST_SIDE:
            raise RefusedError(
                f"{nx} x {ny} pixels", where=frame.name, remedy=f"give frames of {LEAST_SIDE} x {LEAST_SIDE}"
            )


def _refuse_other_fields(frames: list[ReducedFrame], places: list[Placement]) -> None:
    ny, nx = frames[0].data.shape
    for frame, place in zip(frames, places, strict=True):
        if not (abs(place.dx) < _FARTHEST * nx and abs(place.dy) < _FARTHEST * ny):
            raise RefusedError(
                "is of another field", where=frame.name, remedy=f"search it apart from {frames[0].name}"
            )
