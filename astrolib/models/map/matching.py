"""Which neuron each spectrum belongs to, and how good a map is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.models.map.topology import Topology
from astrolib.models.map.training import Nearness, chunks


@dataclass(frozen=True, eq=False)
class Matches:
    """The nearest neurons of each spectrum.

    Parameters
    ----------
    neuron, second : ndarray of int32, shape (spectra,)
        The nearest neuron, and the next.
    distance : ndarray of float32, shape (spectra,)
        Euclidean, to the reference vector of `neuron`, in the unit of the flux.
    """

    neuron: NDArray[np.int32]
    second: NDArray[np.int32]
    distance: NDArray[np.float32]


def match(flux: Any, weights: NDArray[np.float32], *, progress: Progress | None = None) -> Matches:
    """Return the nearest neurons of each spectrum.

    Parameters
    ----------
    flux : array_like of float, shape (spectra, pixels)
        Read in chunks.
    weights : ndarray of float32, shape (neurons, pixels)
        Reference vectors.
    progress : Progress, optional
        Told how many spectra are done.
    """
    progress = progress or silent
    nearest, second = (np.empty(len(flux), np.int32) for _ in range(2))
    distance = np.empty(len(flux), np.float32)
    nearness = Nearness(weights)
    for part, spectra in chunks(flux, len(weights)):
        near = nearness(spectra)
        nearest[part] = first = near.argmax(axis=1)
        near[np.arange(len(near)), first] = -np.inf
        second[part] = near.argmax(axis=1)
        distance[part] = np.linalg.norm(spectra - weights[first], axis=1)
        progress(part.stop, len(flux))
    return Matches(nearest, second, distance)


def quantisation_error(matches: Matches) -> float:
    """Return the mean distance of a spectrum to its reference vector."""
    return float(matches.distance.mean(dtype=np.float64))


def topographic_error(matches: Matches, topology: Topology) -> float:
    """Return the share of spectra whose two nearest neurons are not neighbours.

    Kiviluoto 1996, *IEEE International Conference on Neural Networks*, 294. The diagonal neighbours of the
    rectangular grid count as neighbours.
    """
    return float(np.mean(~topology.neighbours[matches.neuron, matches.second]))
