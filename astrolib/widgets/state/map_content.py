"""What an explorer shows of a map: plain arrays and the functions that it calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class MapContent:
    """A map and the spectra that lie on it.

    Parameters
    ----------
    rows, columns, grid, edges
        The lattice, as `astrolib.models.map.Topology` has it.
    weights : ndarray of float32, shape (neurons, pixels)
        Reference vectors.
    wavelength : ndarray of float64, shape (pixels,)
        [angstrom]; not finite where nobody knows: pixels are counted then.
    medium : str
        Of the wavelengths.
    flux : array_like of float32, shape (spectra, pixels)
        May be mapped from a file: only rows on show are read.
    ids, titles : sequence of str, length spectra
        Identities, and the names that people know them by, '' where there is none.
    distance : ndarray of float32, shape (spectra,)
        To the reference vector.
    members : callable
        Neuron -> rows of its spectra, nearest first.
    evenly : callable
        (rows, most) -> at most so many of them, spread evenly.
    counts, u_matrix : ndarray, shape (neurons,)
        Planes of the map.
    component : callable
        Wavelength [angstrom] -> the plane of the flux there.
    labels : sequence of str
        Of some spectra, commonest first.
    label, share : ndarray, shape (neurons,)
        Index of each neuron's commonest label or -1, and its share among them.
    """

    rows: int
    columns: int
    grid: str
    edges: str
    weights: NDArray[np.float32]
    wavelength: NDArray[np.float64]
    medium: str
    flux: Any
    ids: Sequence[str]
    titles: Sequence[str]
    distance: NDArray[np.float32]
    members: Callable[[int], NDArray[np.int64]]
    evenly: Callable[[NDArray[np.int64], int], NDArray[np.int64]]
    counts: NDArray[np.int64]
    u_matrix: NDArray[np.float32]
    component: Callable[[float], NDArray[np.float32]]
    labels: Sequence[str] = ()
    label: NDArray[np.int32] | None = None
    share: NDArray[np.float32] | None = None
