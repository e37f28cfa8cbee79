"""What colours a map: counts, U-matrix, component planes, labels, members."""

from __future__ import annotations

import numpy as np
import pytest
from minisom import MiniSom

from astrolib.models.map import (
    Matches,
    Members,
    Topology,
    component_plane,
    counts,
    evenly,
    label_map,
    u_matrix,
)


@pytest.mark.parametrize("grid", ["rectangular", "hexagonal"])
def test_the_u_matrix_is_a_wall_between_two_flats(grid):
    topology = Topology(6, 6, grid)
    weights = np.zeros((6, 6, 3), np.float32)
    weights[:, 3:] = 1
    walls = u_matrix(weights.reshape(36, 3), topology).reshape(6, 6)
    assert (walls[:, [0, 1, 4, 5]] == 0).all()
    assert (walls[:, [2, 3]] > 0).all()


def test_the_u_matrix_agrees_with_minisom():
    som = MiniSom(5, 7, 4, random_seed=3)
    ours = u_matrix(som.get_weights().reshape(35, 4).astype(np.float32), Topology(5, 7, "rectangular"))
    theirs = som.distance_map(scaling="mean")
    assert ours.reshape(5, 7) / ours.max() == pytest.approx(theirs, rel=1e-5)


def test_a_component_plane_is_the_flux_at_the_nearest_pixel():
    weights = np.arange(12, dtype=np.float32).reshape(4, 3)
    assert list(component_plane(weights, np.array([1.0, 2.0, 3.0]), 2.2)) == [1, 4, 7, 10]


def test_counts_and_members_agree_nearest_first():
    topology = Topology(2, 2)
    neuron = np.array([3, 0, 3, 3], np.int32)
    matches = Matches(neuron, neuron, np.array([0.3, 0.1, 0.2, 0.4], np.float32))
    members = Members(matches, topology)
    assert list(counts(neuron, topology)) == [1, 0, 0, 3]
    assert [list(members.of(one)) for one in range(4)] == [[1], [], [], [2, 0, 3]]


def test_a_sample_keeps_both_ends():
    rows = np.arange(100)
    assert list(evenly(rows, 3)) == [0, 50, 99]
    assert len(evenly(rows, 1)) == 1
    assert evenly(rows[:2], 5) is not None
    assert list(evenly(rows[:2], 5)) == [0, 1]


def test_the_commonest_label_of_each_neuron():
    neuron = np.array([0, 0, 0, 1, 2, 2])
    found = label_map(
        neuron, ["shell", "shell", "absorption", "", "absorption", "absorption"], Topology(2, 2)
    )
    assert found.labels == ("absorption", "shell")
    assert list(found.label) == [1, -1, 0, -1]
    assert found.share == pytest.approx([2 / 3, 0, 1, 0])


def test_a_map_without_labels():
    found = label_map(np.array([0, 1]), ["", ""], Topology(2, 2))
    assert found.labels == ()
    assert list(found.label) == [-1] * 4
