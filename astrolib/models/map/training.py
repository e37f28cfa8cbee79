"""The batch self-organising map: all spectra in large matrix products, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from astrolib.core.errors import ParameterError, RefusedError
from astrolib.core.progress import Progress, silent
from astrolib.models.map.start import first_weights, principal_components, refuse_not_finite
from astrolib.models.map.topology import Topology

AXES = 64
"""Principal components on which early passes see spectra of many pixels: what they miss is mostly noise."""

BRIEF_FROM = 4 * AXES
"""Pixels from which that is worth while."""

WHOLE_PASSES = 3
"""Last passes, which see every pixel whatever their number."""

_CHUNK_BYTES = 32e6  # of spectra and their products with all neurons, at a time
# Of the neighbourhood, over the longer side of the map: a plane starts in order, a torus has to unfold.
_FIRST_WIDTH = {"planar": 1 / 10, "toroidal": 1 / 6}
_LAST_WIDTH = 0.3  # neurons: each then stands almost in the middle of its own spectra


def train(
    flux: Any, topology: Topology, *, epochs: int = 10, seed: int = 0, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the reference vectors of a self-organising map.

    Batch map (Kohonen 2001, *Self-Organizing Maps*, section 3.6): in each pass every spectrum goes to the
    nearest neuron, and then every neuron to the mean of all spectra, weighted by a Gaussian of the distance
    on the map. The width of the Gaussian falls exponentially with the passes. The same seed and data give
    the same map.

    Spectra of many pixels are seen on their first principal components while the map is still coarse, and
    with every pixel in the last passes; this takes 256 bytes a spectrum.

    Parameters
    ----------
    flux : array_like of float, shape (spectra, pixels)
        Read in chunks, so that a file-mapped matrix of any length will do.
    topology : Topology
        The map.
    epochs : int
        Passes over the spectra.
    seed : int
        Of the sample from which the map starts.
    progress : Progress, optional
        Told how many spectra were taken in, over all passes.

    Returns
    -------
    ndarray of float32, shape (neurons, pixels)
        The reference vectors.

    Raises
    ------
    ParameterError
        If there is no pass, or there are no spectra.
    RefusedError
        If a flux is not finite.
    """
    if epochs < 1 or len(flux) == 0:
        raise ParameterError(
            f"{epochs} passes over {len(flux)} spectra make no map", remedy="give at least one of each"
        )
    schedule = widths(topology, epochs)
    report = _counting(progress or silent, epochs * len(flux))
    components = principal_components(flux, seed, AXES)
    weights = first_weights(components, topology)
    rough = schedule[:-WHOLE_PASSES] if flux.shape[1] >= BRIEF_FROM else schedule[:0]
    if len(rough):
        brief = np.empty((len(flux), len(components.axes)), np.float32)
        for part, spectra in chunks(flux, topology.neurons):
            brief[part] = components.brief(spectra)
        weights = components.whole(_passes(brief, components.brief(weights), topology, rough, report))
    return _passes(flux, weights, topology, schedule[len(rough) :], report)


def _passes(
    flux: Any,
    weights: NDArray[np.float32],
    topology: Topology,
    schedule: NDArray[np.float64],
    report: Callable[[int], None],
) -> NDArray[np.float32]:
    """Return the reference vectors after one pass for each width."""
    for width in schedule:
        sums, counts = _taken_in(flux, weights, report)
        influence = np.exp(topology.squared_distances / (-2 * width**2))
        weights = _means(influence, sums, counts, weights)
        _check_finite(weights, flux)
    return weights


def _counting(progress: Progress, total: int) -> Callable[[int], None]:
    """Return a function that takes the number of spectra just done, and reports their sum."""
    done = 0

    def report(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    return report


def widths(topology: Topology, epochs: int) -> NDArray[np.float64]:
    """Return the width of the neighbourhood in each pass, in steps of the map."""
    first = max(_FIRST_WIDTH[topology.edges] * max(topology.rows, topology.columns), 2 * _LAST_WIDTH)
    return np.geomspace(first, _LAST_WIDTH, epochs)


def chunks(flux: Any, neurons: int) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Give the spectra in portions that stay small beside their products with all neurons."""
    count, pixels = flux.shape
    size = max(256, int(_CHUNK_BYTES / (4 * (pixels + neurons))))
    for start in range(0, count, size):
        part = slice(start, min(start + size, count))
        yield part, np.asarray(flux[part], dtype=np.float32)


class Nearness:
    """Finds the nearest of some reference vectors by one matrix product.

    ``|x - w|^2`` is smallest where ``x w - |w|^2 / 2`` is largest. Both are taken about the mean vector:
    this changes no order, and keeps float32 exact enough where spectra differ little from each other.
    """

    def __init__(self, weights: NDArray[np.float32]) -> None:
        mean = weights.mean(axis=0, dtype=np.float64)
        about = weights - mean
        self._across = np.ascontiguousarray(about.T, dtype=np.float32)
        self._offset = ((about**2).sum(axis=1) / 2 + about @ mean).astype(np.float32)

    def __call__(self, flux: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how near each spectrum is to each neuron, larger is nearer; (spectra, neurons)."""
        near = flux @ self._across
        near -= self._offset
        return near


def _taken_in(
    flux: Any, weights: NDArray[np.float32], report: Callable[[int], None]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each neuron the sum of the spectra nearest to it, and their number."""
    neurons = len(weights)
    nearness = Nearness(weights)
    sums, counts = np.zeros(weights.shape), np.zeros(neurons)
    for _, spectra in chunks(flux, neurons):
        nearest = nearness(spectra).argmax(axis=1)
        members = csr_array(
            (np.ones(len(spectra), np.float32), (nearest, np.arange(len(spectra)))),
            shape=(neurons, len(spectra)),
        )
        sums += members @ spectra
        counts += np.bincount(nearest, minlength=neurons)
        report(len(spectra))
    return sums, counts


def _means(
    influence: NDArray[np.float64],
    sums: NDArray[np.float64],
    counts: NDArray[np.float64],
    before: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the weighted means; a neuron that no spectrum reaches stays where it was."""
    reached = influence @ counts
    alone = reached < np.finfo(np.float32).tiny
    means = (influence @ sums) / np.where(alone, 1, reached)[:, np.newaxis]
    return np.where(alone[:, np.newaxis], before, means).astype(np.float32)


def _check_finite(weights: NDArray[np.float32], flux: Any) -> None:
    """Refuse spectra with NaN or infinite flux: they reach every neuron, so that looking there is enough."""
    if np.isfinite(weights).all():
        return
    for part, spectra in chunks(flux, len(weights)):
        refuse_not_finite(spectra, np.arange(part.start, part.stop))
    raise RefusedError("the flux is too large for single precision", remedy="scale it")
