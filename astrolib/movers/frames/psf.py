"""The point-spread function of a frame, from its stars: an elliptical Moffat profile (1969, A&A 3, 455)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from astrolib.movers.frames.pixels import Pixels, core_widths, standing_out

Mask = NDArray[np.bool_]
Values = NDArray[np.float64]

_STARS, _FEWEST = 60, 3
_HALF = 9  # of the cutout of a star, at least [pixel]
_ALIKE = 0.25  # of the common width, by which a star's own may be off
_STEEPEST = 20.0  # beyond this exponent a Moffat profile is a Gaussian


@dataclass(frozen=True)
class Moffat:
    """A profile of unit flux.

    Parameters
    ----------
    fwhm : float
        Geometric mean of both axes [pixel].
    ellipticity : float
        1 - b/a.
    theta : float
        Of the long axis from +x towards +y [rad].
    beta : float
        Exponent.
    stars : int
        How many it was fitted to; 0 for a guess.
    """

    fwhm: float
    ellipticity: float = 0.0
    theta: float = 0.0
    beta: float = 3.5
    stars: int = 0

    def at(self, dx: Values, dy: Values) -> Values:
        """Return the profile at offsets from its centre [1/pixel^2]."""
        alpha = self.fwhm / (2 * np.sqrt(2 ** (1 / self.beta) - 1))
        stretch = np.sqrt(1 - self.ellipticity)
        along = (dx * np.cos(self.theta) + dy * np.sin(self.theta)) * stretch / alpha
        across = (dy * np.cos(self.theta) - dx * np.sin(self.theta)) / stretch / alpha
        peak = (self.beta - 1) / (np.pi * alpha**2)
        return peak * (1 + along**2 + across**2) ** -self.beta

    def stamp(self, half: int) -> Values:
        """Return the profile on (2 half + 1)^2 pixels, centred."""
        dy, dx = np.mgrid[-half : half + 1, -half : half + 1]
        return self.at(dx, dy)


def fit_psf(pixels: Pixels, still: Mask | None = None) -> Moffat:
    """Fit the profile to the bright, whole stars of a frame; a round one of the guessed width without any.

    Parameters
    ----------
    pixels : Pixels
        The frame.
    still : ndarray of bool, optional
        Which of its sources another frame has at the same place: if these are enough, they alone are stars.
    """
    guess = Moffat(max(pixels.fwhm, 1.2))
    half = max(_HALF, int(np.ceil(3.5 * guess.fwhm)))
    stars = _choose(pixels, half)
    if still is not None and still[stars].sum() >= _FEWEST:
        stars = stars[still[stars]]
    if len(stars) < _FEWEST:
        return guess
    cutouts, weights, centres = _cutouts(pixels, stars[:_STARS], half)
    return _fit(cutouts, weights, centres, guess, half)


def _choose(pixels: Pixels, half: int) -> NDArray[np.intp]:
    """Return stars: bright, whole, alone, of the common width; the brightest first."""
    found = pixels.sources
    ny, nx = pixels.data.shape
    width = core_widths(pixels.data, found)
    inside = (found["x"] > half + 1) & (found["x"] < nx - half - 2)
    inside &= (found["y"] > half + 1) & (found["y"] < ny - half - 2)
    alike = np.abs(width / pixels.fwhm - 1) < _ALIKE
    rows = np.flatnonzero(inside & alike & standing_out(found, pixels.rms))
    whole = [row for row in rows if not _near(pixels, found[row], _HALF).any()]
    order = np.argsort(-found["flux"][whole])
    return np.array(whole, np.intp)[order]


def _near(pixels: Pixels, source: NDArray[np.void], half: int) -> Mask:
    x, y = round(float(source["x"])), round(float(source["y"]))
    return pixels.bad[y - half : y + half + 1, x - half : x + half + 1]


def _cutouts(pixels: Pixels, stars: NDArray[np.intp], half: int) -> tuple[Values, Values, Values]:
    """Return pixels (stars, side, side), their weights, and centres within the cutouts."""
    chosen = pixels.sources[stars]
    corner = np.rint(np.stack((chosen["x"], chosen["y"]), axis=1)).astype(int) - half
    side = np.arange(2 * half + 1)
    rows, columns = corner[:, 1, None, None] + side[:, None], corner[:, 0, None, None] + side
    data = pixels.data[rows, columns].astype(np.float64)
    flux = chosen["flux"].astype(np.float64)[:, None, None]
    noise2 = pixels.rms**2 + np.maximum(data, 0) / pixels.gain + (0.02 * np.maximum(data, 0)) ** 2
    weights = np.where(pixels.bad[rows, columns], 0.0, flux / np.sqrt(noise2))
    return data / flux, weights, np.stack((chosen["x"], chosen["y"]), axis=1) - corner


def _fit(cutouts: Values, weights: Values, centres: Values, guess: Moffat, half: int) -> Moffat:
    """Fit shape alone: flux and pedestal of each star are solved for at each step (variable projection)."""
    grid = np.arange(2 * half + 1)

    def offsets(moved: Values) -> tuple[Values, Values]:
        place = centres + moved
        return grid - place[:, 0, None, None], grid[:, None] - place[:, 1, None, None]

    def residual(parameters: Values, moved: Values) -> Values:
        model = _of(parameters).at(*offsets(moved))
        flux, pedestal = _scale(cutouts, model, weights)
        return ((cutouts - flux * model - pedestal) * weights).ravel()

    start = np.array([np.log(guess.fwhm), 0.0, 0.0, 1 / 3.5])
    moved = np.zeros_like(centres)
    bounds = ([-1.0, -0.8, -0.8, 1 / _STEEPEST], [4.0, 0.8, 0.8, 0.6])
    for _ in range(2):
        fitted = least_squares(residual, start, args=(moved,), bounds=bounds, loss="soft_l1", max_nfev=15)
        start = fitted.x
        moved = moved + _recentre(cutouts, weights, _of(start), offsets(moved))
    best = _of(fitted.x)
    return Moffat(best.fwhm, best.ellipticity, best.theta, best.beta, len(cutouts))


def _of(parameters: Values) -> Moffat:
    """Return the profile of log FWHM, two components of the ellipticity, and 1 / beta."""
    log_fwhm, plus, cross, inverse = parameters
    ellipticity = min(float(np.hypot(plus, cross)), 0.9)
    return Moffat(
        float(np.exp(log_fwhm)), ellipticity, float(np.arctan2(cross, plus)) / 2, float(1 / inverse)
    )


def _scale(cutouts: Values, model: Values, weights: Values) -> tuple[Values, Values]:
    """Return the best flux and pedestal of each star, weighted."""
    square = weights**2
    sums = [np.sum(square * part, axis=(1, 2)) for part in (1, model, model**2, cutouts, cutouts * model)]
    one, first, second, data, product = sums
    determinant = np.maximum(one * second - first**2, 1e-30)
    flux = (one * product - first * data) / determinant
    pedestal = (second * data - first * product) / determinant
    return flux[:, None, None], pedestal[:, None, None]


def _recentre(cutouts: Values, weights: Values, profile: Moffat, offsets: tuple[Values, Values]) -> Values:
    """Return how far each centre must move, by one Gauss-Newton step [pixel]."""
    dx, dy = offsets
    step = 0.1
    model = profile.at(dx, dy)
    slope = np.stack(
        [(profile.at(dx - step, dy) - model) / step, (profile.at(dx, dy - step) - model) / step], axis=1
    )
    flux, pedestal = _scale(cutouts, model, weights)
    square = weights[:, None] ** 2
    left = (cutouts - flux * model - pedestal)[:, None]
    slope = slope * flux[:, None]
    right = np.sum(square * slope * left, axis=(2, 3))
    normal = np.einsum("siyx,sjyx->sij", slope * square, slope) + 1e-9 * np.eye(2)
    return np.clip(np.linalg.solve(normal, right[..., None])[..., 0], -0.5, 0.5)
