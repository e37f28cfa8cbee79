"""The place of a frame on the sky: its sources matched with a reference catalogue, and fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.images.matching import pairs, similarity
from astrolib.images.reference import Reference
from astrolib.images.tangent import fit_wcs

ROUGH = 180.0
"""How far the rough WCS may be off [arcsec]."""

_LEAST_PAIRS = 8
_ORDERS = ((60, 3), (25, 2), (0, 1))
"""From so many pairs on, a polynomial of this order."""

_CLIP = 3.5
_FLOORS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.02)
"""No centroid is better than the last of them; in the first rounds a bright star that is wrong must not lead
[pixel]."""

_RADII = (8.0, 4.0, 2.5, 2.0, 2.0, 2.0)  # of a pair, round by round [pixel]
_MOST_RMS = 1.0  # pixels

Values = NDArray[np.float64]
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solution:
    """Where a frame lies on the sky, and how well that is known.

    Parameters
    ----------
    wcs : astropy.wcs.WCS
        TAN, with SIP where there were enough stars.
    source, star : ndarray of int
        Rows of the sources and of the reference catalogue that were fitted.
    east, north : ndarray
        Measured minus catalogued place of each pair [arcsec].
    order : int
        Of the polynomial; 1 has no distortion.
    """

    wcs: WCS
    source: NDArray[np.intp]
    star: NDArray[np.intp]
    east: Values
    north: Values
    order: int

    @property
    def rms(self) -> float:
        """Of a coordinate, over both [arcsec]."""
        return float(np.sqrt(np.mean(np.concatenate([self.east, self.north]) ** 2)))


def solve(
    places: Points,
    errors: Values,
    reference: Reference,
    rough: WCS,
    mid: Time,
    shape: tuple[int, int],
    where: str,
) -> Solution:
    """Fit the WCS of a frame.

    Parameters
    ----------
    places : ndarray, shape (sources, 2)
        x and y, the brightest first [pixel].
    errors : ndarray, shape (sources,)
        Of a coordinate [pixel].
    reference : Reference
        Stars about the field.
    rough : WCS
        To within `ROUGH`, a rotation of 5 degrees and a scale of 5 per cent.
    mid : Time
        Middle of the exposure: stars are moved to it.
    shape : (int, int)
        Rows and columns of the frame.
    where : str
        The file, for the error message.

    Raises
    ------
    UnreadableFileError
        If sources and stars do not match, or too few do.
    """
    ra, dec = reference.at(mid)
    scale = 3600 * float(np.sqrt(np.abs(np.linalg.det(rough.pixel_scale_matrix))))
    reach = ROUGH / scale
    predicted = np.stack(rough.all_world2pix(ra, dec, 0, quiet=True), axis=-1)
    inside = np.all((predicted > -reach) & (predicted < np.array(shape[::-1]) + reach), axis=1)
    rows = np.flatnonzero(inside & np.isfinite(predicted).all(axis=1))
    if len(rows) < _LEAST_PAIRS:
        raise _lost(f"{len(rows)} stars of the catalogue about it", where)
    rows = rows[np.argsort(np.nan_to_num(reference.brightness()[rows], nan=99.0), kind="stable")]
    to_pixels = similarity(places, predicted[rows], reach)
    if to_pixels is None:
        raise _lost(
            f"its {len(places)} sources match no stars of the catalogue ({len(rows)} about it)", where
        )
    return _fitted(places, errors, (ra, dec), rows, to_pixels(predicted[rows]), shape, where)


def _lost(what: str, where: str) -> UnreadableFileError:
    return UnreadableFileError(
        what,
        where=where,
        remedy="check its pointing (CRVAL, or RA and DEC), its focus, clouds, and the catalogue's field",
    )


def _fitted(
    places: Points,
    errors: Values,
    sky: tuple[Values, Values],
    rows: NDArray[np.intp],
    guess: Points,
    shape: tuple[int, int],
    where: str,
) -> Solution:
    """Fit, match again and clip, until the pairs stay the same."""
    centre = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    star, source = pairs(guess, places, _RADII[0])
    wcs, order = None, 1
    for radius, floor in zip(_RADII, _FLOORS, strict=True):
        if len(star) < _LEAST_PAIRS:
            raise _lost(f"only {len(star)} of its sources are stars of the catalogue", where)
        sigma = np.hypot(errors, floor)
        order = next(order for least, order in _ORDERS if len(star) >= least)
        target = sky[0][rows[star]], sky[1][rows[star]]
        wcs = fit_wcs(places[source], target, sigma[source], centre, order)
        guess = np.stack(wcs.all_world2pix(sky[0][rows], sky[1][rows], 0, quiet=True), axis=-1)
        guess = np.where(np.isfinite(guess), guess, -1e6)
        star, source = pairs(guess, places, radius)
        away = np.linalg.norm(guess[star] - places[source], axis=1) / sigma[source]
        kept = away < _CLIP * max(1.0, 1.4826 * float(np.median(away)) / 1.1774)
        star, source = star[kept], source[kept]
    assert wcs is not None
    return _solution(wcs, places, sky, rows, star, source, order, where)


def _solution(
    wcs: WCS,
    places: Points,
    sky: tuple[Values, Values],
    rows: NDArray[np.intp],
    star: NDArray[np.intp],
    source: NDArray[np.intp],
    order: int,
    where: str,
) -> Solution:
    if len(star) < _LEAST_PAIRS:
        raise _lost(f"only {len(star)} of its sources are stars of the catalogue", where)
    ra, dec = wcs.all_pix2world(places[source, 0], places[source, 1], 0)
    star = rows[star]
    east = ((ra - sky[0][star] + 180) % 360 - 180) * np.cos(np.radians(dec)) * 3600
    found = Solution(wcs, source, star, east, (dec - sky[1][star]) * 3600, order)
    scale = 3600 * float(np.sqrt(np.abs(np.linalg.det(wcs.pixel_scale_matrix))))
    if found.rms > _MOST_RMS * scale:
        raise _lost(f"its stars are {found.rms:.2f} arcsec from where the catalogue has them", where)
    return found
