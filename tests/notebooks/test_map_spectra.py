"""Maps without a person: `map_spectra` as the command line runs it, and `30_prepare_and_map`."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import Table

from astrolib.cli import main
from astrolib.collection import PreparedSpectra
from astrolib.jobs import run_notebook
from astrolib.models.map import SpectrumMap, match

pytestmark = pytest.mark.slow


def test_map_prepared_spectra(notebooks, tmp_path):
    rng = np.random.default_rng(5)
    flux = rng.normal(size=(300, 1)) * np.hanning(40) + 0.05 * rng.normal(size=(300, 40))
    with PreparedSpectra.create(tmp_path / "prepared", np.linspace(6519, 6732, 40), {"name": "test"}) as pool:
        pool.append([f"id{n}" for n in range(300)], flux.astype(np.float32))
    out = tmp_path / "out"
    given = {"prepared": tmp_path / "prepared", "rows": 4, "columns": 6, "epochs": 4, "edges": "toroidal"}
    words = [word for name, value in given.items() for word in ("-p", name, str(value))]
    notebook = notebooks / "batch" / "map_spectra.ipynb"
    assert main(["run", str(notebook), *words, "--out", str(out)]) == 0
    table = Table.read(out / "assignments.ecsv", format="ascii.ecsv")
    som = SpectrumMap.load(out / "som.npz")
    matches = match(flux.astype(np.float32), som.weights)
    assert list(table["id"]) == [f"id{n}" for n in range(300)]
    assert (table["row"] * 6 + table["column"] == matches.neuron).all()
    assert "id299" in (out / "som.html").read_text()
    assert (som.topology.rows, som.topology.columns, som.topology.edges) == (4, 6, "toroidal")


def test_a_map_that_cannot_be_fails_the_run(notebooks, tmp_path):
    with PreparedSpectra.create(tmp_path / "prepared", np.arange(5.0), {"name": "test"}) as pool:
        pool.append(["a"], np.ones((1, 5), np.float32))
    notebook = notebooks / "batch" / "map_spectra.ipynb"
    run = run_notebook(notebook, {"prepared": tmp_path / "prepared", "rows": 0}, tmp_path / "out")
    assert run.status == "failed"
    assert "0 x 20 neurons" in str(run.failure)


def test_find_prepare_and_map_unattended(notebooks, tmp_path, local_service):
    found, folder = tmp_path / "find", tmp_path / "map"
    find = {"by_hand": False, "radius": 1.0}
    assert run_notebook(notebooks / "10_find_spectra.ipynb", find, found).status == "done"
    given = {"collection": found / "collection"}
    run = run_notebook(notebooks / "30_prepare_and_map.ipynb", given, folder)
    assert run.status == "done", run.failure
    prepared = PreparedSpectra.open(folder / "prepared")
    assert len(Table.read(folder / "assignments.ecsv", format="ascii.ecsv")) == len(prepared) > 4
    assert (folder / "som.html").stat().st_size > 10_000
