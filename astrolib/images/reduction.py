"""One raw chip of the sky into a reduced frame: calibrated, placed and measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sep
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.images.astrometry import Solution
from astrolib.images.calibration import Calibrated, calibrate
from astrolib.images.frame import ReducedFrame
from astrolib.images.masters import Masters
from astrolib.images.photometry import ZeroPoint, depth, zero_point
from astrolib.images.placing import place, stars_about
from astrolib.images.raw import RawChip
from astrolib.images.reference import Reference
from astrolib.images.rough import rough_wcs
from astrolib.images.sources import MASKED, Sources, find_sources
from astrolib.images.wings import LEAST_STARS

_WIDER = 1.1  # stars of the catalogue than what was taken for stars


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
    fwhm : float
        Full width at half maximum of the stars of the catalogue; of what looks like stars where few are in it
        [pixel].
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
    fwhm: float
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
        return self.fwhm * self.scale

    @property
    def depth(self) -> float:
        """Magnitude of a star of signal-to-noise ratio 5."""
        return depth(self.noise, self.fwhm, self.zero.value, self.sources.inside)


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
    near = stars_about(reference, rough[0], chip.shape)
    image = calibrate(chip, masters)
    found = _found(image)
    solution = place(chip, found, near, rough, mid)
    width = _of_stars(found, solution)
    if width[1] > _WIDER * image.seeing:  # what was taken for stars were hits
        image = calibrate(chip, masters, width[1])
        found = _found(image)
        solution = place(chip, found, near, rough, mid)
        width = _of_stars(found, solution)
    zero = _zero(chip, found, near, solution)
    frame = _frame(chip, image, solution.wcs, mid, zero.value, name)
    return Reduction(
        frame,
        found,
        solution,
        zero,
        fwhm=width[0] if math.isfinite(width[0]) else found.fwhm,
        sky=float(np.median(image.level)),
        noise=float(np.median(image.noise)),
        cosmic=int(image.hit.sum()),
        notes=image.notes,
    )


def _found(image: Calibrated) -> Sources:
    """Return the sources of a calibrated image."""
    found = find_sources(
        image.data - image.level,
        image.noise,
        gain=image.gain,
        mask=image.mask,
        saturate=image.saturate - float(np.median(image.level)),
    )
    _flag_masked(found, image.mask)
    return found


def _of_stars(found: Sources, solution: Solution) -> tuple[float, float]:
    """Return how wide stars of the catalogue are, and at their narrowest [pixel]; NaN for few."""
    rows = solution.source[found.flags[solution.source] == 0]
    rows = rows[found.flux[rows] > 20 * found.flux_err[rows]]
    if len(rows) < LEAST_STARS:
        return math.nan, math.nan
    fwhm = found.width * float(np.median(found.shape.sigma[rows]))
    return fwhm, fwhm * math.sqrt(1 - float(np.median(found.shape.ellipticity[rows])))


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
