"""The lattice: who is a neighbour of whom, and how far it is round the edge."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.models.map import Topology

INSIDE = 2 * 6 + 3  # row 2, column 3 of 6 x 6


@pytest.mark.parametrize(("grid", "inside", "corner"), [("rectangular", 8, 3), ("hexagonal", 6, 2)])
def test_a_neuron_has_the_neighbours_of_its_grid(grid, inside, corner):
    neighbours = Topology(6, 6, grid).neighbours
    assert (neighbours[INSIDE].sum(), neighbours[0].sum()) == (inside, corner)
    assert (neighbours == neighbours.T).all()
    torus = Topology(6, 6, grid, "toroidal").neighbours
    assert set(torus.sum(axis=1)) == {inside}


def test_hexagonal_neighbours_are_all_one_step_away():
    lattice = Topology(6, 6, "hexagonal", "toroidal")
    assert lattice.squared_distances[lattice.neighbours] == pytest.approx(1)


def test_a_torus_has_no_edge():
    lattice = Topology(4, 10, "rectangular", "toroidal")
    assert lattice.squared_distances[0, 9] == 1
    assert lattice.squared_distances[0, 3 * 10] == 1
    assert lattice.squared_distances.max() == 2**2 + 5**2
    far = np.sort(lattice.squared_distances, axis=1)
    assert far == pytest.approx(np.broadcast_to(far[0], far.shape))


@pytest.mark.parametrize(
    "wrong",
    [
        (0, 5),
        (1, 1),
        (100, 100),
        (4, 4, "round"),
        (4, 4, "hexagonal", "open"),
        (5, 4, "hexagonal", "toroidal"),
    ],
)
def test_a_map_that_cannot_be_is_refused(wrong):
    with pytest.raises(ParameterError):
        Topology(*wrong)
