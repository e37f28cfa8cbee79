"""One raw chip of the sky into a reduced frame: calibrated, placed and measured."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import sep
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.images.astrometry import Solution, solve
from astrolib.images.calibration import Calibrated, calibrate
from astrolib.images.frame import ReducedFrame
from astrolib.images.masters import Masters
from astrolib.images.photometry import ZeroPoint, depth, zero_point
from astrolib.images.placement import corners
from astrolib.images.raw import RawChip
from astrolib.images.reference import Reference, unit_vectors
from astrolib.images.rough import rough_wcs
from astrolib.images.sources import MASKED, Sources, find_sources

_SOLVED = 4000  # sources that astrometry needs at most
_BEYOND = 1.0  # degrees beyond the corners of a frame, within which stars are looked for


@dataclass(frozen=True, eq=False)
class Reduction:
    """A reduced frame, and what was learnt on the way.

    Parameters
    ----------
    frame : ReducedFrame
        The product.
    sources : Sources
        What was found in it.
    solution : Solution
        Its place on the sky.
    zero : ZeroPoint
        Its photometric zero point.
    sky, noise : float
        Median level of the sky, and standard deviation of a pixel of it [ADU].
    cosmic : int
        Pixels that cosmic rays hit.
    notes : tuple of str
        What was missing, as ``no flat in r``.
    """

    frame: ReducedFrame
    sources: Sources
    solution: Solution
    zero: ZeroPoint
    sky: float
    noise: float
    cosmic: int
    notes: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """Arcseconds a pixel."""
        return 3600 * float(np.sqrt(np.abs(np.linalg.det(self.frame.wcs.pixel_scale_matrix))))

    @property
    def seeing(self) -> float:
        """Full width at half maximum of the stars [arcsec]."""
        return self.sources.fwhm * self.scale

    @property
    def depth(self) -> float:
        """Magnitude of a star of signal-to-noise ratio 5."""
        return depth(self.noise, self.sources.fwhm, self.zero.value)


def reduce_chip(chip: RawChip, masters: Masters, reference: Reference, name: str) -> Reduction:
    """Reduce the image of one chip.

    Parameters
    ----------
    chip : RawChip
        Of the sky, with a rough WCS.
    masters : Masters
        Of the same chip.
    reference : Reference
        Stars about the field.
    name : str
        File name of the product.

    Raises
    ------
    UnreadableFileError
        If the header lacks time, exposure, gain or a rough WCS, most pixels are of no use, or the stars of
        the catalogue are not found in it.
    """
    mid, rough = _middle(chip), rough_wcs(chip)
    image = calibrate(chip, masters)
    sky = float(np.median(image.level))
    found = find_sources(
        image.data - image.level,
        image.noise,
        gain=image.gain,
        mask=image.mask,
        saturate=image.saturate - sky,
    )
    _flag_masked(found, image.mask)
    near = _near(reference, rough[0], chip.shape)
    solution = _solved(chip, found, near, rough, mid)
    zero = _zero(chip, found, near, solution)
    frame = _frame(chip, image, solution.wcs, mid, zero.value, name)
    noise, hits = float(np.median(image.noise)), int(image.hit.sum())
    return Reduction(frame, found, solution, zero, sky, noise, hits, image.notes)


def _frame(chip: RawChip, image: Calibrated, wcs: WCS, mid: Time, zero: float, name: str) -> ReducedFrame:
    return ReducedFrame(
        data=image.data,
        wcs=wcs,
        mid=mid,
        exposure=chip.header.exposure,
        gain=image.gain,
        read_noise=image.read_noise,
        zero_point=zero,
        band=chip.header.filter,
        station=chip.header.station,
        saturate=image.saturate,
        name=name,
        uncertainty=image.uncertainty,
        mask=image.mask,
    )


def _middle(chip: RawChip) -> Time:
    """Return the middle of the exposure."""
    header, mid = chip.header, chip.header.middle
    if not header.exposure > 0:
        raise UnreadableFileError(
            f"its exposure is {header.exposure} s", where=chip.label, remedy="name its key in the header map"
        )
    if mid is None or header.time_problem:
        raise UnreadableFileError(
            header.time_problem or "no time", where=chip.label, remedy="name its key in the header map"
        )
    return mid


def _flag_masked(found: Sources, mask: NDArray[np.bool_]) -> None:
    """Flag sources with masked pixels in their core."""
    if len(found) and math.isfinite(found.fwhm):
        bad, _, _ = sep.sum_circle(
            mask.astype(np.float32), found.shape.x, found.shape.y, found.fwhm, subpix=1
        )
        found.flags[bad > 0] |= MASKED


def _near(reference: Reference, rough: WCS, shape: tuple[int, int]) -> Reference:
    """Return the stars about a frame, however it is turned."""
    ra, dec = corners(rough, shape).T
    centre, *ends = unit_vectors(ra, dec)
    reach = np.degrees(2 * np.arcsin(np.linalg.norm(np.array(ends) - centre, axis=1).max() / 2))
    return reference.near(float(ra[0]), float(dec[0]), reach + _BEYOND)


def _solved(chip: RawChip, found: Sources, near: Reference, rough: list[WCS], mid: Time) -> Solution:
    """Return the place of the frame by the first rough WCS that leads to one, with rows of `found`.

    At first with all sources; then without those that are saturated or blended, whose order says little.
    """
    failures: list[UnreadableFileError] = []
    for good in (found.shape.good, found.shape.good & (found.flags == 0)):
        for wcs in rough:
            try:
                return _solved_by(chip, found, np.flatnonzero(good)[:_SOLVED], near, wcs, mid)
            except UnreadableFileError as error:
                failures.append(error)
    raise failures[0]


def _solved_by(
    chip: RawChip, found: Sources, usable: NDArray[np.intp], near: Reference, rough: WCS, mid: Time
) -> Solution:
    places = np.stack([found.shape.x[usable], found.shape.y[usable]], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = found.shape.sigma[usable] * found.flux_err[usable] / found.flux[usable]
    errors = np.where((errors > 0) & (errors < 1), errors, 1.0)
    solution = solve(places, errors, near, rough, mid, chip.shape, chip.label)
    return dataclasses.replace(solution, source=usable[solution.source])


def _zero(chip: RawChip, found: Sources, near: Reference, solution: Solution) -> ZeroPoint:
    magnitude, origin = near.magnitude(chip.header.filter)
    whole = found.flags[solution.source] == 0
    rows = solution.source[whole]
    zero = zero_point(found.flux[rows], found.flux_err[rows], magnitude[solution.star[whole]], origin)
    if not math.isfinite(zero.value):
        raise UnreadableFileError(
            f"only {zero.stars} stars of known magnitude",
            where=chip.label,
            remedy="give a catalogue with magnitudes in its band",
        )
    return zero
