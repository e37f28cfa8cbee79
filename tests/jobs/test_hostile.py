"""Whatever a notebook does to its surroundings, the run ends as a whole and its record is true."""

from __future__ import annotations

import hashlib
import json

import pytest

from astrolib import jobs
from astrolib.jobs import processes, record
from astrolib.jobs.record import RecordError


def written(out):
    return json.loads((out / "run.json").read_text())


DETACHED = """
import subprocess, time
daemon = subprocess.Popen(["env", "-i", "setsid", "sleep", "600"], start_new_session=True)
(out / "pid").write_text(str(daemon.pid))
"""


def test_what_a_cell_left_running_ends_with_the_run_even_without_the_mark(make_notebook, tmp_path):
    out = tmp_path / "out"
    assert jobs.run_notebook(make_notebook("out: Path", DETACHED), {}, out).status == "done"
    assert not processes.is_running(int((out / "pid").read_text()))


@pytest.mark.parametrize("lost", ["(out / 'progress.jsonl').unlink()", "shutil.rmtree(out)"])
def test_a_notebook_that_takes_away_what_is_not_its_own_is_recorded_all_the_same(
    make_notebook, tmp_path, lost
):
    path, out = make_notebook("out: Path", f"import shutil\n{lost}", "raise ValueError"), tmp_path / "out"
    ended = jobs.run_notebook(path, {}, out)
    assert ended.status == "failed"
    assert written(out)["status"] == "failed"


def test_a_notebook_that_changes_while_it_runs_is_recorded_as_it_was(make_notebook, tmp_path):
    path = make_notebook("out: Path")
    planned = jobs.plan(path, {}, tmp_path / "out")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.unlink()
    assert jobs.run(planned).status == "done"
    assert written(tmp_path / "out")["notebook"] == {"name": "tiny.ipynb", "sha256": before}


def test_a_record_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RecordError, match="the run is done; make room"):
        record.write(tmp_path / "file" / "run.json", {"status": "done"})
