"""`reduce_night` as the command line runs it."""

from __future__ import annotations

import json

import pytest

from astrolib.cli import main
from astrolib.collection.nights import Ledger
from astrolib.images import read_frames
from astrolib.jobs import run_notebook
from astrolib.sky.nights.night import make_night

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_night(folder, seed=3, fields=1, frames=2, movers=2)
    return folder


def test_a_night_is_reduced_from_the_command_line(notebooks, night, tmp_path):
    out = tmp_path / "out"
    given = {"raw": night / "raw", "night": "sim/one/2025-03-04", "catalogue": night / "catalogue.ecsv"}
    words = [word for name, value in given.items() for word in ("-p", name, str(value))]
    assert main(["run", str(notebooks / "batch" / "reduce_night.ipynb"), *words, "--out", str(out)]) == 0
    frames, rejected = read_frames(out / "frames")
    assert (len(frames), len(rejected)) == (2, 0)
    assert sorted(path.name for path in (out / "masters").iterdir()) == [
        "bias.fits",
        "dark.fits",
        "flat-r.fits",
    ]
    assert "Night sim/one/2025-03-04" in (out / "night.html").read_text(encoding="utf-8")
    assert Ledger(tmp_path / "nights.sqlite").take_in(out / "ledger.sqlite") > 0
    assert json.loads((out / "run.json").read_text())["status"] == "done"
    last = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert any(line.get("label") == "reduce" and line["done"] == line["total"] == 2 for line in last)


def test_a_night_without_a_frame_fails_and_says_why(notebooks, night, tmp_path):
    (tmp_path / "raw").mkdir()
    name = "field1-01.fits"
    (tmp_path / "raw" / name).write_bytes((night / "raw" / name).read_bytes()[:9000])
    given = {"raw": tmp_path / "raw", "catalogue": night / "catalogue.ecsv"}
    run = run_notebook(notebooks / "batch" / "reduce_night.ipynb", given, tmp_path / "out")
    assert run.status == "failed"
    assert "cut short" in str(run.failure)
    assert "cut short" in (tmp_path / "out" / "night.html").read_text(encoding="utf-8")
