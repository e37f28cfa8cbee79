"""The explorer's state and view, without a browser: planes, regions, spectra of a neuron, decks."""

from __future__ import annotations

import ipywidgets
import numpy as np
import pytest
from traitlets import TraitError

from astrolib.core.errors import RefusedError
from astrolib.widgets import MapExplorer
from astrolib.widgets.state.map import LISTED, MapExplorerState
from astrolib.widgets.state.map_content import MapContent
from astrolib.widgets.state.map_density import ROWS, density, flux_range

NEURONS, PIXELS = 6, 50
SPECTRA = [200, 3, 0, 60, 1, 61]  # of each neuron


@pytest.fixture
def content():
    """Return a map of 2 x 3 neurons whose spectra lie on it as `SPECTRA` says."""
    rng = np.random.default_rng(2)
    neuron = np.repeat(np.arange(NEURONS), SPECTRA)
    weights = np.arange(NEURONS, dtype=np.float32)[:, np.newaxis] + np.linspace(
        0, 1, PIXELS, dtype=np.float32
    )
    flux = weights[neuron] + 0.1 * rng.normal(size=(len(neuron), PIXELS)).astype(np.float32)
    return MapContent(
        *(2, 3, "hexagonal", "planar"),
        weights=weights,
        wavelength=np.linspace(6500, 6700, PIXELS),
        medium="vacuum",
        flux=flux,
        ids=[f"id{n}" for n in range(len(neuron))],
        titles=[""] * len(neuron),
        distance=np.zeros(len(neuron), np.float32),
        members=lambda one: np.flatnonzero(neuron == one),
        evenly=lambda rows, most: rows[:most],
        counts=np.array(SPECTRA),
        u_matrix=np.arange(NEURONS, dtype=np.float32) / 10,
        component=lambda at: np.full(NEURONS, at, np.float32),
    )


@pytest.fixture
def state(content):
    return MapExplorerState(content)


def test_it_opens_at_the_neuron_with_most_spectra(state):
    assert (state.neuron, state.plane, state.at) == (0, "counts", 6600)


def test_each_plane_gives_one_value_a_neuron(state):
    assert list(state.values()) == SPECTRA
    state.plane = "u-matrix"
    assert state.values() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    state.plane, state.at = "flux", 6510.0
    assert set(state.values()) == {6510}


def test_a_region_is_the_ids_of_its_neurons(state):
    state.brush(slice(0, 2), slice(1, 2))
    assert state.brushed == (1, 4)
    assert state.selected == ("id200", "id201", "id202", "id263")
    state.brushed = (4, 4, 2)
    assert state.brushed == (2, 4)


@pytest.mark.parametrize("wrong", [{"neuron": 6}, {"neuron": -1}, {"brushed": (0, 9)}])
def test_no_neuron_beside_the_map(state, wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(TraitError, match="no neuron"):
        setattr(state, name, value)


@pytest.mark.parametrize(
    ("neuron", "listed", "dense"), [(0, 60, True), (1, 3, False), (2, 0, False), (3, 60, False)]
)
def test_a_few_spectra_are_lines_and_many_a_density(state, neuron, listed, dense):
    state.neuron = neuron
    spectra = state.spectra()
    assert (spectra.count, len(spectra.rows), spectra.image is not None) == (SPECTRA[neuron], listed, dense)
    assert spectra.low < spectra.reference.min()
    assert spectra.high > spectra.reference.max()
    assert (f"all {SPECTRA[neuron]} spectra" in spectra.note) is dense
    assert str(LISTED) in spectra.note or not dense


def test_a_sample_of_a_huge_neuron_says_so(state, monkeypatch):
    monkeypatch.setattr("astrolib.widgets.state.map.MOST_VALUES", 100 * PIXELS)
    assert "100 of 200 spectra" in state.spectra().note


def test_density_counts_each_curve_once_in_a_column():
    flat = np.repeat(np.array([[0.25], [0.25], [0.75]], np.float32), 11, axis=1)
    image = density(flat, 0, 1)
    assert set(image.max(axis=0)) == {255}
    assert (np.count_nonzero(image, axis=0) == 2).all()
    low, high = np.flatnonzero(image[:, 0])[::-1]
    assert image[low, 0] > image[high, 0] > 0
    assert low == pytest.approx(0.75 * ROWS, abs=1)


def test_density_joins_the_points_of_a_curve_and_cuts_what_is_outside():
    spike = np.zeros((1, 11), np.float32)
    spike[0, 5] = 10
    image = density(spike, -0.5, 1)
    middle = image[:, image.shape[1] // 2 - 3]
    assert np.count_nonzero(image[0]) > 0
    assert np.count_nonzero(middle) == 0
    assert np.count_nonzero(image[:, 0]) == 1


def test_the_axis_leaves_the_wildest_fluxes_out():
    flux = np.zeros((100, 100), np.float32)
    flux[3, 3] = 1e6
    assert flux_range(flux, np.ones(100, np.float32)) == pytest.approx((-0.05, 1.05))


def test_the_view_follows_the_state_and_leads_it(state):
    explorer = MapExplorer(state=state)
    state.neuron, state.plane = 3, "u-matrix"
    assert explorer.controls.shown["neuron"] == 3
    assert explorer.controls.scale["plane"] == "u-matrix"
    explorer.controls.set_state({"neuron": 1, "brushed": [1, 4]})
    assert (state.neuron, state.brushed) == (1, (1, 4))
    assert explorer.controls.shown["count"] == 3
    assert [plane["name"] for plane in explorer.controls.planes] == ["counts", "u-matrix", "flux"]


def test_wavelengths_that_nobody_knows_are_counted(content):
    blind = MapContent(**(vars(content) | {"wavelength": np.full(PIXELS, np.nan)}))
    axis = MapExplorer(state=MapExplorerState(blind)).controls.axis
    assert (axis["label"], axis["low"], axis["high"]) == ("pixel", 0, PIXELS - 1)


def test_a_region_opens_in_a_deck_and_the_next_takes_its_place(state):
    asked = []
    explorer = MapExplorer(state=state, deck=lambda ids: (asked.append(ids), ipywidgets.HTML())[1])
    explorer.open_deck()
    assert asked == []
    for brushed in ((1,), (4,)):
        state.brushed = brushed
        explorer._on_message(None, {"do": "deck"}, [])
    assert asked == [("id200", "id201", "id202"), ("id263",)]
    assert len(explorer._below.children) == 1


def test_what_a_deck_refuses_is_said(state):
    def refuse(_ids):
        raise RefusedError("no such question", remedy="name one")

    explorer = MapExplorer(state=state, deck=refuse)
    state.brushed = (1,)
    explorer.open_deck()
    assert explorer.controls.error == "no such question; name one"
