"""Where the neurons stand before training: on the plane of the largest principal components."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.models.map.topology import Topology

SAMPLE = 1024
"""Spectra from which the components are computed."""

_SPAN = 2.0  # standard deviations that the map spans on either side of the mean


def first_weights(flux: Any, topology: Topology, seed: int) -> NDArray[np.float32]:
    """Return reference vectors spread over the principal components of a random sample.

    Linear initialisation, Kohonen 2001, *Self-Organizing Maps*, section 3.7. The longer side of the map takes
    the larger component. A torus is laid over four components, so that it starts without a seam.

    Parameters
    ----------
    flux : array_like of float, shape (spectra, pixels)
        All spectra; only the sample is read.
    topology : Topology
        The map.
    seed : int
        Of the sample.

    Returns
    -------
    ndarray of float32, shape (neurons, pixels)
        The vectors.

    Raises
    ------
    RefusedError
        If a flux of the sample is not finite.
    """
    count = len(flux)
    chosen = np.random.default_rng(seed).choice(count, min(count, SAMPLE), replace=False)
    chosen.sort()
    sample = np.asarray(flux[chosen], dtype=np.float64)
    refuse_not_finite(sample, chosen)
    mean = sample.mean(axis=0)
    directions = topology.directions
    if topology.rows > topology.columns:
        directions = np.roll(directions, directions.shape[1] // 2, axis=1)
    spread = _principal(sample - mean, directions.shape[1])
    return (mean + _SPAN * directions @ spread).astype(np.float32)


def refuse_not_finite(spectra: NDArray[np.floating], rows: NDArray[np.integer]) -> None:
    """Raise RefusedError where a flux is NaN or infinite, and name its row."""
    bad = np.flatnonzero(~np.isfinite(spectra).all(axis=1))
    if len(bad):
        raise RefusedError(
            "the flux is not finite", where=f"spectrum {rows[bad[0]]}", remedy="prepare it again"
        )


def _principal(centred: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return principal components times their standard deviations, largest first; (count, pixels)."""
    values, vectors = np.linalg.eigh(centred @ centred.T)
    largest = np.zeros((count, centred.shape[1]))
    for place, index in enumerate(np.argsort(values)[::-1][:count]):
        component = centred.T @ vectors[:, index] / np.sqrt(len(centred))
        largest[place] = component * np.sign(component[np.argmax(np.abs(component))])
    return largest
