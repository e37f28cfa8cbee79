"""Centre, size and shape of sources by moments under a Gaussian that adapts to each.

Bernstein and Jarvis 2002, AJ 123, 583, section 3: the weight has the centre and the shape of the source
itself, which is optimal for a Gaussian one and does not diverge in the wings of others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 12
_AT_ONCE = 2_000  # sources: their stamps stay in the cache
_LEAST = 0.25  # of an eigenvalue: half a pixel, squared

_USUAL = 2.14  # full width at half maximum over `Shapes.sigma`, of stars as they are on the ground
_BINS = (20, 5), (10, 10)
"""Of a profile, and the pixels that each of them needs; the coarser ones for few stars."""

_CORE = 0.8

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shapes:
    """Where sources are and how they look, each array of shape (sources,).

    Parameters
    ----------
    x, y : ndarray
        Centre; 0 is the centre of the first pixel.
    xx, yy, xy : ndarray
        Covariance of the Gaussian that fits [pixel^2].
    good : ndarray of bool
        Whether the moments came to rest inside the stamp.
    """

    x: Values
    y: Values
    xx: Values
    yy: Values
    xy: Values
    good: NDArray[np.bool_]

    @property
    def sigma(self) -> Values:
        """Geometric mean of both axes, as a standard deviation [pixel]."""
        return np.maximum(self.xx * self.yy - self.xy**2, 0) ** 0.25

    @property
    def axes(self) -> tuple[Values, Values]:
        """Standard deviation along the long and the short axis [pixel]."""
        mean, half = (self.xx + self.yy) / 2, np.hypot((self.xx - self.yy) / 2, self.xy)
        return np.sqrt(mean + half), np.sqrt(np.maximum(mean - half, 0))

    @property
    def ellipticity(self) -> Values:
        """1 - b/a."""
        long, short = self.axes
        return 1 - short / long

    @property
    def theta(self) -> Values:
        """Of the long axis, from +x towards +y [rad]."""
        return 0.5 * np.arctan2(2 * self.xy, self.xx - self.yy)


def shapes(data: NDArray[np.float32], x: Values, y: Values, fwhm: float) -> Shapes:
    """Measure sources.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        Without the sky; masked pixels 0.
    x, y : ndarray, shape (sources,)
        About where they are [pixel].
    fwhm : float
        About how wide a star is [pixel]; the stamps reach 2.5 times as far.
    """
    half = max(4, round(2.5 * fwhm))
    padded = np.pad(data, half + 1)
    parts = [
        _measured(padded, x[first : first + _AT_ONCE], y[first : first + _AT_ONCE], half, fwhm)
        for first in range(0, len(x), _AT_ONCE)
    ]
    if not parts:
        none = np.empty(0)
        return Shapes(none, none, none, none, none, np.empty(0, dtype=bool))
    cx, cy, xx, yy, xy, good = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Shapes(cx, cy, xx, yy, xy, good)


def _measured(
    padded: NDArray[np.float32], x: Values, y: Values, half: int, fwhm: float
) -> tuple[Values, Values, Values, Values, Values, NDArray[np.bool_]]:
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    limit = np.array(padded.shape) - 2 * half - 3
    column, row = np.clip(column, 0, limit[1]), np.clip(row, 0, limit[0])
    grid = np.arange(-half, half + 1)
    stamps = padded[
        (row + half + 1)[:, None, None] + grid[:, None], (column + half + 1)[:, None, None] + grid
    ]
    dx, dy = x - column, y - row
    xx = np.full(len(x), (fwhm / 2.355) ** 2)
    yy, xy = xx.copy(), np.zeros(len(x))
    flux = np.ones(len(x))
    for _ in range(_ROUNDS):
        dx, dy, xx, yy, xy, flux = _round(stamps, grid.astype(np.float32), dx, dy, xx, yy, xy)
    far = np.hypot(column + dx - x, row + dy - y) > max(2.0, fwhm / 2)
    good = ~far & (flux > 0) & (np.maximum(xx, yy) < (half / 1.5) ** 2)
    return np.where(far, x, column + dx), np.where(far, y, row + dy), xx, yy, xy, good


def _round(
    stamps: NDArray[np.float32],
    grid: NDArray[np.float32],
    dx: Values,
    dy: Values,
    xx: Values,
    yy: Values,
    xy: Values,
) -> tuple[Values, Values, Values, Values, Values, Values]:
    """Return centre, covariance and flux under the weight that the last round gave."""
    u = grid - dx[:, None].astype(np.float32)
    v = grid - dy[:, None].astype(np.float32)
    determinant = xx * yy - xy**2
    a, b, c = ((each / determinant).astype(np.float32) for each in (yy, xx, xy))
    exponent = (a[:, None] * u**2)[:, None, :] + (b[:, None] * v**2)[:, :, None]
    exponent -= 2 * (c[:, None] * v)[:, :, None] * u[:, None, :]
    exponent *= np.float32(-0.5)
    weighted = np.exp(exponent, out=exponent)
    weighted *= stamps
    by_x, by_y = weighted.sum(axis=1), weighted.sum(axis=2)
    flux = by_x.sum(axis=1, dtype=np.float64)
    safe = np.where(flux > 0, flux, np.inf)
    mx, my = (by_x * u).sum(axis=1) / safe, (by_y * v).sum(axis=1) / safe
    qx, qy = (by_x * u**2).sum(axis=1) / safe - mx**2, (by_y * v**2).sum(axis=1) / safe - my**2
    qxy = np.einsum("nij,ni,nj->n", weighted, v, u, optimize=True) / safe - mx * my
    xx, yy = np.maximum(2 * qx, _LEAST), np.maximum(2 * qy, _LEAST)
    most = 0.95 * np.sqrt(xx * yy)
    return dx + 2 * mx, dy + 2 * my, xx, yy, np.clip(2 * qxy, -most, most), flux


def profile_width(data: NDArray[np.float32], found: Shapes) -> float:
    """Return full width at half maximum over `Shapes.sigma`, from the mean profile of bright stars.

    2.355 for a Gaussian; the core of a profile with wings is narrower than the Gaussian that fits it best.
    """
    radius, light = _profiles(data, found)
    for bins, least in _BINS:
        edges = np.linspace(0, 3, bins + 1)  # standard deviations
        number = np.digitize(radius, edges) - 1
        counts = np.bincount(number, minlength=bins + 1)[:bins]
        if counts.min() >= least:
            profile = np.array([np.median(light[number == each]) for each in range(bins)])
            return _width((edges[1:] + edges[:-1]) / 2, profile, counts)
    return _USUAL


def _width(centres: Values, profile: Values, counts: NDArray[np.intp]) -> float:
    """Return the full width at half maximum of a profile, in the unit of its radii."""
    core = centres < _CORE
    top = np.polynomial.Polynomial.fit(centres[core] ** 2, profile[core], 2, w=np.sqrt(counts[core]))
    below = int(np.argmax(profile < top(0.0) / 2))
    if not below:
        return _USUAL
    share = (profile[below - 1] - top(0.0) / 2) / (profile[below - 1] - profile[below])
    return float(2 * (centres[below - 1] + share * (centres[1] - centres[0])))


def _profiles(data: NDArray[np.float32], found: Shapes) -> tuple[Values, Values]:
    """Return distance from the centre in units of sigma, and light over that of the star, of all pixels."""
    half = max(4, round(3 * float(np.median(found.sigma)))) if len(found.x) else 4
    grid = np.arange(-half, half + 1)
    column, row = np.rint(found.x).astype(int), np.rint(found.y).astype(int)
    inside = (column >= half) & (row >= half)
    inside &= (column < data.shape[1] - half) & (row < data.shape[0] - half)
    column, row = column[inside], row[inside]
    stamps = data[row[:, None, None] + grid[:, None], column[:, None, None] + grid].astype(np.float64)
    u = (grid + (column - found.x[inside])[:, None])[:, None, :]
    v = (grid + (row - found.y[inside])[:, None])[:, :, None]
    xx, yy, xy = (each[inside][:, None, None] for each in (found.xx, found.yy, found.xy))
    radius2 = (yy * u**2 - 2 * xy * u * v + xx * v**2) / (xx * yy - xy**2)
    flux = (stamps * np.exp(-radius2 / 2)).sum(axis=(1, 2)) / found.sigma[inside] ** 2
    return np.sqrt(radius2).ravel(), (stamps / flux[:, None, None]).ravel()
