"""What a map is coloured by: counts, the U-matrix, component planes and labels; one value a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.models.map.topology import Topology


def counts(neuron: NDArray[np.integer], topology: Topology) -> NDArray[np.int64]:
    """Return the number of spectra of each neuron; (neurons,)."""
    return np.bincount(neuron, minlength=topology.neurons)


def u_matrix(weights: NDArray[np.float32], topology: Topology) -> NDArray[np.float32]:
    """Return the mean distance of each reference vector to those of its neighbours; (neurons,).

    Ultsch and Siemon 1990, *Proceedings of INNC'90*, 305. High values are walls between groups of spectra.
    """
    one, other = np.nonzero(topology.neighbours)
    far = np.empty(len(one))
    for neuron in range(topology.neurons):
        pairs = slice(*np.searchsorted(one, (neuron, neuron + 1)))
        far[pairs] = np.linalg.norm(weights[other[pairs]] - weights[neuron], axis=1)
    total = np.bincount(one, far, minlength=topology.neurons)
    return (total / np.maximum(topology.neighbours.sum(axis=1), 1)).astype(np.float32)


def component_plane(
    weights: NDArray[np.float32], wavelength: NDArray[np.float64], at: float
) -> NDArray[np.float32]:
    """Return the flux of all reference vectors at the pixel nearest to `at` [angstrom]; (neurons,)."""
    return weights[:, int(np.argmin(np.abs(wavelength - at)))]


@dataclass(frozen=True, eq=False)
class LabelMap:
    """What the labelled spectra of each neuron are called.

    Parameters
    ----------
    labels : tuple of str
        All labels, commonest first.
    label : ndarray of int32, shape (neurons,)
        Index of the commonest label of the neuron; -1 where none of its spectra has one.
    share : ndarray of float32, shape (neurons,)
        Share of that label among the labelled spectra of the neuron; 0 where there are none.
    """

    labels: tuple[str, ...]
    label: NDArray[np.int32]
    share: NDArray[np.float32]


def label_map(neuron: NDArray[np.integer], labels: Sequence[str], topology: Topology) -> LabelMap:
    """Return the commonest label of each neuron.

    Parameters
    ----------
    neuron : ndarray of int, shape (spectra,)
        Of each spectrum.
    labels : sequence of str, length spectra
        Empty where a spectrum has none.
    topology : Topology
        The map.
    """
    said = np.asarray(labels, dtype=str)
    names, index, total = np.unique(said[said != ""], return_inverse=True, return_counts=True)
    order = np.argsort(-total, kind="stable")
    table = np.zeros((topology.neurons, len(names)), np.int64)
    np.add.at(table, (neuron[said != ""], np.argsort(order)[index]), 1)
    if not len(names):
        return LabelMap((), np.full(topology.neurons, -1, np.int32), np.zeros(topology.neurons, np.float32))
    labelled = table.sum(axis=1)
    label = np.where(labelled > 0, table.argmax(axis=1), -1)
    share = table.max(axis=1) / np.maximum(labelled, 1)
    return LabelMap(tuple(map(str, names[order])), label.astype(np.int32), share.astype(np.float32))
