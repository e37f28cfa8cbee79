"""A run is refused before anything is written, and before anything heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from astrolib import jobs
from astrolib.core.errors import ParameterError, RefusedError
from astrolib.core.files import sha256
from astrolib.jobs.output import OutputError

HEAVY = ("papermill", "nbformat", "nbclient", "jupyter_client", "numpy", "astropy")


@pytest.mark.parametrize(
    "out",
    [
        "../../x",
        "a/../../b",
        "http://x/y",
        "s3://bucket/x",
        "file:///x",
        "C:x",
        "{seed}",
        "x/{name}",
        "",
        "a\0b",
        "~/x",
    ],
)
def test_what_is_no_plain_path_is_refused_as_output(make_notebook, tmp_path, monkeypatch, out):
    path = make_notebook()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError, match="not a plain path"):
        jobs.plan(path, {}, out)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_to_nothing_is_refused_as_output(make_notebook, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="cannot be made"):
        jobs.run_notebook(make_notebook(), {}, tmp_path / "link")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_holds_a_run_a_file_or_anything_is_refused(make_notebook, tmp_path):
    path, out = make_notebook(), tmp_path / "out"
    jobs.plan(path, {}, out)
    out.mkdir()
    jobs.plan(path, {}, out)
    (out / "run.json").touch()
    with pytest.raises(OutputError, match="holds a run already"):
        jobs.plan(path, {}, out)
    (out / "run.json").rename(out / "product.fits")
    with pytest.raises(OutputError, match="is not empty"):
        jobs.plan(path, {}, out)
    with pytest.raises(OutputError, match="is a file"):
        jobs.plan(path, {}, path)
    with pytest.raises(OutputError, match="cannot be"):
        jobs.plan(path, {}, path / "below-a-file")


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({}, "no value for target"),
        ({"target": "a", "seed": "1"}, "seed = '1' is not of type int"),
        ({"target": "a", "sead": 1}, "did you mean seed"),
        ({"target": "a", "x=0;open('canary','w')": 1}, "unknown parameter"),
        ({"target": "a", "seed\nopen('canary', 'w')": 1}, "unknown parameter"),
        ({"target": "a", "table": "missing.xml"}, "no such file or folder"),
    ],
)
def test_bad_parameters_are_refused_and_nothing_is_written(
    make_notebook, tmp_path, monkeypatch, parameters, complaint
):
    path = make_notebook("target: str\nseed: int = 1\ntable: Path | None = None\nout: Path")
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ParameterError, match=complaint):
        jobs.plan(path, parameters, tmp_path / "out")
    assert sorted(tmp_path.rglob("*")) == before


def test_files_and_folders_that_parameters_name_are_hashed_by_absolute_path(
    make_notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    table, folder = Path("table.xml"), Path("spectra")
    table.write_text("<VOTABLE/>")
    folder.mkdir()
    (folder / "a.fits").write_bytes(b"SIMPLE")
    path = make_notebook("table: Path = Path('table.xml')\nfolders: list[Path] = []\nout: Path")
    planned = jobs.plan(path, {"folders": ["spectra"]}, Path("out"))
    assert planned.inputs == {str(tmp_path / p): sha256(tmp_path / p) for p in (table, folder)}
    assert planned.parameters["table"] == tmp_path / "table.xml"
    assert planned.out == tmp_path / "out"


@pytest.mark.parametrize(
    "hostile", ["'); open('canary', 'w'); ('", "\\", '"""', "{out}", "\n1/0", "$(touch x)"]
)
def test_a_value_is_a_literal_in_the_injected_cell_whatever_it_holds(make_notebook, tmp_path, hostile):
    planned = jobs.plan(make_notebook("target: str\nout: Path"), {"target": hostile}, tmp_path / "out")
    names: dict = {}
    exec(planned.document["cells"][2]["source"], names)
    assert names["target"] == hostile
    assert names["out"] == tmp_path / "out"


def test_the_injected_cell_follows_the_parameters_and_old_outputs_are_left_out(make_notebook, tmp_path):
    path = make_notebook("seed: int = 1\nout: Path", "print(1)")
    document = json.loads(path.read_text())
    document["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    document["cells"].append(document["cells"][2] | {"metadata": {"tags": ["injected-parameters"]}})
    path.write_text(json.dumps(document))
    cells = jobs.plan(path, {}, tmp_path / "out").document["cells"]
    assert [cell["metadata"]["tags"] for cell in cells] == [[], ["parameters"], ["injected-parameters"], []]
    assert cells[3]["outputs"] == []
    assert json.loads(path.read_text()) == document


def test_a_refusal_imports_nothing_heavy(make_notebook, tmp_path):
    script = f"""
import sys
from pathlib import Path
from astrolib import jobs
from astrolib.core.errors import RefusedError
try:
    jobs.run_notebook(Path({str(make_notebook())!r}), {{"unknown": 1}}, Path({str(tmp_path / "out")!r}))
except RefusedError:
    print(sorted(set(sys.modules) & set({HEAVY!r})))
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
    assert not (tmp_path / "out").exists()


def test_every_refusal_is_a_refused_error():
    assert issubclass(OutputError, RefusedError)
    assert issubclass(jobs.contract.NotebookError, RefusedError)
