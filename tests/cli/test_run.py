"""`astrolib run`: refused with 2 before anything is written, failed with 1, done with 0, one line each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from astrolib.cli import main
from astrolib.cli.printed import printed
from astrolib.cli.run import stop_on_signal

CELL = """
target: str  # name of the object
radius: float | None = 1.0  # search radius [deg]
bands: list[float] = [6500.0, 6600.0]  # first and last wavelength [angstrom]
seed: int = 1  # seed of what is random
out: Path  # where the products go
"""


@pytest.fixture
def notebook(tmp_path):
    """Return a function that writes a notebook with the parameters above and these cells."""

    def write(*sources: str) -> str:
        def cell(source, *tags):
            metadata = {"tags": list(tags)}
            return {
                "cell_type": "code",
                "metadata": metadata,
                "source": source,
                "outputs": [],
                "execution_count": None,
            }

        cells = [cell("from pathlib import Path"), cell(CELL, "parameters"), *map(cell, sources)]
        path = tmp_path / "tiny.ipynb"
        path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
        return str(path)

    return write


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "no value for target"),
        (["-p", "target", "x", "-p", "radus", "1"], "did you mean radius?"),
        (["-p", "target", "x", "-p", "radius", "wide"], "give a finite number, or none"),
        (["-p", "target", "x", "-p", "seed", "1.5"], "give a whole number"),
        (["-p", "target", "x", "-p", "target", "y"], "target is given in two ways"),
        (["-p", "target", "x", "-p", "out", "y"], "give it with --out"),
        (["-p", "target", "x", "-p", "x=0;open('canary','w')", "1"], "unknown parameter"),
        (["-p", "target", "x", "-p", "@missing.json"], "not JSON"),
        (["-p", "target", "x", "-p", "@list.json"], "not a JSON object"),
        (["-p", "target", "x", "-p", "@typed.json"], "seed = '1' is not of type int"),
        (["-p", "target", "x", "-p", "@twice.json"], "a name stands twice"),
        (["-p", "target", "x", "-p", "@deep.json"], "not JSON"),
        (["-p", "target", "x", "-p", "@/dev/zero"], "not JSON"),
        (["-p", "target"], "-p lacks a value"),
        (["-ptarget", "x"], "write -p NAME VALUE"),
        (["-p123"], "write -p NAME VALUE"),
        (["-p", "target", "x", "--out", "../../x"], "not a plain path"),
        (["-p", "target", "x", "--out", "s3://bucket/x"], "not a plain path"),
        (["-p", "target", "x", "--out", "{target}"], "not a plain path"),
        (["-p", "target", "x", "--out", "old"], "holds a run already"),
    ],
)
def test_what_is_wrong_is_refused_on_one_line_and_nothing_is_written(
    notebook, tmp_path, monkeypatch, capsys, arguments, complaint
):
    path = notebook("1/0")
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[1]")
    Path("typed.json").write_text('{"seed": "1"}')
    Path("twice.json").write_text('{"seed": 1, "seed": 2}')
    Path("deep.json").write_text("[" * 100_000)
    Path("old").mkdir()
    Path("old/run.json").touch()
    before = sorted(tmp_path.rglob("*"))
    assert main(["run", path, "--out", "out", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert complaint in shown.err
    assert shown.err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "x"])
def test_a_limit_that_is_no_positive_number_is_refused(notebook, capsys, timeout):
    with pytest.raises(SystemExit) as refusal:
        main(["run", notebook(), "--out", "out", "--timeout", timeout])
    assert refusal.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_refusal_imports_neither_papermill_nor_nbformat_nor_astropy(notebook, tmp_path):
    arguments = ["run", notebook(), "-p", "unknown", "1", "--out", str(tmp_path / "out")]
    command = [sys.executable, "-X", "importtime", "-m", "astrolib", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    imported = {line.rsplit("|", 1)[-1].strip() for line in answer.stderr.splitlines() if "|" in line}
    assert "astrolib.jobs.contract" in imported
    assert not imported & {"papermill", "nbformat", "nbclient", "jupyter_client", "numpy", "astropy"}
    assert not (tmp_path / "out").exists()


def test_a_run_takes_values_as_they_are_written(notebook, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("more.json").write_text('{"bands": [6562.8]}')
    path = notebook("(out / 'values').write_text(repr([target, radius, bands, seed]))")
    arguments = ["-p", "target", "007", "-p", "radius", "-1.5", "-p", "@more.json", "--out", "out"]
    assert main(["run", path, *arguments]) == 0
    assert Path("out/values").read_text() == "['007', -1.5, [6562.8], 1]"
    shown = capsys.readouterr()
    assert shown.out.startswith("done in ")
    assert "cell 4 of 4: (out / 'values')" in shown.err


def test_what_the_last_cell_printed_is_shown_before_the_folder(notebook, tmp_path, capsys):
    path = notebook("print('not this')", "print('3 frames,  1 rejected\\n\\x1b[31mred')\n1 + 1")
    assert main(["run", path, "-p", "target", "x", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == ["3 frames,  1 rejected", "?[31mred"]
    assert shown[2].startswith("done in ")


def test_of_many_printed_lines_the_first_and_the_last_are_shown(tmp_path):
    text = [f"{number}\n" for number in range(100)]
    outputs = [{"output_type": "stream", "name": "stdout", "text": text}, {"output_type": "display_data"}]
    cells = [{"cell_type": "code", "outputs": outputs}, {"cell_type": "markdown"}]
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": cells}))
    lines = printed(tmp_path / "x.ipynb")
    assert lines[:10] == [str(number) for number in range(10)]
    assert lines[10] == f"... 60 more lines in {tmp_path / 'x.ipynb'} ..."
    assert lines[11:] == [str(number) for number in range(70, 100)]


@pytest.mark.parametrize("content", ["", "{}", '{"cells": []}', '{"cells": [{"cell_type": "code"}]}', "[1]"])
def test_a_notebook_that_says_nothing_prints_nothing(tmp_path, content):
    (tmp_path / "x.ipynb").write_text(content)
    assert printed(tmp_path / "x.ipynb") == []


def test_a_cell_that_fails_gives_one_line_with_the_notebook_and_status_1(notebook, tmp_path, capsys):
    path = notebook("raise ValueError('\\x1b[31mred\\x1b[0m')")
    assert main(["run", path, "-p", "target", "-x", "--out", str(tmp_path / "out")]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    executed = tmp_path / "out" / "tiny.ipynb"
    assert last.startswith("astrolib: failed: cell 4: ValueError: ")
    assert last.endswith(f"; see {executed}")
    assert "\x1b" not in last
    assert executed.exists()


def test_a_signal_that_is_ignored_does_not_end_a_run():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signal() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop()
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_aborts_the_run_and_it_is_recorded(notebook, tmp_path, number):
    path, out = notebook("import time\ntime.sleep(600)"), tmp_path / "out"
    command = [sys.executable, "-m", "astrolib", "run", path, "-p", "target", "x", "--out", str(out)]
    heed = partial(signal.signal, number, signal.SIG_DFL)  # these tests may run where signals are ignored
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed) as process:
        try:
            assert process.stderr
            for line in process.stderr:
                if line.startswith("cell 4"):
                    break
            time.sleep(0.3)
            os.kill(process.pid, number)
            _, shown = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 1
    assert shown.startswith("astrolib: aborted: cell 4: stopped on request")
    record = json.loads((out / "run.json").read_text())
    assert (record["status"], record["error"]["cell"]) == ("aborted", 4)


def test_help_shows_the_parameters_with_types_units_and_defaults(notebook, capsys):
    assert main(["run", notebook(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert "usage: astrolib run NOTEBOOK" in shown
    assert "  target: str (required)\n      name of the object" in shown
    assert "  radius: float | None (default 1.0)\n      search radius [deg]" in shown
    assert "out: Path" not in shown


def test_an_unknown_notebook_is_refused_with_the_names_of_the_shipped_ones(capsys):
    assert main(["run", "no_such", "--out", "x"]) == 2
    assert "give a path, or one of: " in capsys.readouterr().err
