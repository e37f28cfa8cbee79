"""The contract is read from the one cell tagged ``parameters``, and never executed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from astrolib.core.errors import ParameterError
from astrolib.jobs import contract
from astrolib.jobs.notebook import NotebookError

CELL = """
service: str = "local"  # a known service, an address, or local
radius: float | None = 1.0  # search radius [deg]
source: Literal["ssap", "votable"] = "ssap"  # where the spectra come from
bands: list[float] = [6500, 6600.5]  # first and last wavelength [angstrom]
table: Path | None = Path("a.xml")  # a VOTable
target: str  # name of the object
seed: int = 1  # seed of what is random
quick: bool = False
out: Path  # where the products go
"""


def test_names_types_defaults_helps_and_units_are_read(make_notebook):
    read = contract.read(make_notebook(CELL))
    rows = [(p.name, str(p.type), p.required, p.default, p.help, p.unit) for p in read.parameters]
    assert rows == [
        ("service", "str", False, "local", "a known service, an address, or local", ""),
        ("radius", "float | None", False, 1.0, "search radius", "deg"),
        ("source", "Literal['ssap', 'votable']", False, "ssap", "where the spectra come from", ""),
        ("bands", "list[float]", False, [6500.0, 6600.5], "first and last wavelength", "angstrom"),
        ("table", "Path | None", False, Path("a.xml"), "a VOTable", ""),
        ("target", "str", True, None, "name of the object", ""),
        ("seed", "int", False, 1, "seed of what is random", ""),
        ("quick", "bool", False, False, "", ""),
        ("out", "Path", True, None, "where the products go", ""),
    ]


def test_imports_of_types_and_lines_of_source_are_allowed(make_notebook):
    path = make_notebook("from pathlib import Path\n# a remark\nout: Path")
    document = json.loads(path.read_text())
    document["cells"][1]["source"] = document["cells"][1]["source"].splitlines(keepends=True)
    path.write_text(json.dumps(document))
    assert [parameter.name for parameter in contract.read(path).parameters] == ["out"]


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("radius = 1.0\nout: Path", "no annotated assignment"),
        ("print(1)\nout: Path", "no annotated assignment"),
        ("import os\nout: Path", "no annotated assignment"),
        ("from os import path\nout: Path", "no annotated assignment"),
        ("'''Parameters'''\nout: Path", "no annotated assignment"),
        ("x.y: int = 1\nout: Path", "no annotated assignment"),
        ("radius: float = open('/etc/passwd')\nout: Path", "the default of radius"),
        ("radius: float = 1 + 1\nout: Path", "the default of radius"),
        ("radius: float = 'wide'\nout: Path", "the default of radius"),
        ("radius: float = 1e999\nout: Path", "the default of radius"),
        ("radius: float = None\nout: Path", "the default of radius"),
        ("table: Path = Path('a', 'b')\nout: Path", "the default of table"),
        ("table: Path = Path(open('x'))\nout: Path", "the default of table"),
        ("seed: int = True\nout: Path", "the default of seed"),
        ("radius: dict = {}\nout: Path", "is of type dict"),
        ("radius: float | int = 1\nout: Path", "is of type float | int"),
        ("radius: list[list[int]] = []\nout: Path", "is of type list"),
        ("radius: Literal[1.5] = 1.5\nout: Path", "is of type Literal"),
        ("radius: exec('x') = 1\nout: Path", "is of type exec"),
        ("seed: int = 1\nseed: int = 2\nout: Path", "declared twice"),
        ("seed: int = 1", "does not take out"),
        ("out: str", "does not take out"),
        ("%matplotlib inline\nout: Path", "not plain Python"),
        ("out: Path\nx: int = (", "not plain Python"),
    ],
)
def test_a_malformed_cell_is_refused_on_one_line_with_notebook_and_cell(make_notebook, cell, complaint):
    with pytest.raises(NotebookError) as refusal:
        contract.read(make_notebook(cell))
    assert str(refusal.value).startswith("tiny.ipynb, cell 2: ")
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_no_cell_and_two_cells_are_refused(make_notebook):
    path = make_notebook()
    document = json.loads(path.read_text())
    document["cells"].append(document["cells"][1])
    path.write_text(json.dumps(document))
    with pytest.raises(NotebookError, match="2 cells are tagged 'parameters'"):
        contract.read(path)
    del document["cells"][1:]
    path.write_text(json.dumps(document))
    with pytest.raises(NotebookError, match="0 cells are tagged 'parameters'"):
        contract.read(path)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"cells": [1]}', "not JSON", "[" * 100_000, '{"cells": [{"metadata": []}]}', "\udcff"],
)
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(NotebookError, match="not a notebook"):
        contract.read(path)


def test_unknown_names_are_refused_and_the_nearest_is_suggested(make_notebook):
    read = contract.read(make_notebook(CELL))
    with pytest.raises(ParameterError, match=r"did you mean radius\?"):
        read.parse({"raduis": "1"})
    with pytest.raises(ParameterError, match="unknown parameter"):
        read.check({"x=0;open('/tmp/canary', 'w')": 1})


def test_missing_ones_are_named_with_the_remedy(make_notebook):
    with pytest.raises(ParameterError, match=r"no value for target; give -p target VALUE"):
        contract.read(make_notebook(CELL)).complete({"out": "x"})


def test_what_is_complete_holds_the_defaults(make_notebook):
    values = contract.read(make_notebook(CELL)).complete({"out": "x", "target": "007", "radius": None})
    assert values["target"] == "007"
    assert values["radius"] is None
    assert values["bands"] == [6500.0, 6600.5]
    assert values["out"] == Path("x")
