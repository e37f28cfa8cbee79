"""How the neurons of a map lie, how far apart they are, and which are neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError

Grid = Literal["rectangular", "hexagonal"]
Edges = Literal["planar", "toroidal"]

MOST_NEURONS = 4096
"""Distances between all pairs of neurons are kept: 134 MB at most."""

_ROW_HEIGHT = {"rectangular": 1.0, "hexagonal": np.sqrt(3) / 2}
_REACH = {"rectangular": 1.5, "hexagonal": 1.1}  # 8 neighbours, diagonal ones among them, or 6


@dataclass(frozen=True)
class Topology:
    """A lattice of neurons; number ``row * columns + column`` is at that row and column.

    Parameters
    ----------
    rows, columns : int
        Size.
    grid : {'rectangular', 'hexagonal'}
        A neuron has 8 neighbours, or 6 that are all equally far; odd rows of the hexagonal grid stand half a
        step to the right.
    edges : {'planar', 'toroidal'}
        Whether the map ends at its edges, or opposite edges are joined.

    Raises
    ------
    ParameterError
        If the size, the grid or the edges cannot be.
    """

    rows: int
    columns: int
    grid: Grid = "hexagonal"
    edges: Edges = "planar"

    def __post_init__(self) -> None:
        if min(self.rows, self.columns) < 1 or not 2 <= self.neurons <= MOST_NEURONS:
            raise ParameterError(
                f"a map of {self.rows} x {self.columns} neurons cannot be made",
                remedy=f"ask for 2 to {MOST_NEURONS} neurons, such as 20 x 20",
            )
        for name, known in (("grid", get_args(Grid)), ("edges", get_args(Edges))):
            if getattr(self, name) not in known:
                raise ParameterError(
                    f"{getattr(self, name)!r} is unknown", where=name, remedy=f"give {' or '.join(known)}"
                )
        if (self.grid, self.edges) == ("hexagonal", "toroidal") and self.rows % 2:
            raise ParameterError(
                "an odd number of hexagonal rows does not close to a torus", remedy="give an even number"
            )

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return self.rows * self.columns

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """Where each neuron lies, x to the right and y down, neighbours in a row 1 apart; (neurons, 2)."""
        row, column = np.divmod(np.arange(self.neurons), self.columns)
        shift = 0.5 * (row % 2) if self.grid == "hexagonal" else 0.0
        return np.stack([column + shift, row * _ROW_HEIGHT[self.grid]], axis=1)

    @cached_property
    def squared_distances(self) -> NDArray[np.float64]:
        """Squared distances on the map, round the edges of a torus; (neurons, neurons)."""
        total = np.zeros((self.neurons, self.neurons))
        for axis, period in enumerate((self.columns, self.rows * _ROW_HEIGHT[self.grid])):
            along = np.abs(np.subtract.outer(self.positions[:, axis], self.positions[:, axis]))
            if self.edges == "toroidal":
                along = np.minimum(along, period - along)
            total += along**2
        return total

    @cached_property
    def neighbours(self) -> NDArray[np.bool_]:
        """Whether two neurons are next to each other; (neurons, neurons)."""
        near = self.squared_distances < _REACH[self.grid] ** 2
        np.fill_diagonal(near, False)
        return near

    @cached_property
    def directions(self) -> NDArray[np.float64]:
        """Coordinates in which the map unfolds smoothly, each within [-1, 1]; (neurons, 2 or 4).

        A plane has two; a torus is smooth in four: cosine and sine of the angle along columns and rows.
        """
        if self.edges == "planar":
            x = self.positions - self.positions.mean(axis=0)
            return x / np.maximum(np.abs(x).max(axis=0), 1e-9)
        period = np.array([self.columns, self.rows * _ROW_HEIGHT[self.grid]])
        angle = 2 * np.pi * self.positions / period
        return np.stack([np.cos(angle), np.sin(angle)], axis=2).reshape(self.neurons, 4)
