"""The image of a point: an elliptical Moffat profile, and sources drawn with it (Moffat 1969, A&A 3, 455)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Values = NDArray[np.float64]

_RADII = (5, 7, 10, 14, 20, 28, 40, 56, 80, 112, 160, 224)  # of stamps [pixel]
_AT_ONCE = 1_000_000  # pixels of the stamps that are made at a time


@dataclass(frozen=True)
class Psf:
    """A point-spread function.

    Parameters
    ----------
    fwhm : float
        Full width at half maximum, the geometric mean of both axes [pixel].
    ellipticity : float
        1 - b/a.
    theta : float
        Of the long axis, from +x towards +y [rad].
    beta : float
        Exponent of the wings; 2.5 to 4 on the ground, and large for a Gaussian.
    """

    fwhm: float
    ellipticity: float
    theta: float
    beta: float

    @property
    def alpha(self) -> float:
        """The radius in units of which the profile is written [pixel]."""
        return self.fwhm / (2 * np.sqrt(2 ** (1 / self.beta) - 1))

    @property
    def shape(self) -> tuple[float, float, float]:
        """The ellipse of radius alpha, as a matrix: xx, yy and xy [pixel^2]."""
        return ellipse(self.alpha, self.ellipticity, self.theta)


def ellipse(radius: float, ellipticity: float, theta: float) -> tuple[float, float, float]:
    """Return the matrix xx, yy, xy of an ellipse of axes a and b with ``radius ** 2 = a b``."""
    ratio = 1 - ellipticity
    long, short = radius**2 / ratio, radius**2 * ratio
    cosine, sine = np.cos(theta), np.sin(theta)
    return (
        long * cosine**2 + short * sine**2,
        long * sine**2 + short * cosine**2,
        (long - short) * sine * cosine,
    )


def draw(
    image: Image,
    place: tuple[Values, Values],
    flux: Values,
    psf: Psf,
    *,
    faintest: float,
    blur: Values | None = None,
) -> None:
    """Add sources to an image.

    Parameters
    ----------
    image : ndarray of float32, shape (ny, nx)
        Changed in place.
    place : tuple of ndarray
        x and y, 0 at the centre of the first pixel; those outside the image light its edge.
    flux : ndarray
        Of the whole profile, in the image's unit.
    psf : Psf
        The point-spread function.
    faintest : float
        The surface brightness at which a stamp ends, in the image's unit a pixel.
    blur : ndarray, shape (sources, 3), optional
        Matrices xx, yy, xy of extended sources [pixel^2], added to that of the point-spread function.
    """
    matrix = np.broadcast_to(psf.shape, (len(flux), 3)) + (0.0 if blur is None else blur)
    radius = _RADII[-1]
    padded = np.pad(image, radius)
    group = np.searchsorted(_RADII[:-1], _reach(flux, matrix, psf.beta, faintest))
    x, y = place[0] + radius, place[1] + radius
    inside = (x > -radius) & (y > -radius) & (x < padded.shape[1] + radius) & (y < padded.shape[0] + radius)
    for number, half in enumerate(_RADII):
        rows = np.flatnonzero((group == number) & inside)
        step = max(1, _AT_ONCE // (2 * half + 1) ** 2)
        for first in range(0, len(rows), step):
            part = rows[first : first + step]
            _add_stamps(padded, x[part], y[part], flux[part], matrix[part], psf.beta, half)
    image[:] = padded[radius:-radius, radius:-radius]


def _reach(flux: Values, matrix: Values, beta: float, faintest: float) -> Values:
    """Return the radius at which the profile falls below a brightness [pixel]."""
    peak = flux * (beta - 1) / (np.pi * np.sqrt(_determinant(matrix)))
    ratio = np.maximum(peak / faintest, 1.0)
    return np.sqrt(np.maximum(matrix[:, 0], matrix[:, 1]) * (ratio ** (1 / beta) - 1))


def _determinant(matrix: Values) -> Values:
    return matrix[:, 0] * matrix[:, 1] - matrix[:, 2] ** 2


def _add_stamps(
    image: Image, x: Values, y: Values, flux: Values, matrix: Values, beta: float, half: int
) -> None:
    corner_x, corner_y = np.rint(x).astype(int) - half, np.rint(y).astype(int) - half
    grid = np.arange(2 * half + 1, dtype=np.float32)
    along = grid - (x - corner_x)[:, None].astype(np.float32)
    up = grid - (y - corner_y)[:, None].astype(np.float32)
    determinant = _determinant(matrix)
    xx, yy, xy = ((matrix[:, column] / determinant).astype(np.float32)[:, None] for column in (1, 0, 2))
    radius2 = (xx * along**2)[:, None, :] + (yy * up**2)[:, :, None]
    radius2 -= 2 * (xy * along)[:, None, :] * up[:, :, None]
    radius2 += 1
    stamps = np.power(radius2, np.float32(-beta), out=radius2)
    peak = flux * (beta - 1) / (np.pi * np.sqrt(determinant))
    stamps *= peak.astype(np.float32)[:, None, None]
    for stamp, column, row in zip(stamps, corner_x, corner_y, strict=True):
        _add(image, stamp, column, row)


def _add(image: Image, stamp: Image, column: int, row: int) -> None:
    """Add a stamp whose first pixel is at (column, row), as far as it is on the image."""
    left, low = max(column, 0), max(row, 0)
    part = image[low : max(row + len(stamp), 0), left : max(column + len(stamp), 0)]
    part += stamp[low - row : low - row + part.shape[0], left - column : left - column + part.shape[1]]
