"""The batch map: order, quality against MiniSom, chunks, seeds, and what is refused."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from minisom import MiniSom

from astrolib.core.errors import ParameterError, RefusedError
from astrolib.models.map import Topology, match, quantisation_error, topographic_error, train, training

TOPOLOGIES = [
    Topology(8, 10, grid, edges) for grid in ("rectangular", "hexagonal") for edges in ("planar", "toroidal")
]


def plain_epoch(flux, weights, topology, width):
    """Return the batch map's next weights, as the book writes them: one spectrum and neuron at a time."""
    nearest = [int(np.argmin(np.linalg.norm(weights - one, axis=1))) for one in flux]
    moved = np.empty_like(weights)
    for neuron in range(topology.neurons):
        pull = np.exp(-topology.squared_distances[neuron, nearest] / (2 * width**2))
        moved[neuron] = (pull[:, np.newaxis] * flux).sum(axis=0) / pull.sum()
    return moved


def test_one_epoch_is_that_of_the_book(lines, monkeypatch):
    flux = lines[0][:200] + 100  # far from zero, where differences of squares lose digits
    topology = Topology(4, 5)
    monkeypatch.setattr(training, "widths", lambda topology, epochs: [1.5])
    first = training.first_weights(training.principal_components(flux, 3, 2), topology)
    assert train(flux, topology, epochs=1, seed=3) == pytest.approx(
        plain_epoch(flux.astype(float), first.astype(float), topology, 1.5), abs=1e-4
    )


@pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda t: f"{t.grid}-{t.edges}")
def test_like_lies_beside_like(lines, topology):
    flux, strength = lines
    weights = train(flux, topology, seed=1)
    matches = match(flux, weights)
    assert quantisation_error(matches) < 0.35 * np.linalg.norm(flux - flux.mean(axis=0), axis=1).mean()
    # two quantities do not fill a torus: it is torn somewhere; by chance it would be 0.9
    assert topographic_error(matches, topology) < (0.5 if topology.edges == "planar" else 0.65)
    ours = [strength[matches.neuron == neuron].std() for neuron in np.unique(matches.neuron)]
    assert np.mean(ours) < 0.15 * strength.std()


def test_many_pixels_are_seen_in_brief_first_and_the_map_is_as_good(lines, monkeypatch):
    rng = np.random.default_rng(4)
    flux = np.repeat(lines[0], 6, axis=1) + 0.02 * rng.normal(size=(1500, 360)).astype(np.float32)
    topology, looked_at = Topology(8, 10), []
    taken_in = training._taken_in
    monkeypatch.setattr(
        training, "_taken_in", lambda f, *a: (looked_at.append(f.shape[1]), taken_in(f, *a))[1]
    )
    brief = quantisation_error(match(flux, train(flux, topology, epochs=10)))
    assert looked_at == [training.AXES] * 7 + [360] * 3
    monkeypatch.setattr(training, "BRIEF_FROM", 1000)
    whole = quantisation_error(match(flux, train(flux, topology, epochs=10)))
    assert brief == pytest.approx(whole, rel=0.02)


def test_no_worse_than_minisom(lines):
    flux, _ = lines
    peer = MiniSom(8, 10, flux.shape[1], random_seed=1)
    peer.random_weights_init(flux)
    peer.train(flux, 10, random_order=True, use_epochs=True)
    ours = train(flux, Topology(8, 10, "rectangular"), epochs=10, seed=1)
    assert quantisation_error(match(flux, ours)) <= peer.quantization_error(flux)


def test_errors_agree_with_minisom(lines):
    flux, _ = lines
    peer = MiniSom(8, 10, flux.shape[1], random_seed=1)
    peer.random_weights_init(flux)
    matches = match(flux, peer.get_weights().reshape(80, -1).astype(np.float32))
    assert quantisation_error(matches) == pytest.approx(peer.quantization_error(flux), rel=1e-5)
    topology = Topology(8, 10, "rectangular")
    assert topographic_error(matches, topology) == pytest.approx(peer.topographic_error(flux), abs=2e-3)


def test_the_same_seed_gives_the_same_map_and_chunks_do_not_matter(lines, monkeypatch):
    flux, _ = lines
    topology = Topology(6, 6)
    one, again = (train(flux, topology, epochs=4, seed=5) for _ in range(2))
    assert (one == again).all()
    monkeypatch.setattr(training, "_CHUNK_BYTES", 1)
    assert train(flux, topology, epochs=4, seed=5) == pytest.approx(one, abs=1e-4)


def test_a_matrix_in_a_file_is_read_in_portions(tmp_path, lines):
    flux = np.lib.format.open_memmap(tmp_path / "flux.npy", "w+", np.float32, (60_000, 60))
    flux[:] = np.tile(lines[0], (40, 1))
    tracemalloc.start()
    train(flux, Topology(6, 6), epochs=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6 < 5 * flux.nbytes


def test_progress_counts_spectra_over_all_passes(lines):
    told = []
    train(lines[0], Topology(4, 4), epochs=3, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (4500, 4500)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("row", [0, 1499])
def test_what_is_not_finite_is_refused_by_its_row(lines, row):
    flux = lines[0].copy()
    flux[row, 7] = np.nan
    with pytest.raises(RefusedError, match=f"spectrum {row}"):
        train(flux, Topology(4, 4), epochs=2)


def test_no_spectra_or_no_pass_make_no_map(lines):
    with pytest.raises(ParameterError, match="0 passes"):
        train(lines[0], Topology(4, 4), epochs=0)
    with pytest.raises(ParameterError, match="0 spectra"):
        train(lines[0][:0], Topology(4, 4))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_handful_of_spectra_make_a_map(lines, count):
    flux = lines[0][:count]
    weights = train(flux, Topology(4, 4), epochs=3)
    assert np.isfinite(weights).all()
    assert quantisation_error(match(flux, weights)) < 1e-3
