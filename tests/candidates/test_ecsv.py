"""Tables on disk come back as they were, whatever stands in them, and astropy's own reader agrees."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.table import MaskedColumn, QTable, Table
from hypothesis import given
from hypothesis import strategies as st

from astrolib.candidates.ecsv import read_ecsv, write_ecsv
from astrolib.core.errors import UnreadableFileError

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12).map(str.strip)


@given(
    rows=st.lists(
        st.tuples(TEXT, st.floats(width=64), st.integers(-(2**40), 2**40), st.booleans()), min_size=1
    )
)
def test_whatever_stands_in_it(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("ecsv") / "table.ecsv"
    words, numbers, counts, flags = zip(*rows, strict=True)
    table = QTable(
        {"a name": list(words), "x": np.array(numbers) * u.deg, "n": list(counts), "yes": list(flags)}
    )
    table.meta["trail"] = [{"cut": "p > 0.5", "left": 3}]
    write_ecsv(table, path)
    again = read_ecsv(path)
    assert again.colnames == table.colnames
    assert again["a name"].tolist() == list(words)
    assert np.array_equal(again["x"].value, np.array(numbers), equal_nan=True)
    assert (again["x"].unit, again["n"].tolist(), again["yes"].tolist()) == (u.deg, list(counts), list(flags))
    assert again.meta["trail"] == table.meta["trail"]


def test_astropy_reads_it(tmp_path):
    table = QTable({"id": ["a b", "", 'say "hi"'], "x": [1.5, np.nan, -2.0]})
    write_ecsv(table, tmp_path / "t.ecsv")
    again = QTable.read(tmp_path / "t.ecsv", format="ascii.ecsv")
    assert np.ma.filled(again["id"], "").tolist() == table["id"].tolist()
    assert np.array_equal(np.asarray(again["x"]), table["x"], equal_nan=True)


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ("nothing", 3),
        ("nothing", 0),
        ("a number is left out", 3),
        ("a text is left out", 3),
        ("lists", 3),
        ("comma", 3),
        ("comma", 0),
    ],
)
def test_it_reads_what_astropy_reads(tmp_path, change, rows):
    table = Table(
        {"id": ["a b", "é", 'say "hi"'], "x": [1.5, np.inf, -2.0], "n": np.arange(3, dtype=np.int16)}
    )
    table["x"].unit, table["x"].info.description, table.meta = u.deg, "where", {"k": [1, 2]}
    if "left out" in change:
        name = "x" if "number" in change else "id"
        table[name] = MaskedColumn(table[name], mask=[False, True, False])
    if change == "lists":
        table["list"] = [[1, 2], [3, 4], [5, 6]]
    path = tmp_path / "t.ecsv"
    table[:rows].write(path, format="ascii.ecsv", delimiter="," if change == "comma" else " ")
    mine, theirs = read_ecsv(path), QTable.read(path, format="ascii.ecsv")
    assert mine.colnames == theirs.colnames
    assert mine.meta == theirs.meta
    for name in theirs.colnames:
        one, other = mine[name], theirs[name]
        assert (one.dtype.kind, one.unit, one.shape) == (other.dtype.kind, other.unit, other.shape)
        assert np.array_equal(np.ma.filled(one, one.dtype.type()), np.ma.filled(other, other.dtype.type()))
        assert one.info.description == other.info.description


@pytest.mark.parametrize(
    "content", ["", "id,label\n1,2\n", "# %ECSV 1.0\n# ---\n# datatype: 3\nx\n1\n", "\0\1"]
)
def test_what_is_no_ecsv_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "t.ecsv").write_text(content)
    with pytest.raises(UnreadableFileError, match="not ECSV") as error:
        read_ecsv(tmp_path / "t.ecsv")
    assert "\n" not in str(error.value)
