"""The notebook find_movers, as production runs it: also where nobody says what is known."""

from __future__ import annotations

import json

import pytest
from astropy.table import QTable

from astrolib.cli import main
from astrolib.images import write_frame
from astrolib.jobs import run_notebook
from astrolib.sky.nights import floor_field

pytestmark = pytest.mark.slow

NOTEBOOK = "batch/find_movers.ipynb"


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """Return a folder of the frames of a field, one under a person's own name, and of a file that is none."""
    folder = tmp_path_factory.mktemp("frames")
    for number, frame in enumerate(floor_field("sparse", 3007, (400, 400), movers=5).frames):
        write_frame(frame, folder / ("Mein Feld Ä.fits" if number == 1 else frame.name))
    (folder / "note.fits").write_text("clouds")
    return folder


def test_what_moves_is_found_and_the_terminal_says_how_much(notebooks, frames, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["-p", "frames", str(frames), "-p", "known", "none", "--out", str(out)]
    assert main(["run", str(notebooks / NOTEBOOK), *words]) == 0
    *_, rejected, found, done = capsys.readouterr().out.splitlines()
    tracklets = QTable.read(out / "tracklets.ecsv")
    assert rejected.startswith("note.fits: ")
    assert found == f"tracklets: {len(tracklets)}, fields: 1, frames left out: 1"
    assert done.endswith(str(out))
    assert len(tracklets) >= 3
    assert "Mein Feld Ä.fits" in set(QTable.read(out / "detections.ecsv")["frame"])
    assert len(list((out / "blink").glob("*.fits"))) == len(tracklets)


def test_where_nobody_says_what_is_known_the_search_stands_and_the_run_fails(notebooks, frames, tmp_path):
    run = run_notebook(notebooks / NOTEBOOK, {"frames": frames, "known": "local"}, tmp_path / "out")
    assert run.status == "failed"
    tracklets = QTable.read(tmp_path / "out" / "tracklets.ecsv")
    assert set(tracklets["known_status"]) == {"failed"}
    message = json.loads((tmp_path / "out" / "run.json").read_text())["error"]["message"]
    assert message.startswith(f"tracklets: {len(tracklets)}, but nobody said which are known: ")
    assert "astrolib sky serve" in message
