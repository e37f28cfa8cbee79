"""The notebook prepare_spectra, as production runs it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from astrolib.cli import main
from astrolib.collection import PreparedSpectra, SpectrumCollection, read_spectra
from astrolib.core.spectrum import Spectrum

pytestmark = pytest.mark.slow


@pytest.fixture
def run(notebooks, tmp_path):
    """Return a function that runs it on a folder: (exit status, products)."""

    def prepared(collection: Path, **parameters):
        out = tmp_path / "out"
        words = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
        notebook = str(notebooks / "batch" / "prepare_spectra.ipynb")
        return main(["run", notebook, "-p", "collection", str(collection), *words, "--out", str(out)]), out

    return prepared


def test_the_published_recipe_on_real_files(run, shared, tmp_path):
    folder = shared / "data" / "spectra"
    with (folder / "expected_140.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    spectra = [read_spectra(next(folder.rglob(Path(row["file"]).name)))[0] for row in rows]
    SpectrumCollection.create(tmp_path / "collection").append(spectra)

    status, out = run(tmp_path / "collection", recipe="published-halpha")

    assert status == 0
    prepared = PreparedSpectra.open(out / "prepared")
    found = prepared.flux[prepared.rows([spectrum.id for spectrum in spectra])]
    np.testing.assert_allclose(found, [[float(row[f"f{n}"]) for n in range(140)] for row in rows], atol=1e-5)
    assert len(Table.read(out / "rejected.ecsv")) == 0
    assert (out / "prepared.svg").read_text().startswith("<svg")
    assert json.loads((out / "run.json").read_text())["status"] == "done"


def test_values_over_the_recipe_and_what_is_rejected(run, tmp_path):
    wavelength, rng = np.linspace(6400, 6800, 800), np.random.default_rng(0)
    known = {"medium": "vacuum", "resolving_power": 5000.0}
    spectra = [
        Spectrum(wavelength, rng.normal(1, 0.05, 800), source=f"s{n}", target="<b>", **known)
        for n in range(3)
    ]
    spectra.append(Spectrum(wavelength, rng.normal(1, 0.05, 800), source="who knows", resolving_power=5000.0))
    SpectrumCollection.create(tmp_path / "collection").append(spectra)

    status, out = run(tmp_path / "collection", n_pixels=60, resolution=1000, scale="zscore", continuum="none")

    assert status == 0
    prepared = PreparedSpectra.open(out / "prepared")
    assert prepared.flux.shape == (3, 60)
    assert (prepared.recipe["resolution"], prepared.recipe["scale"]) == (1000, "zscore")
    rejected = Table.read(out / "rejected.ecsv")
    assert rejected["source"].tolist() == ["who knows"]
    assert rejected["flag"].tolist() == ["medium"]
    assert "<b>" not in (out / "prepared.svg").read_text()


def test_none_prepared_is_a_failure_that_says_why(run, tmp_path):
    spectrum = Spectrum(
        np.linspace(4000, 5000, 500), np.random.default_rng(0).normal(1, 0.1, 500), medium="air"
    )
    SpectrumCollection.create(tmp_path / "collection").append([spectrum])
    status, out = run(tmp_path / "collection", recipe="published-halpha")
    assert status == 1
    assert "resolving power is not known" in json.dumps(json.loads((out / "run.json").read_text()))
    assert len(Table.read(out / "rejected.ecsv")) == 1


@pytest.mark.parametrize("parameters", [{"recipe": "nothing"}, {"n_pixels": 1}])
def test_a_recipe_that_does_not_suit_fails(run, tmp_path, parameters):
    SpectrumCollection.create(tmp_path / "collection")
    status, out = run(tmp_path / "collection", **parameters)
    assert status != 0
    assert not (out / "prepared").exists()
