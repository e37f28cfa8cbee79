"""A WCS through places of stars: the tangent plane, with distortion as a polynomial.

Tangent plane: Calabretta and Greisen 2002, A&A 395, 1077. Distortion (SIP): Shupe et al. 2005, ASP Conference
Series 347, 491.
"""

from __future__ import annotations

import numpy as np
from astropy.wcs import WCS, Sip
from numpy.typing import NDArray

Values = NDArray[np.float64]
Points = NDArray[np.float64]


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
