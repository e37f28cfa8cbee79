"""Principal components of a sample: where the neurons start, and the axes on which early passes look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.models.map.topology import Topology

SAMPLE = 512
"""Spectra from which the components are computed."""

_SPAN = 2.0  # standard deviations that the map spans on either side of the mean
_NOTHING = 1e-9  # of the largest standard deviation: a component this small is rounding


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components, largest first.

    Parameters
    ----------
    mean : ndarray of float64, shape (pixels,)
        Of the sample.
    axes : ndarray of float64, shape (components, pixels)
        Orthonormal.
    deviation : ndarray of float64, shape (components,)
        Standard deviation along each.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    deviation: NDArray[np.float64]

    def brief(self, spectra: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return spectra as coordinates on the axes; (spectra, components)."""
        return (spectra @ self.axes.T.astype(spectra.dtype) - self.mean @ self.axes.T).astype(np.float32)

    def whole(self, brief: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the spectra that such coordinates stand for; (spectra, pixels)."""
        return (self.mean + brief @ self.axes).astype(np.float32)


def principal_components(flux: Any, seed: int, most: int) -> Components:
    """Return the principal components of a random sample of the spectra, at most so many.

    Parameters
    ----------
    flux : array_like of float, shape (spectra, pixels)
        All spectra; only the sample is read.
    seed : int
        Of the sample.
    most : int
        Components.

    Raises
    ------
    RefusedError
        If a flux of the sample is not finite.
    """
    chosen = np.random.default_rng(seed).choice(len(flux), min(len(flux), SAMPLE), replace=False)
    chosen.sort()
    sample = np.asarray(flux[chosen], dtype=np.float64)
    refuse_not_finite(sample, chosen)
    mean = sample.mean(axis=0)
    values, vectors = np.linalg.eigh((sample - mean) @ (sample - mean).T)
    length = np.sqrt(np.maximum(values[::-1], 0))[:most]
    length = length[length > _NOTHING * max(length[0], np.finfo(np.float32).tiny)]
    axes = ((sample - mean).T @ vectors[:, ::-1][:, : len(length)] / length).T
    peak = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, np.newaxis], axis=1)
    return Components(mean, axes * np.sign(peak), length / np.sqrt(len(sample)))


def first_weights(components: Components, topology: Topology) -> NDArray[np.float32]:
    """Return reference vectors spread over the largest principal components; (neurons, pixels).

    Linear initialisation, Kohonen 2001, *Self-Organizing Maps*, section 3.7. The longer side of the map takes
    the larger component. A torus is laid over four components, so that it starts without a seam.
    """
    directions = topology.directions
    if topology.rows > topology.columns:
        directions = np.roll(directions, directions.shape[1] // 2, axis=1)
    used = min(directions.shape[1], len(components.axes))
    brief = np.zeros((topology.neurons, len(components.axes)))
    brief[:, :used] = _SPAN * directions[:, :used] * components.deviation[:used]
    return components.whole(brief)


def refuse_not_finite(spectra: NDArray[np.floating], rows: NDArray[np.integer]) -> None:
    """Raise RefusedError where a flux is NaN or infinite, and name its row."""
    bad = np.flatnonzero(~np.isfinite(spectra).all(axis=1))
    if len(bad):
        raise RefusedError(
            "the flux is not finite", where=f"spectrum {rows[bad[0]]}", remedy="prepare it again"
        )
