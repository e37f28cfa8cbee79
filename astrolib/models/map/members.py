"""The spectra of each neuron, nearest to its reference vector first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.models.map.matching import Matches
from astrolib.models.map.topology import Topology


class Members:
    """Which spectra each neuron has.

    Parameters
    ----------
    matches : Matches
        Of all spectra.
    topology : Topology
        The map.
    """

    def __init__(self, matches: Matches, topology: Topology) -> None:
        self._order = np.lexsort((matches.distance, matches.neuron))
        neurons = np.arange(topology.neurons + 1)
        self._ends = np.searchsorted(matches.neuron[self._order], neurons)

    def of(self, neuron: int) -> NDArray[np.int64]:
        """Return the rows of a neuron's spectra, nearest first."""
        return self._order[self._ends[neuron] : self._ends[neuron + 1]]


def evenly(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return at most so many of the rows, spread evenly from the first to the last."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
