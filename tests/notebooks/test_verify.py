"""The notebook that verifies candidates runs unattended, with candidates and without any."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import QTable

from astrolib.candidates import Candidates
from astrolib.collection import PreparedSpectra, SpectrumCollection, read_spectra
from astrolib.core.votable import read_votable
from astrolib.jobs import run_notebook
from astrolib.labels import LabelEvent, LabelStore
from astrolib.models.map.spectrum_map import SpectrumMap
from astrolib.models.map.topology import Topology
from astrolib.sky import make_spectra

pytestmark = pytest.mark.slow

CLASSES = ["single peak", "double peak", "absorption"]
GRID = np.linspace(6530, 6590, 30)


@pytest.fixture
def files(tmp_path):
    """Return the folder with what a network and a map leave: 18 spectra of 6 stars, scored at random."""
    truth = make_spectra(tmp_path / "sky", stars=6, seed=1)
    collection = SpectrumCollection.create(tmp_path / "collection")
    collection.append([read_spectra(tmp_path / "sky" / str(name))[0] for name in truth["file"]])
    flux = [np.interp(GRID, one.wavelength, np.nan_to_num(one.flux)) for one in collection]
    with PreparedSpectra.create(tmp_path / "prepared", GRID, {"name": "test"}) as writer:
        writer.append(collection.ids, np.array(flux, np.float32))
    prepared = PreparedSpectra.open(tmp_path / "prepared")
    SpectrumMap.of(prepared, Topology(3, 3), epochs=2).save(tmp_path / "som.npz")
    given = np.random.default_rng(1).dirichlet(np.full(3, 0.2), len(collection)).astype(np.float32)
    table = QTable({"id": collection.ids, "label": np.array(CLASSES)[given.argmax(axis=1)]})
    for number, name in enumerate(CLASSES):
        table[name] = given[:, number]
    table["entropy"] = -np.sum(given * np.log(np.maximum(given, 1e-30)), axis=1)
    table.write(tmp_path / "candidates.ecsv", format="ascii.ecsv")
    return tmp_path


def test_verify_candidates_unattended(notebooks, files, local_archive, monkeypatch):
    for service in ("simbad", "gaia", "hips2fits"):
        monkeypatch.setenv(f"ASTROLIB_LOCAL_{service.upper()}", local_archive[service])
    first = str(QTable.read(files / "candidates.ecsv")["id"][0])
    LabelStore().append(
        LabelEvent(object=first, question="candidate", version=1, kind="answer", value="accept", who="me")
    )
    given = {name: files / name for name in ("collection", "prepared")}
    given |= {"candidates": files / "candidates.ecsv", "som": files / "som.npz"}
    run = run_notebook(notebooks / "50_verify_candidates.ipynb", given | {"least_snr": 5.0}, files / "out")
    assert run.status == "done", run.failure
    cut = Candidates.open(files / "out" / "candidates-cut.ecsv")
    assert len(cut.table) == 18
    assert [step.cut for step in cut.trail] == [
        "label single peak or double peak",
        "probability of the label at least 0.8",
        "snr at least 5",
        "the surest spectrum of each object",
        "the 200 surest",
    ]
    assert 0 < len(cut) <= 6
    assert set(cut.kept["around"]) <= {"found", "none"}
    table = read_votable(files / "out" / "candidates.vot").get_first_table().array
    assert list(table["verdict"]).count("accept") == 1
    assert (files / "out" / "candidates.csv").exists()


def test_without_candidates_it_says_how_to_make_some(notebooks, tmp_path):
    out = tmp_path / "out"
    run = run_notebook(notebooks / "50_verify_candidates.ipynb", {}, out)
    assert run.status == "done", run.failure
    assert "No candidates yet" in (out / "50_verify_candidates.ipynb").read_text()
    assert len(Candidates.open(out / "candidates-cut.ecsv").table) == 0
