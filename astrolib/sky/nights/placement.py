"""Where pixels look: tangential projections, distorted or not."""

from __future__ import annotations

import numpy as np
from astropy.wcs import WCS, Sip

from astrolib.sky.nights.psf import Values

PIXEL_SCALE = 0.333
"""[arcsec/pixel]"""

_NEAR = 400.0  # so far from a frame the distortion is still believed [pixel]


def tangent(
    centre: tuple[float, float], turn: float, shape: tuple[int, int], offset: tuple[float, float] = (0.0, 0.0)
) -> WCS:
    """Return a tangential projection whose middle pixel looks at a place.

    Parameters
    ----------
    centre : tuple of float
        ra and dec [deg].
    turn : float
        By how much north is turned from up [deg].
    shape : tuple of int
        ny and nx.
    offset : tuple of float
        Added to the place, to the east and to the north [arcsec].
    """
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    east, north = (float(value) / 3600 for value in offset)
    wcs.wcs.crval = [centre[0] + east / np.cos(np.radians(centre[1])), centre[1] + north]
    wcs.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
    step, angle = PIXEL_SCALE / 3600, np.radians(turn)
    cosine, sine = np.cos(angle), np.sin(angle)
    wcs.wcs.cd = step * np.array([[-cosine, sine], [sine, cosine]])
    wcs.wcs.cunit = ["deg", "deg"]
    wcs.wcs.radesys = "ICRS"
    wcs.pixel_shape = (shape[1], shape[0])
    wcs.wcs.set()
    return wcs


def distorted(wcs: WCS, cubic: float) -> WCS:
    """Return a projection whose pixels are displaced outwards by ``cubic * r ** 3`` from its reference pixel.

    Written as a Simple Imaging Polynomial (Shupe et al. 2005, ASP Conference Series 347, 491); `cubic` is in
    pixels to the power -2.
    """
    bent = wcs.deepcopy()
    a, b = np.zeros((4, 4)), np.zeros((4, 4))
    a[3, 0] = a[1, 2] = b[0, 3] = b[2, 1] = cubic
    bent.sip = Sip(a, b, None, None, bent.wcs.crpix)
    bent.wcs.ctype = ["RA---TAN-SIP", "DEC--TAN-SIP"]
    bent.wcs.set()
    return bent


def pixels(wcs: WCS, ra: Values, dec: Values) -> tuple[Values, Values]:
    """Return 0-based pixels of places [deg]; far from the frame they ignore the distortion."""
    x, y = wcs.wcs_world2pix(ra, dec, 0)
    if wcs.sip is None:
        return x, y
    near = (np.abs(x - wcs.pixel_shape[0] / 2) < wcs.pixel_shape[0] / 2 + _NEAR) & (
        np.abs(y - wcs.pixel_shape[1] / 2) < wcs.pixel_shape[1] / 2 + _NEAR
    )
    x[near], y[near] = wcs.all_world2pix(np.asarray(ra)[near], np.asarray(dec)[near], 0, tolerance=1e-6)
    return x, y


def tangent_plane(wcs: WCS) -> WCS:
    """Return the plane in arcseconds, east and north, that touches the sky where `wcs` does."""
    plane = WCS(naxis=2)
    plane.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    plane.wcs.crval = wcs.wcs.crval
    plane.wcs.crpix = [1.0, 1.0]
    plane.wcs.cdelt = [1 / 3600, 1 / 3600]
    plane.wcs.cunit = ["deg", "deg"]
    plane.wcs.set()
    return plane


def from_plane(east: Values, north: Values, ra: Values, dec: Values) -> tuple[Values, Values]:
    """Return ra and dec [deg] of places in planes that touch the sky at other places [arcsec, deg]."""
    xi, eta = np.radians(east / 3600), np.radians(north / 3600)
    ra, dec = np.radians(ra), np.radians(dec)
    along = np.cos(dec) - eta * np.sin(dec)
    up = np.arctan2(np.sin(dec) + eta * np.cos(dec), np.hypot(xi, along))
    return np.degrees(ra + np.arctan2(xi, along)) % 360, np.degrees(up)
