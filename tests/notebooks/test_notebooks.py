"""The shipped notebooks run unattended, by the runner that production uses."""

from __future__ import annotations

import json

import pytest
from astropy.table import Table

from astrolib.cli import main
from astrolib.collection import SpectrumCollection
from astrolib.core.votable import read_votable
from astrolib.jobs import run_notebook
from astrolib.labels import LabelEvent, LabelStore

pytestmark = pytest.mark.slow


def query(out):
    return json.loads((out / "query.json").read_text())


@pytest.fixture
def collect(notebooks, tmp_path):
    """Return a function that runs collect_spectra as the command line does: (exit status, folder)."""

    def run(*parameters):
        out = tmp_path / "out"
        words = [word for name, value in parameters for word in ("-p", name, str(value))]
        return main(
            ["run", str(notebooks / "batch" / "collect_spectra.ipynb"), *words, "--out", str(out)]
        ), out

    return run


def test_collect_the_spectra_of_a_target(collect, local_service):
    status, out = collect(("service", "local"), ("target", "Sim Cas"))
    assert status == 0
    assert query(out) == {
        "status": "found",
        "requested": 4,
        "delivered": 4,
        "missing": [],
        "truncated": False,
        "reason": "",
    }
    collection = SpectrumCollection.open(out / "collection")
    assert set(collection.metadata["target"]) == {"Sim Cas"}
    assert json.loads((out / "run.json").read_text())["status"] == "done"


def test_collect_only_h_alpha_around_a_target(collect, local_service):
    status, out = collect(
        ("target", "Sim Cas"), ("radius", 0.2), ("cutout", "true"), ("band_min", 6500), ("band_max", 6630)
    )
    assert status == 0
    metadata = SpectrumCollection.open(out / "collection").metadata
    assert len(metadata) == query(out)["delivered"] > 4
    assert metadata["wave_min"].min().value > 6490
    assert metadata["wave_max"].max().value < 6640


def test_an_honest_none_is_done(collect, local_service):
    status, out = collect(("target", "Nobody"))
    assert (status, query(out)["status"]) == (0, "none")


def test_a_failed_query_fails_the_run_and_says_why(collect):
    status, out = collect(("service", "http://127.0.0.1:9/ssap?"))
    assert (status, query(out)["status"]) == (1, "failed")
    assert query(out)["reason"]
    assert json.loads((out / "run.json").read_text())["status"] == "failed"


def test_a_folder_with_a_bad_file_delivers_the_rest_and_lists_it(collect, tmp_path, local_archive, shared):
    folder = tmp_path / "files"
    folder.mkdir()
    real = shared / "data" / "spectra"
    for name in ("gamma-cas-emission.fits", "bt-cmi-lamost.fits", "L5g_0355+11_Cruz09.fits"):
        (folder / name).write_bytes((real / name).read_bytes())
    status, out = collect(("source", "folder"), ("path", folder))
    told = query(out)
    assert (status, told["requested"], told["delivered"]) == (0, 3, 2)
    assert told["missing"][0]["id"].endswith("L5g_0355+11_Cruz09.fits")


@pytest.mark.archive
def test_collect_everything_of_a_real_archive(collect, archive_address):
    status, out = collect(("service", archive_address))
    assert (status, query(out)["requested"], query(out)["delivered"]) == (0, 60, 60)


def test_find_spectra_unattended(notebooks, tmp_path, local_service):
    out = tmp_path / "out"
    run = run_notebook(notebooks / "10_find_spectra.ipynb", {"by_hand": False, "radius": 0.2}, out)
    assert run.status == "done", run.failure
    exported = read_votable(out / "collection.vot").get_first_table().array
    assert len(SpectrumCollection.open(out / "collection")) == len(exported) > 4


def test_look_and_label_unattended(notebooks, tmp_path, local_service):
    out = tmp_path / "out"
    assert run_notebook(notebooks / "20_look_and_label.ipynb", {}, out).status == "done"
    store = LabelStore()
    store.append(LabelEvent(who="me", object="a", question="halpha", version=1, kind="answer", value="shell"))
    again = tmp_path / "again"
    assert run_notebook(notebooks / "20_look_and_label.ipynb", {}, again).status == "done"
    assert list(Table.read(again / "labels.ecsv")["label"]) == ["shell"]
