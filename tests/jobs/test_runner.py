"""A run ends in one of three ways, says why, and leaves nothing running."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from astrolib import jobs
from astrolib.jobs import Limits, execution

FOREVER = (
    "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
)


def written(out: Path, name: str = "run.json"):
    return json.loads((out / name).read_text())


def survivors(word: str) -> list[psutil.Process]:
    """Return the processes whose command line holds `word`."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(word in part for part in process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_run_that_ends_well_leaves_products_record_notebook_and_progress(make_notebook, tmp_path):
    table = tmp_path / "table.xml"
    table.write_text("<VOTABLE/>")
    path = make_notebook(
        "table: Path\nradius: float | None = 1.0  # [deg]\ntarget: str = 'x'\nseed: int = 1\nout: Path",
        "(out / 'product.txt').write_text(f'{type(out).__name__} {radius!r} {target!r} {seed}')",
        "from astrolib.core.progress import reporter\nreporter('download')(3, 3)",
        "import os, sys\nprint(sys.executable)\nprint(os.getcwd())",
    )
    before = path.read_bytes()
    events: list[dict] = []
    given = {"table": table, "radius": 2, "target": "007", "seed": 42}
    ended = jobs.run_notebook(path, given, tmp_path / "out", watch=events.append)
    out = tmp_path / "out"

    assert (ended.status, ended.failure) == ("done", None)
    assert path.read_bytes() == before
    assert (out / "product.txt").read_text() == "PosixPath 2.0 '007' 42"
    assert sorted(p.name for p in out.iterdir()) == [
        "product.txt",
        "progress.jsonl",
        "run.json",
        "tiny.ipynb",
    ]

    record = written(out)
    assert record == ended.record
    assert record["status"] == "done"
    assert record["error"] is None
    assert record["parameters"] == {
        "table": str(table),
        "radius": 2.0,
        "target": "007",
        "seed": 42,
        "out": str(out),
    }
    assert record["seed"] == 42
    assert record["folder"] == str(Path.cwd())
    assert set(record["inputs"]) == {str(table)}
    assert {"python", "astrolib", "numpy", "astropy"} <= set(record["versions"])
    assert record["start"] <= record["end"]
    assert record["start"].endswith("Z")
    assert 0 < record["wall_time_s"] < 120
    assert record["peak_memory_bytes"] > 20e6

    lines = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
    assert lines == events
    assert [line["cell"] for line in lines if line.get("state") == "end"] == [1, 2, 3, 4, 5, 6]
    assert [(x["label"], x["done"], x["total"]) for x in lines if "total" in x] == [("download", 3, 3)]

    cells = written(out, "tiny.ipynb")["cells"]
    assert "".join(cells[5]["outputs"][0]["text"]).splitlines() == [sys.executable, str(Path.cwd())]
    assert not any("papermill" in cell["metadata"] for cell in cells)


def test_a_cell_that_fails_is_named_and_those_after_it_do_not_run(make_notebook, tmp_path):
    path = make_notebook("out: Path", "print('before')", "1 / 0", "(out / 'after').touch()")
    ended = jobs.run_notebook(path, {}, tmp_path / "out")
    assert ended.status == "failed"
    assert str(ended.failure) == "cell 5: ZeroDivisionError: division by zero"
    error = written(tmp_path / "out")["error"]
    assert (error["cell"], error["source"]) == (5, "1 / 0")
    assert "ZeroDivisionError" in error["traceback"][-1]
    assert not (tmp_path / "out" / "after").exists()
    cells = written(tmp_path / "out", "tiny.ipynb")["cells"]
    assert "".join(cells[3]["outputs"][0]["text"]) == "before\n"
    assert cells[4]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert cells[5]["execution_count"] is None


@pytest.mark.parametrize(
    "error", ["astrolib.core.errors.ServiceError", "astrolib.collection.nights.connection.LedgerError"]
)
def test_an_error_of_ours_is_its_own_line_in_whichever_room_it_is_defined(make_notebook, tmp_path, error):
    room, name = error.rsplit(".", 1)
    raising = (
        f"from {room} import {name}\nraise {name}('no answer', where='http://x', remedy='try again later')"
    )
    ended = jobs.run_notebook(make_notebook("out: Path", raising), {}, tmp_path / "out")
    assert str(ended.failure) == "cell 4: http://x: no answer; try again later"


def test_an_error_that_is_only_called_like_one_of_ours_is_named(make_notebook, tmp_path):
    raising = "class ServiceError(Exception):\n    pass\n\nraise ServiceError('no')"
    ended = jobs.run_notebook(make_notebook("out: Path", raising), {}, tmp_path / "out")
    assert str(ended.failure) == "cell 4: ServiceError: no"


def test_a_killed_kernel_fails_the_run_and_names_cell_and_signal(make_notebook, tmp_path):
    killing = "import os\nprint('so far', flush=True)\nos.kill(os.getpid(), 9)"
    ended = jobs.run_notebook(make_notebook("out: Path", killing, "print(1)"), {}, tmp_path / "out")
    assert ended.status == "failed"
    assert ended.failure
    assert ended.failure.cell == 4
    assert ended.failure.source == "import os"
    assert "killed by SIGKILL" in ended.failure.message
    assert written(tmp_path / "out", "tiny.ipynb")["cells"][4]["execution_count"] is None


