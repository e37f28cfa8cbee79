"""The peaks of an emission line: found under a smoothing Gaussian, and placed by parabolas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from astrolib.spectra.carry import carry
from astrolib.spectra.resolution import FWHM, gaussian_weights
from astrolib.spectra.velocity import SPEED_OF_LIGHT

FARTHEST_PEAK = 800.0
"""Between two peaks, and from rest, at most [km/s]: discs turn slower."""

LEAST_SIGMA = 3.0
"""Standard deviations that a peak stands above the continuum, and a dip below its lower peak, at least."""

SMOOTHING = 0.5
"""Width of the Gaussian under which peaks are looked for, as a share of the resolution element."""

SKEW = 0.1
"""Error of a parabola's place on profiles that are no parabolas, as a share of the resolution element."""

BLUNT = 0.004
"""Error of a parabola's height on such profiles, as a share of the height."""

Values = NDArray[np.float64]
Pixels = NDArray[np.intp]


class Peak(NamedTuple):
    """One peak of each spectrum, with standard errors: its velocity [km/s] and height over the continuum."""

    velocity: Values
    velocity_error: Values
    height: Values
    height_error: Values


class Peaks(NamedTuple):
    """The peaks of each spectrum.

    Parameters
    ----------
    first, second : Peak
        The highest, and the one that the deepest dip parts from it.
    lit, double : ndarray of bool
        Whether the first one, and the second one too, is there.
    dip, dip_error : ndarray
        How far the flux between the two falls below the lower one.
    """

    first: Peak
    second: Peak
    lit: NDArray[np.bool_]
    double: NDArray[np.bool_]
    dip: Values
    dip_error: Values


def find_peaks(speed: Values, flux: Values, ivar: Values, resolving_power: float) -> Peaks:
    """Find and place peaks.

    Parameters
    ----------
    speed : ndarray, shape (pixels,)
        About the line [km/s].
    flux, ivar : ndarray, shape (spectra, pixels)
        Over the continuum, finite; its inverse variance.
    resolving_power : float
        Of the spectra.
    """
    element = SPEED_OF_LIGHT / resolving_power
    smooth, smooth_ivar = _smoothed(speed, flux, ivar, element)
    first, second, valley = _find(speed, smooth, smooth_ivar)
    lit = (_at(smooth, first) - 1) * np.sqrt(_at(smooth_ivar, first)) >= LEAST_SIGMA
    double = lit & (second >= 0)
    half = max(element / 2, 1.5 * float(np.median(np.diff(speed))))
    apart = np.where(double, np.abs(speed[second] - speed[first]), 0)
    width = np.clip(apart / 4, half, 2 * half)
    one, other = (_placed(speed, flux, ivar, top, width, element) for top in (first, second))
    dip = np.fmin(one.height, other.height) - _at(smooth, valley)
    return Peaks(one, other, lit, double, dip, np.hypot(other.height_error, _at(smooth_ivar, valley) ** -0.5))


def _smoothed(speed: Values, flux: Values, ivar: Values, element: float) -> tuple[Values, Values]:
    sigma = SMOOTHING * element / FWHM / np.gradient(speed)
    found = carry(gaussian_weights(sigma), flux, ivar=ivar)
    return found.flux, np.maximum(found.ivar, np.finfo(np.float64).tiny)


def _find(speed: Values, flux: Values, ivar: Values) -> tuple[Pixels, Pixels, Pixels]:
    """Return the pixels of the highest peak, of the second one (-1: none), and of the dip between them."""
    first = np.where(np.abs(speed) <= FARTHEST_PEAK, flux, -np.inf).argmax(axis=1)
    tops = np.zeros(flux.shape, dtype=bool)
    tops[:, 1:-1] = (flux[:, 1:-1] > flux[:, :-2]) & (flux[:, 1:-1] >= flux[:, 2:])
    tops &= ((flux - 1) * np.sqrt(ivar) >= LEAST_SIGMA) & (np.abs(speed) <= FARTHEST_PEAK)
    tops &= np.abs(speed - speed[first][:, None]) <= FARTHEST_PEAK
    lowest = _lowest_between(flux, first)
    valley_error = 1 / np.take_along_axis(ivar, lowest, axis=1)
    depth = flux - np.take_along_axis(flux, lowest, axis=1)
    sigma = depth / np.sqrt(valley_error + 1 / ivar)
    candidates = np.where(tops & (sigma >= LEAST_SIGMA), depth, -np.inf)
    second = candidates.argmax(axis=1)
    found = np.isfinite(_at(candidates, second))
    valley = np.take_along_axis(lowest, second[:, None], axis=1)[:, 0]
    return first, np.where(found, second, -1), valley


def _lowest_between(flux: Values, first: Pixels) -> Pixels:
    """Return for each pixel which one is lowest between it and the pixel `first` of its row."""
    place = np.arange(flux.shape[1])
    right = np.where(place >= first[:, None], flux, np.inf)
    left = np.where(place <= first[:, None], flux, np.inf)[:, ::-1]
    onward, back = _running_lowest(right), flux.shape[1] - 1 - _running_lowest(left)[:, ::-1]
    return np.where(place >= first[:, None], onward, back)


def _running_lowest(flux: Values) -> Pixels:
    lowest = np.minimum.accumulate(flux, axis=1)
    new = np.concatenate([np.ones((len(flux), 1), dtype=bool), lowest[:, 1:] < lowest[:, :-1]], axis=1)
    return np.maximum.accumulate(np.where(new, np.arange(flux.shape[1]), 0), axis=1)


def _placed(speed: Values, flux: Values, ivar: Values, top: Pixels, width: Values, element: float) -> Peak:
    """Place peaks by a parabola through the pixels within `width` [km/s] of each."""
    x = (speed - speed[top][:, None]) / width[:, None]
    weight = np.where(np.abs(x) <= 1, ivar, 0)
    terms = np.stack([np.ones_like(x), x, x**2], axis=2)
    normal = np.einsum("np,npi,npj->nij", weight, terms, terms)
    normal += 1e-12 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(3)
    covariance = np.linalg.inv(normal)
    a, b, c = np.einsum("nij,np,npj->in", covariance, weight * flux, terms)
    with np.errstate(divide="ignore", invalid="ignore"):
        x0 = np.clip(np.where(c < 0, -b / (2 * c), 0), -1, 1)
        slope = np.stack([np.zeros_like(c), -1 / (2 * c), b / (2 * c**2)], axis=1)
    level = np.stack([np.ones_like(x0), x0, x0**2], axis=1)
    height = a + b * x0 + c * x0**2
    place_error = np.sqrt(np.einsum("ni,nij,nj->n", slope, covariance, slope)) * width
    height_error = np.sqrt(np.einsum("ni,nij,nj->n", level, covariance, level))
    return Peak(
        speed[top] + x0 * width,
        np.hypot(place_error, SKEW * element),
        height,
        np.hypot(height_error, BLUNT * height),
    )


def _at(values: Values, place: Pixels) -> Values:
    return np.take_along_axis(values, place[:, None], axis=1)[:, 0]
