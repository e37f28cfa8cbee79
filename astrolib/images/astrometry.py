"""The place of a frame on the sky, fitted to a reference catalogue: TAN with SIP distortion.

SIP: Shupe et al. 2005, ASP Conf. Ser. 347, 491. Tangent plane: Calabretta and Greisen 2002, A&A 395, 1077.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.time import Time
from astropy.wcs import WCS, Sip
from numpy.typing import NDArray

from astrolib.core.errors import UnreadableFileError
from astrolib.images.matching import pairs, similarity
from astrolib.images.reference import Reference

ROUGH = 180.0
"""How far the rough WCS may be off [arcsec]."""

_LEAST_PAIRS = 8
_ORDERS = ((60, 3), (25, 2), (0, 1))
"""From so many pairs on, a polynomial of this order."""

_CLIP = 3.5
_ROUNDS = 6
_FLOOR = 0.02  # pixels: no centroid is better than this
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
        what, where=where, remedy="check its pointing (CRVAL, or RA and DEC) and the catalogue's field"
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
    sigma = np.hypot(errors, _FLOOR)
    centre = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    star, source = pairs(guess, places, _RADII[0])
    wcs, order = None, 1
    for radius in _RADII:
        if len(star) < _LEAST_PAIRS:
            raise _lost(f"only {len(star)} of its sources are stars of the catalogue", where)
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


def fit_wcs(places: Points, sky: tuple[Values, Values], sigma: Values, centre: Points, order: int) -> WCS:
    """Return the WCS whose reference pixel is `centre`, by weighted least squares.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
        x and y [pixel].
    sky : tuple of ndarray
        Right ascension and declination [deg].
    sigma : ndarray, shape (n,)
        Of a coordinate [pixel].
    centre : ndarray, shape (2,)
        The reference pixel, counted from 0.
    order : int
        1 for a linear one, 2 or 3 with SIP.
    """
    offsets = places - centre
    size = np.abs(offsets).max()
    powers = [(p, q) for total in range(order + 1) for p in range(total + 1) for q in (total - p,)]
    terms = np.stack([np.prod((offsets / size) ** power, axis=1) for power in powers], axis=1)
    origin = np.array([_mean_angle(sky[0]), float(np.mean(sky[1]))])
    for _ in range(4):
        plane = gnomonic(*sky, origin)
        found, *_ = np.linalg.lstsq(terms / sigma[:, None], plane / sigma[:, None], rcond=None)
        shift = found[powers.index((0, 0))]
        origin = deproject(shift, origin)
    return _wcs(dict(zip(powers, found, strict=True)), size, origin, centre, order)


def gnomonic(ra: Values, dec: Values, origin: Points) -> Points:
    """Return places on the tangent plane at `origin`, shape (n, 2), to the east and north [deg]."""
    a, d, d0 = np.radians(ra - origin[0]), np.radians(dec), np.radians(origin[1])
    below = np.sin(d) * np.sin(d0) + np.cos(d) * np.cos(d0) * np.cos(a)
    xi = np.cos(d) * np.sin(a) / below
    eta = (np.sin(d) * np.cos(d0) - np.cos(d) * np.sin(d0) * np.cos(a)) / below
    return np.degrees(np.stack([xi, eta], axis=-1))


def deproject(plane: Points, origin: Points) -> Points:
    """Return right ascension and declination of a place on the tangent plane at `origin` [deg]."""
    xi, eta = np.radians(plane)
    d0 = np.radians(origin[1])
    along = np.cos(d0) - eta * np.sin(d0)
    ra = origin[0] + np.degrees(np.arctan2(xi, along))
    dec = np.degrees(np.arctan2(np.sin(d0) + eta * np.cos(d0), np.hypot(xi, along)))
    return np.array([ra % 360, dec])


def _mean_angle(degrees: Values) -> float:
    return float(np.degrees(np.angle(np.exp(1j * np.radians(degrees)).mean())) % 360)


def _wcs(
    terms: dict[tuple[int, int], Points], size: float, origin: Points, centre: Points, order: int
) -> WCS:
    cd = np.stack([terms[1, 0], terms[0, 1]], axis=1) / size
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN-SIP", "DEC--TAN-SIP"] if order > 1 else ["RA---TAN", "DEC--TAN"]
    wcs.wcs.cunit = ["deg", "deg"]
    wcs.wcs.radesys = "ICRS"
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cd = origin, centre + 1, cd
    if order > 1:
        wcs.sip = _sip(terms, size, cd, centre, order)
    wcs.wcs.set()
    return wcs


def _sip(terms: dict[tuple[int, int], Points], size: float, cd: Points, centre: Points, order: int) -> Sip:
    """Return the distortion in pixels, and its inverse fitted on a grid."""
    forward = np.zeros((2, order + 1, order + 1))
    for (p, q), coefficient in terms.items():
        if p + q > 1:
            forward[:, p, q] = np.linalg.solve(cd, coefficient) / size ** (p + q)
    grid = np.linspace(-1.05, 1.05, 30)
    u, v = (each.ravel() for each in np.meshgrid(grid * (centre[0] + 1), grid * (centre[1] + 1)))
    du, dv = (np.polynomial.polynomial.polyval2d(u, v, each) for each in forward)
    reach = max(np.abs(u).max(), np.abs(v).max())
    powers = [(p, q) for p in range(order + 2) for q in range(order + 2 - p)]
    basis = np.stack([((u + du) / reach) ** p * ((v + dv) / reach) ** q for p, q in powers], axis=1)
    found, *_ = np.linalg.lstsq(basis, -np.stack([du, dv], axis=1), rcond=None)
    inverse = np.zeros((2, order + 2, order + 2))
    for (p, q), coefficient in zip(powers, found, strict=True):
        inverse[:, p, q] = coefficient / reach ** (p + q)
    return Sip(forward[0], forward[1], inverse[0], inverse[1], centre + 1)
