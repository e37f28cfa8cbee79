"""A trail fitted to pixels: middle, length, angle and flux with their errors, and how well it fits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.model import Profile, Trail, unit_trail

Array = NDArray[np.float64]

_REACH = 2.0
"""Pixels this many widths off the trail belong to the fit."""

_STEPS = 12
_LONGEST = 400.0  # pixels: a line is followed no further
_MIDDLE, _SHAPE = (0, 1), (2, 3)


@dataclass(frozen=True)
class Fit:
    """A trail with its errors.

    Parameters
    ----------
    trail : Trail
        The best trail.
    along, across, length, angle, flux : float
        Standard errors of the middle along and across the trail [pixel], of the length [pixel], the angle
        [rad] and the flux.
    chi2 : float
        Squared residual over its variance, a degree of freedom.
    share : float
        How much of the trail's flux lies on pixels that could be used.
    """

    trail: Trail
    along: float
    across: float
    length: float
    angle: float
    flux: float
    chi2: float
    share: float

    @property
    def snr(self) -> float:
        """The flux over its error."""
        return self.trail.flux / self.flux


@dataclass(frozen=True)
class _Pixels:
    x: Array
    y: Array
    value: Array
    variance: Array


def fit_trail(
    image: NDArray[np.float32],
    sigma: NDArray[np.float32],
    start: Trail,
    profile: Profile,
    *,
    gain: float = np.inf,
    free: bool = True,
) -> Fit | None:
    """Fit a trail and a level beneath it to an image whose stars are gone.

    Parameters
    ----------
    image : ndarray of float32, shape (ny, nx)
        What remains when background and stars are subtracted.
    sigma : ndarray of float32, shape (ny, nx)
        Noise of each pixel without the trail; infinite where a pixel is not to be used.
    start : Trail
        Where to begin.
    profile : Profile
        The image of a star in this frame.
    gain : float, optional
        Electrons a unit of `image`, from which the trail's own noise follows.
    free : bool, optional
        Whether length and angle are fitted, or stay as given.

    Returns
    -------
    Fit or None
        None where too few pixels can be used, or where the fit ran away.
    """
    trail = start
    columns = (*_MIDDLE, *_SHAPE) if free else _MIDDLE
    for _ in range(_STEPS):
        pixels = _around(image, sigma, trail, profile)
        if pixels.x.size < 4 * (len(columns) + 2):
            return None
        before = trail
        trail, covariance, chi2, share = _step(trail, pixels, profile, columns, gain)
        if _settled(before, trail):
            break
        moved = np.hypot(trail.x - start.x, trail.y - start.y)
        if not np.isfinite(moved) or moved > max(start.length, 3 * profile.fwhm):
            return None
    errors = dict(zip(columns, np.sqrt(np.diag(covariance))[2:], strict=True))
    return Fit(
        trail,
        along=errors[0],
        across=errors[1],
        length=errors.get(2, 0.0),
        angle=errors.get(3, 0.0),
        flux=float(np.sqrt(covariance[0, 0])),
        chi2=chi2,
        share=share,
    )


def _settled(before: Trail, after: Trail) -> bool:
    """Tell whether a step hardly moved the trail: steps shrink so fast that the next would not at all."""
    moved = abs(after.x - before.x) + abs(after.y - before.y) + abs(after.length - before.length)
    return moved < 0.05 and abs(after.flux - before.flux) < 3e-3 * abs(after.flux)


def _around(
    image: NDArray[np.float32], sigma: NDArray[np.float32], trail: Trail, profile: Profile
) -> _Pixels:
    """Return the usable pixels near the trail."""
    reach = _REACH * profile.fwhm
    c, s = np.cos(trail.angle), np.sin(trail.angle)
    half_x, half_y = abs(c) * trail.length / 2 + reach, abs(s) * trail.length / 2 + reach
    ny, nx = image.shape
    # A fit may run off the image: then there are no pixels.
    (x0, x1), (y0, y1) = (
        np.clip([int(middle - half), int(middle + half) + 2], 0, size)
        for middle, half, size in ((trail.x, half_x, nx), (trail.y, half_y, ny))
    )
    y, x = np.mgrid[y0:y1, x0:x1].astype(float)
    along, across = (x - trail.x) * c + (y - trail.y) * s, (y - trail.y) * c - (x - trail.x) * s
    noise = sigma[y0:y1, x0:x1]
    near = (np.abs(across) < reach) & (np.abs(along) < trail.length / 2 + reach) & np.isfinite(noise)
    return _Pixels(x[near], y[near], image[y0:y1, x0:x1][near].astype(float), noise[near].astype(float) ** 2)


def _step(
    trail: Trail, pixels: _Pixels, profile: Profile, columns: tuple[int, ...], gain: float
) -> tuple[Trail, Array, float, float]:
    """Return the trail after one step of Gauss and Newton, the covariance, chi^2 and the share of flux."""
    unit, slopes = unit_trail(trail, profile, pixels.x, pixels.y)
    variance = pixels.variance + np.maximum(trail.flux, 0) * unit / gain
    design = np.column_stack([unit, np.ones_like(unit), *(trail.flux * slopes[list(columns)])])
    weighted = design / variance[:, None]
    normal = design.T @ weighted
    residual = pixels.value - trail.flux * unit
    change = np.linalg.lstsq(normal, weighted.T @ residual, rcond=None)[0]
    left = residual - design @ change
    chi2 = float(np.mean(left**2 / variance))
    return _moved(trail, change, columns, profile), _inverse(normal), chi2, float(unit.sum())


def _inverse(normal: Array) -> Array:
    """Return the covariance; what the pixels do not tell gets a large error, not none."""
    size = np.sqrt(np.maximum(np.diag(normal), 1e-30))
    scaled = normal / np.outer(size, size) + 1e-9 * np.eye(len(size))
    return np.linalg.inv(scaled) / np.outer(size, size)


def _moved(trail: Trail, change: Array, columns: tuple[int, ...], profile: Profile) -> Trail:
    """Return the trail after `change`, no further than the linear model can be trusted."""
    by = dict(zip(columns, change[2:], strict=True))
    along, across = (float(np.clip(by[i], -profile.fwhm, profile.fwhm)) for i in _MIDDLE)
    c, s = np.cos(trail.angle), np.sin(trail.angle)
    lever = profile.fwhm / max(trail.length, profile.fwhm)
    turned = replace(trail, x=trail.x + along * c - across * s, y=trail.y + along * s + across * c)
    if len(columns) == len(_MIDDLE):
        return replace(turned, flux=trail.flux + change[0])
    return replace(
        turned,
        flux=trail.flux + change[0],
        length=float(np.clip(trail.length + np.clip(by[2], -8, max(8, trail.length / 3)), 1.0, _LONGEST)),
        angle=trail.angle + float(np.clip(by[3], -lever, lever)),
    )
