"""The image of a point that moved evenly while the shutter was open: a star's profile drawn along a line.

A profile is a sum of elliptical Gaussians, and a Gaussian drawn along a line has a closed form (Veres et al.
2012, PASP 124, 1197, give it for a round one), so the model and its derivatives cost a few error functions
a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import erf

from astrolib.movers.frames.pixels import FWHM_PER_SIGMA
from astrolib.movers.frames.psf import Moffat

Array = NDArray[np.float64]

_WIDTHS = (0.5, 0.75, 1.0, 1.4, 2.0, 3.0, 5.0, 9.0)  # of the Gaussians that make up a Moffat profile
_SHORTEST = 0.3  # pixels: shorter lines cannot be told from points, and the length divides


@dataclass(frozen=True)
class Profile:
    """The image of a star: concentric elliptical Gaussians, pixels included.

    Parameters
    ----------
    weights : ndarray of float64, shape (n,)
        Share of the flux in each Gaussian; what is missing from 1 lies in wings beyond them.
    covariances : ndarray of float64, shape (n, 2, 2)
        Covariance of each [pixel^2], in the order x, y.
    fwhm : float
        Full width at half maximum [pixel].
    """

    weights: Array
    covariances: Array
    fwhm: float

    @property
    def simple(self) -> Profile:
        """One round Gaussian of the same width."""
        return round_profile(self.fwhm)


@dataclass(frozen=True)
class Trail:
    """A trail: its middle, length, angle and flux.

    Parameters
    ----------
    x, y : float
        The middle [0-based pixel].
    length : float
        How far the point moved during the exposure [pixel].
    angle : float
        Direction of the motion from +x to +y [rad]; known up to half a turn.
    flux : float
        Flux of the whole trail, in the image's unit.
    """

    x: float
    y: float
    length: float
    angle: float
    flux: float


def round_profile(fwhm: float) -> Profile:
    """Return one round Gaussian of `fwhm` [pixel]."""
    return Profile(np.ones(1), np.eye(2)[None] * (fwhm / FWHM_PER_SIGMA) ** 2, fwhm)


def moffat_profile(psf: Moffat) -> Profile:
    """Return the Gaussians that together are nearest to a Moffat profile, to its wings."""
    radius = np.linspace(0, 8 * psf.fwhm, 400)
    sigmas = psf.fwhm / FWHM_PER_SIGMA * np.array(_WIDTHS)
    gaussians = np.exp(-(radius[:, None] ** 2) / (2 * sigmas**2)) / (2 * np.pi * sigmas**2)
    wanted = Moffat(psf.fwhm, beta=psf.beta).at(radius, np.zeros_like(radius))
    weight = np.sqrt(radius + 0.1) / (wanted / wanted[0] + 0.002)
    shares = nnls(gaussians * weight[:, None], wanted * weight)[0]
    used = shares > 1e-4
    turn = np.array([[np.cos(psf.theta), -np.sin(psf.theta)], [np.sin(psf.theta), np.cos(psf.theta)]])
    ratio = 1 - psf.ellipticity
    shape = turn @ np.diag([1 / ratio, ratio]) @ turn.T
    return Profile(shares[used], shape * sigmas[used, None, None] ** 2, psf.fwhm)


def draw(trail: Trail, profile: Profile, x: Array, y: Array) -> Array:
    """Return the flux of `trail` in the pixels at `x`, `y`."""
    return trail.flux * unit_trail(trail, profile, x, y)[0]


def unit_trail(trail: Trail, profile: Profile, x: Array, y: Array) -> tuple[Array, Array]:
    """Return a trail of flux 1 and its derivatives in the pixels at `x`, `y`.

    Returns
    -------
    image : ndarray of float64, shape (m,)
        Flux in each pixel.
    slopes : ndarray of float64, shape (4, m)
        Derivatives with the middle's place along the trail and across it, the length [pixel] and the angle
        [rad].
    """
    c, s = np.cos(trail.angle), np.sin(trail.angle)
    along, across = (x - trail.x) * c + (y - trail.y) * s, (y - trail.y) * c - (x - trail.x) * s
    turn = np.array([[c, s], [-s, c]])
    image, slopes = np.zeros_like(along), np.zeros((4, along.size))
    for weight, covariance in zip(profile.weights, profile.covariances, strict=True):
        inverse = np.linalg.inv(turn @ covariance @ turn.T)
        part, its_slopes = _line(along, across, max(trail.length, _SHORTEST), inverse)
        image += weight * part
        slopes += weight * its_slopes
    return image, slopes


def _line(along: Array, across: Array, length: float, inverse: Array) -> tuple[Array, Array]:
    """Return a Gaussian of an inverse covariance (along, across) drawn along a line, and its slopes."""
    steep, skew = np.sqrt(inverse[0, 0] / 2), inverse[0, 1] / inverse[0, 0]
    narrow = np.linalg.det(inverse) / inverse[0, 0]
    place = along + skew * across
    ridge = np.sqrt(narrow / (2 * np.pi)) / (2 * length) * np.exp(-0.5 * narrow * across**2)
    fore, aft = steep * (length / 2 - place), steep * (length / 2 + place)
    filled = erf(fore) + erf(aft)
    at_fore, at_aft = np.exp(-(fore**2)), np.exp(-(aft**2))
    image = ridge * filled
    with_place = ridge * steep * 2 / np.sqrt(np.pi) * (at_aft - at_fore)
    with_across = skew * with_place - narrow * across * image
    with_length = ridge * steep / np.sqrt(np.pi) * (at_fore + at_aft) - image / length
    with_angle = with_place * across - with_across * along
    return image, np.stack([-with_place, -with_across, with_length, with_angle])
