"""A raw frame placed on the sky: by which rough WCS, and by which of its sources."""

from __future__ import annotations

import dataclasses

import numpy as np
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.images.astrometry import Solution, solve
from astrolib.images.placement import corners
from astrolib.images.raw import RawChip
from astrolib.images.reference import Reference, unit_vectors
from astrolib.images.sources import Sources

_SOLVED = 4000  # sources that astrometry needs at most
_BEYOND = 1.0  # degrees beyond the corners of a frame, within which stars are looked for


def stars_about(reference: Reference, rough: WCS, shape: tuple[int, int]) -> Reference:
    """Return the stars about a frame, however it is turned."""
    ra, dec = corners(rough, shape).T
    centre, *ends = unit_vectors(ra, dec)
    reach = np.degrees(2 * np.arcsin(np.linalg.norm(np.array(ends) - centre, axis=1).max() / 2))
    return reference.near(float(ra[0]), float(dec[0]), reach + _BEYOND)


def place(chip: RawChip, found: Sources, near: Reference, rough: list[WCS], mid: Time) -> Solution:
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