def test_a_kernel_that_leaves_by_itself_fails_the_run(make_notebook, tmp_path):
    ended = jobs.run_notebook(make_notebook("out: Path", "import os\nos._exit(0)"), {}, tmp_path / "out")
    assert ended.status == "failed"
    assert "cell 4: the kernel ended in the middle of the cell" in str(ended.failure)


@pytest.mark.slow
def test_a_run_above_its_memory_is_killed_and_told_what_helps(make_notebook, tmp_path):
    path = make_notebook(
        "batch_size: int = 1\nout: Path",
        "import time\nheld = []\nwhile True:\n    held.append(bytearray(20_000_000))\n    time.sleep(0.02)",
    )
    ended = jobs.run_notebook(path, {}, tmp_path / "out", limits=Limits(memory=0.5e9))
    assert ended.status == "failed"
    assert ended.failure
    assert ended.failure.cell == 4
    assert ended.failure.message.startswith("killed at ")
    assert "of 0.5 GB; a smaller batch_size helps" in ended.failure.message
    assert 0.5e9 < ended.record["peak_memory_bytes"] < 5e9


@pytest.mark.slow
def test_time_ends_a_cell_that_swallows_every_interrupt_and_all_it_has_started(
    make_notebook, tmp_path, monkeypatch
):
    mark = f"astrolib-test-{tmp_path.name}"
    # A grandchild that starts a session, loses its parent and has an empty environment.
    orphan = f"import os, time\nif os.fork(): os._exit(0)\nos.setsid()\ntime.sleep(600)  # {mark}"
    starting = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', {orphan!r}], env={{}}, start_new_session=True).wait()\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)  # {mark}'])\n"
        "print('started', flush=True)"
    )
    seen: list[int] = []

    def look(event: dict) -> None:
        if event.get("state") == "start" and event["cell"] == 5:
            seen.append(len(survivors(mark)))

    # An hour passes at once when the last cell has started, however slow this machine is.
    clock = SimpleNamespace(monotonic=lambda: 3600.0 * bool(seen), sleep=time.sleep)
    monkeypatch.setattr(execution, "time", clock)
    path = make_notebook("out: Path", starting, FOREVER)
    ended = jobs.run_notebook(path, {}, tmp_path / "out", limits=Limits(seconds=6), watch=look)
    assert seen == [2]
    assert survivors(mark) == []
    assert ended.status == "aborted"
    assert str(ended.failure) == "cell 5: ended after 6 s; allow more time (--timeout)"
    assert written(tmp_path / "out")["status"] == "aborted"
    cells = written(tmp_path / "out", "tiny.ipynb")["cells"]
    assert "".join(cells[3]["outputs"][0]["text"]) == "started\n"


@pytest.mark.slow
def test_a_run_that_is_stopped_is_aborted_and_recorded(make_notebook, tmp_path):
    stop = threading.Event()

    def watch(event: dict) -> None:
        if event.get("cell") == 4:
            stop.set()

    path = make_notebook("out: Path", FOREVER)
    ended = jobs.run_notebook(path, {}, tmp_path / "out", watch=watch, stop=stop.is_set)
    assert ended.status == "aborted"
    assert str(ended.failure) == "cell 4: stopped on request"
    assert written(tmp_path / "out")["error"]["cell"] == 4


@pytest.mark.slow
def test_a_parent_that_is_killed_takes_everything_with_it(make_notebook, tmp_path):
    path, out = make_notebook("out: Path", FOREVER), tmp_path / "out"
    script = "import sys; from pathlib import Path; from astrolib import jobs; "
    script += "jobs.run_notebook(Path(sys.argv[1]), {}, Path(sys.argv[2]))"
    parent = subprocess.Popen([sys.executable, "-c", script, str(path), str(out)])
    progress = out / "progress.jsonl"
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and not (progress.exists() and '"cell": 4' in progress.read_text()):
        time.sleep(0.1)
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) >= 2
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []


def test_a_child_that_cannot_execute_says_why(make_notebook, tmp_path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "papermill.py").write_text("raise ImportError('papermill is broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    ended = jobs.run_notebook(make_notebook(), {}, tmp_path / "out")
    assert ended.status == "failed"
    assert "papermill is broken" in str(ended.failure)
    assert written(tmp_path / "out")["status"] == "failed"


def test_a_notebook_whose_sources_are_lines_and_which_imports_nothing_runs(make_notebook, tmp_path):
    path = make_notebook("out: Path\nmode: Literal['a', 'b'] = 'a'", "(out / 'mode').write_text(mode)")
    document = json.loads(path.read_text())
    del document["cells"][0]
    for cell in document["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    path.write_text(json.dumps(document))
    assert jobs.run_notebook(path, {"mode": "b"}, tmp_path / "out").status == "done"
    assert (tmp_path / "out" / "mode").read_text() == "b"
