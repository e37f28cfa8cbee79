"""The notebook report_night, as production runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from astrolib.cli import main
from astrolib.collection.nights import Ledger
from astrolib.core import paths
from astrolib.jobs import run_notebook
from astrolib.labels.event import LabelEvent
from astrolib.labels.store import LabelStore
from astrolib.movers.formats import read_ades, read_obs80

pytestmark = pytest.mark.slow


@pytest.fixture
def files(night: Any, site_file: Path) -> Path:
    """Return the folder of a night that was searched, validated in the label store, and has a site."""
    night.tracklets["planted"] = [False, False, True]
    night.tracklets.write(site_file.parent / "tracklets.ecsv", format="ascii.ecsv")
    night.detections.write(site_file.parent / "detections.ecsv", format="ascii.ecsv")
    store = LabelStore(site_file.parent / "labels.sqlite")
    for one in night.said:
        store.append(LabelEvent(one.tracklet_id, "mover", 1, "answer", "valid", one.who))
    store.close()
    return site_file.parent


def run(files: Path, out: Path, labels: str = "labels.sqlite") -> int:
    """Run it as a person does, and return the exit status."""
    notebook = paths.shipped("notebooks") / "batch" / "report_night.ipynb"
    given = {"tracklets": "tracklets.ecsv", "labels": labels, "site": "site.toml"}
    words = [word for name, file in given.items() for word in ("-p", name, str(files / file))]
    return main(["run", str(notebook), *words, "--out", str(out)])


def test_a_night_is_reported_once(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0 and three files; again status 1, one line that names the ledger, and none."""
    assert run(files, tmp_path / "out") == 0
    assert len(read_obs80(tmp_path / "out" / "mpc.txt").observations) == 8
    assert read_ades(tmp_path / "out" / "ades.xml") == read_ades(tmp_path / "out" / "ades.psv")
    assert json.loads((tmp_path / "out" / "run.json").read_text())["status"] == "done"
    capsys.readouterr()
    assert run(files, tmp_path / "again") == 1
    assert not (tmp_path / "again" / "mpc.txt").exists()
    error = json.loads((tmp_path / "again" / "run.json").read_text())["error"]
    assert "reported on" in error["message"]
    assert "\n" not in error["message"]
    assert "reported on" in capsys.readouterr().err


def test_nothing_without_a_named_persons_word(files: Path, tmp_path: Path) -> None:
    """Labels of nobody report nothing."""
    (files / "labels.csv").write_text("id,label\nT0,valid\nT1,valid\n")
    assert run(files, tmp_path / "out", "labels.csv") == 1
    assert not (tmp_path / "out" / "mpc.txt").exists()
    error = json.loads((tmp_path / "out" / "run.json").read_text())["error"]
    assert "called valid by nobody with a name" in error["message"]


def test_an_error_of_the_site_file(files: Path, tmp_path: Path) -> None:
    """Names the key, and nothing is written."""
    (files / "site.toml").write_text((files / "site.toml").read_text().replace('"950"', '"95"'))
    assert run(files, tmp_path / "out") == 1
    message = json.loads((tmp_path / "out" / "run.json").read_text())["error"]["message"]
    assert "site.toml: station: '95' is no observatory code" in message


def said_in(notebook: Path) -> str:
    """Return what an executed notebook printed."""
    cells = json.loads(notebook.read_text())["cells"]
    return "".join("".join(one.get("text", "")) for cell in cells for one in cell.get("outputs", ()))


def test_a_person_who_runs_all_cells_again_reads_one_line(files: Path, tmp_path: Path) -> None:
    """The report is written once; no night that nobody has taken is made up in the ledger."""
    notebook = paths.shipped("notebooks") / "80_report_night.ipynb"
    given = {"movers": files, "labels": files / "labels.sqlite", "site": files / "site.toml"}
    first, again = (run_notebook(notebook, given, tmp_path / name) for name in ("first", "again"))
    assert (first.status, again.status) == ("done", "done"), (first.failure, again.failure)
    lines = (tmp_path / "first" / "report" / "mpc.txt").read_text()
    assert lines in said_in(first.notebook)
    assert "ledger: reported on " in said_in(again.notebook)
    assert "Traceback" not in again.notebook.read_text()
    assert not (tmp_path / "again" / "report").exists()
    assert not list(Ledger().tree())
