"""Profiles of one line on a velocity grid: broadened, shifted, and averaged over an instrument's pixels.

Velocities are c ln(wavelength / rest wavelength), in which a Doppler shift and the rotation of a star are
plain shifts and convolutions. Convolutions and shifts are products of Fourier transforms, so that no shift
is rounded to a grid point.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.spectra.velocity import SPEED_OF_LIGHT

Floats = NDArray[np.floating[Any]]
"""Of single or double precision, as the parameters they come from."""

Profiles = Floats
"""Shape (stars, velocities)."""

Transforms = NDArray[np.complexfloating[Any, Any]]
"""Fourier transforms of profiles, shape (stars, frequencies)."""

_FAST = 64  # Fourier transforms of multiples of this are quick


@dataclass(frozen=True)
class VelocityGrid:
    """Equidistant velocities about 0.

    Parameters
    ----------
    step : float
        [km/s].
    size : int
        Number of points, even.
    """

    step: float
    size: int

    @classmethod
    def reaching(cls, velocity: float, step: float) -> VelocityGrid:
        """Return the grid from -`velocity` to +`velocity` [km/s], wide enough for it."""
        return cls(step, _FAST * int(np.ceil(2 * velocity / step / _FAST)))

    @cached_property
    def velocity(self) -> NDArray[np.float64]:
        """The middles of the bins, shape (size,) [km/s]."""
        return (np.arange(self.size, dtype=np.float64) - self.size // 2) * self.step

    @cached_property
    def _frequency(self) -> NDArray[np.float64]:
        return np.asarray(2 * np.pi * np.fft.rfftfreq(self.size, self.step), dtype=np.float64)

    def transform(self, profiles: Profiles) -> Transforms:
        """Return the Fourier transforms of profiles."""
        return np.fft.rfft(profiles)

    def back(self, transforms: Transforms) -> Profiles:
        """Return the profiles of Fourier transforms."""
        return np.fft.irfft(transforms, self.size)

    def gaussian(self, sigma: Profiles | float) -> Profiles:
        """Return the transform of a convolution with a Gaussian of `sigma` [km/s]."""
        spread = np.atleast_1d(sigma)[:, None]
        return np.exp(-0.5 * (spread * self._frequency.astype(spread.dtype)) ** 2)

    def shift(self, velocity: Profiles) -> Transforms:
        """Return the transform of a shift by `velocity` [km/s]."""
        return np.exp(-1j * velocity[:, None] * self._frequency.astype(velocity.dtype))

    def kernel(self, kernels: Profiles) -> Transforms:
        """Return the transform of a convolution with kernels centred on velocity 0, of unit sum."""
        kernels = kernels / kernels.sum(axis=1, keepdims=True)
        return np.fft.rfft(np.fft.ifftshift(kernels, axes=1))


@dataclass(frozen=True)
class PixelWindow:
    """The pixels that a line at `vacuum` [angstrom] reaches, and where their edges lie on `grid`.

    Parameters
    ----------
    grid : VelocityGrid
        The grid of the profiles.
    vacuum : float
        The line's wavelength at rest in vacuum [angstrom].
    edges : ndarray, shape (pixels + 1,)
        The edges of all pixels of the instrument, in vacuum [angstrom].
    """

    grid: VelocityGrid
    vacuum: float
    edges: NDArray[np.float64]

    @cached_property
    def _position(self) -> NDArray[np.float64]:
        """Edges in units of the grid's bins, counted from the left edge of the first."""
        velocity = SPEED_OF_LIGHT * np.log(self.edges / self.vacuum)
        return velocity / self.grid.step + self.grid.size // 2 + 0.5

    @cached_property
    def columns(self) -> slice:
        """The pixels that lie in the grid as a whole."""
        inside = np.flatnonzero((self._position >= 0) & (self._position < self.grid.size))
        return slice(int(inside[0]), int(inside[-1])) if inside.size > 1 else slice(0, 0)

    @property
    def empty(self) -> bool:
        """Whether the instrument does not see the line."""
        return self.columns.start == self.columns.stop

    def average(self, profiles: Profiles) -> Profiles:
        """Return the means of profiles over `columns`, shape (stars, columns): nothing is lost between.

        Only where there are columns at all.
        """
        position = self._position[self.columns.start : self.columns.stop + 1]
        whole = position.astype(int)
        running = np.zeros((len(profiles), self.grid.size + 1))
        np.cumsum(profiles, axis=1, dtype=np.float64, out=running[:, 1:])
        at_edges = running[:, whole] + (position - whole) * profiles[:, whole]
        return np.diff(at_edges) / np.diff(position)
