"""Prepared spectra on disk: whole or not at all, nothing twice, and a matrix that follows its parts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from astrolib.collection import PreparedSpectra, prepared_matrix
from astrolib.core.errors import ParameterError, UnreadableFileError

GRID = np.linspace(6519, 6732, 14)
RECIPE = {"name": "test", "scale": "minmax", "wave_min": 6519.0}


def fluxes(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, (count, GRID.size)).astype("f4")


def names(count: int, first: int = 0) -> list[str]:
    return [f"{n:016x}" for n in range(first, first + count)]


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedSpectra:
    folder = tmp_path / "prepared"
    with PreparedSpectra.create(folder, GRID, RECIPE) as writer:
        writer.append(names(5), fluxes(5), source=list("abcde"), target=["x", "y", "", "", "x"],
                      ra=[1, 2, 3, np.nan, 9], dec=[4, 5, 6, np.nan, 9])  # fmt: skip
        writer.append(names(3, 5), fluxes(3, 1))
    return PreparedSpectra.open(folder)


def test_what_goes_in_comes_out(prepared):
    assert len(prepared) == 8
    assert prepared.ids.tolist() == names(8)
    assert prepared.wavelength.tolist() == GRID.tolist()
    assert (prepared.recipe, prepared.medium) == (RECIPE, "vacuum")
    np.testing.assert_array_equal(prepared.flux, np.concatenate([fluxes(5), fluxes(3, 1)]))
    assert prepared.flux.dtype == np.float32
    assert prepared.info["source"].tolist() == [*"abcde", "", "", ""]
    assert prepared.info["ra"][1].to_value("deg") == 2
    assert np.isnan(prepared.info["dec"][3])


def test_rows_and_chunks(prepared):
    assert prepared.rows(names(2, 6)[::-1]).tolist() == [7, 6]
    with pytest.raises(ParameterError, match="cafe"):
        prepared.rows([names(1)[0], "cafe"])
    parts = list(prepared.chunks(3))
    assert [part[0] for part in parts] == [slice(0, 3), slice(3, 6), slice(6, 8)]
    np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), prepared.flux)


def test_the_matrix_is_for_reading(prepared):
    with pytest.raises(ValueError, match="read-only"):
        prepared.flux[0, 0] = 1
    assert isinstance(prepared.flux, np.memmap)


def test_inverse_variance_and_mask_come_along(tmp_path):
    ivar = np.abs(fluxes(3)) + 1
    ivar[1] = np.nan
    mask = fluxes(3) > 0
    with PreparedSpectra.create(tmp_path / "p", GRID, RECIPE) as writer:
        writer.append(names(3), fluxes(3), ivar=ivar, mask=mask)
        writer.append(names(2, 3), fluxes(2))
    prepared = PreparedSpectra.open(tmp_path / "p")
    unknown = np.full((2, GRID.size), np.nan)
    np.testing.assert_array_equal(prepared.ivar, np.concatenate([ivar, unknown]))
    np.testing.assert_array_equal(prepared.mask, np.concatenate([mask, unknown > 0]))


def test_without_inverse_variance_there_is_none(prepared):
    assert prepared.ivar is None
    assert prepared.mask is None


@pytest.mark.parametrize(
    ("ids", "change", "told"),
    [
        (names(2), np.nan, names(1)[0]),
        (names(2), np.inf, names(1)[0]),
        (["a", "a"], 1.0, "a: it comes twice"),
    ],
)
def test_a_spectrum_that_cannot_be_kept_is_named_and_nothing_is_left(tmp_path, ids, change, told):
    flux = fluxes(2)
    flux[0, 3] = change
    with (
        pytest.raises(ParameterError, match=told),
        PreparedSpectra.create(tmp_path / "p", GRID, RECIPE) as writer,
    ):
        writer.append(ids, flux)
    assert list(tmp_path.glob("*p*")) == []


def test_a_folder_in_use_is_refused(prepared):
    with pytest.raises(ParameterError, match="there already"):
        PreparedSpectra.create(prepared.folder, GRID, RECIPE)


def test_none_prepared_is_an_honest_empty_folder(tmp_path):
    with PreparedSpectra.create(tmp_path / "p", GRID, RECIPE):
        pass
    empty = PreparedSpectra.open(tmp_path / "p")
    assert empty.flux.shape == (0, GRID.size)
    assert (len(empty), empty.objects().size, list(empty.chunks())) == (0, 0, [])


def test_no_parts_is_an_error(tmp_path):
    with pytest.raises(ParameterError, match="no prepared spectra"):
        PreparedSpectra.open(tmp_path)


def test_the_matrix_follows_its_parts(prepared):
    """A file changed in place, by whatever program, is read again."""
    part = min(prepared.folder.glob("part-*.parquet"))
    table = pq.read_table(part)
    doubled = [[2 * value for value in row] for row in table["flux"].to_pylist()]
    table = table.set_column(
        table.schema.get_field_index("flux"), "flux", pa.array(doubled, pa.list_(pa.float32()))
    )
    before = np.array(prepared.flux)
    pq.write_table(table, part)
    again = PreparedSpectra.open(prepared.folder)
    np.testing.assert_array_equal(again.flux[:5], 2 * before[:5])
    assert len(list(prepared.folder.glob(".flux-*.npy"))) == 1


def test_a_damaged_matrix_is_made_again(prepared):
    next(prepared.folder.glob(".flux-*.npy")).unlink()
    assert PreparedSpectra.open(prepared.folder).flux.shape == (8, GRID.size)


def test_a_copy_has_the_same_content(prepared, tmp_path):
    shutil.copytree(prepared.folder, tmp_path / "copy", copy_function=shutil.copyfile)
    copy = PreparedSpectra.open(tmp_path / "copy")
    np.testing.assert_array_equal(copy.flux, prepared.flux)
    assert (copy.sha256, copy.recipe_hash) == (prepared.sha256, prepared.recipe_hash)


def test_a_folder_for_reading_only_is_read(prepared, monkeypatch):
    next(prepared.folder.glob(".flux-*.npy")).unlink()
    monkeypatch.setattr(prepared_matrix.os, "access", lambda place, mode: place != prepared.folder)
    assert PreparedSpectra.open(prepared.folder).flux.shape == (8, GRID.size)
    assert not list(prepared.folder.glob(".flux-*.npy"))


def foreign(folder: Path, ids: list[str], flux: list[list[float]]) -> Path:
    folder.mkdir()
    pq.write_table(
        pa.table({"id": ids, "flux": pa.array(flux, pa.list_(pa.float32()))}),
        folder / "part-0.parquet",
    )
    return folder


def test_a_folder_of_others_needs_identities_and_fluxes_alone(tmp_path):
    one = PreparedSpectra.open(foreign(tmp_path / "one", ["a", "b"], [[1, 2, 3], [4, 5, 6]]))
    other = PreparedSpectra.open(foreign(tmp_path / "other", ["a", "b"], [[1, 2, 3], [4, 5, 7]]))
    assert one.flux.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert one.recipe == {"name": "unknown"}
    assert np.isnan(one.wavelength).all()
    assert one.wavelength.size == 3
    assert one.recipe_hash != other.recipe_hash
    assert one.info["target"].tolist() == ["", ""]


@pytest.mark.parametrize(
    "flux", [[[1, 2], [np.nan, 1]], [[1, 2], [1]], [[1, 2], None]], ids=["nan", "short", "none"]
)
def test_a_flux_that_is_no_row_of_a_matrix_is_named(tmp_path, flux):
    with pytest.raises(UnreadableFileError, match="flux of b"):
        _ = PreparedSpectra.open(foreign(tmp_path / "p", ["a", "b"], flux)).flux


def test_a_column_of_another_kind_is_named(tmp_path):
    folder = foreign(tmp_path / "p", ["a"], [[1, 2]])
    table = pq.read_table(folder / "part-0.parquet").append_column("ra", pa.array(["north"]))
    pq.write_table(table, folder / "part-0.parquet")
    with pytest.raises(UnreadableFileError, match=r"part-0.*north"):
        PreparedSpectra.open(folder)


@pytest.mark.parametrize("grid", ["[1, 2]", "{}", "no JSON", '{"wavelength": "red"}', "null"])
def test_a_heading_of_another_kind_is_named(tmp_path, grid):
    folder = foreign(tmp_path / "p", ["a"], [[1, 2]])
    table = pq.read_table(folder / "part-0.parquet").replace_schema_metadata({"grid": grid, "recipe": "{}"})
    pq.write_table(table, folder / "part-0.parquet")
    with pytest.raises(UnreadableFileError, match="part-0"):
        PreparedSpectra.open(folder)


def test_a_spectrum_twice_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match="spectrum a comes 2 times"):
        PreparedSpectra.open(foreign(tmp_path / "p", ["a", "a"], [[1], [2]]))


def test_a_broken_part_is_named(prepared):
    part = next(prepared.folder.glob("part-*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(UnreadableFileError, match=part.name):
        PreparedSpectra.open(prepared.folder)


def test_two_recipes_in_one_folder_are_refused(prepared, tmp_path):
    with PreparedSpectra.create(tmp_path / "other", GRID, RECIPE | {"scale": "none"}) as writer:
        writer.append(["f" * 16], fluxes(1))
    shutil.copy(next((tmp_path / "other").glob("part-*")), prepared.folder / "part-9.parquet")
    with pytest.raises(UnreadableFileError, match="another grid or recipe"):
        PreparedSpectra.open(prepared.folder)


def test_a_recipe_is_its_values_not_its_name(tmp_path):
    def made(folder: str, **values) -> str:
        with PreparedSpectra.create(tmp_path / folder, GRID, RECIPE | values):
            pass
        return PreparedSpectra.open(tmp_path / folder).recipe_hash

    assert made("a") == made("b", name="mine") != made("c", scale="none")


PROGRAM = """
import resource, sys
from pathlib import Path
import numpy as np
from astrolib.collection import PreparedSpectra

def own():  # what the process holds, file-mapped pages not counted [MB]
    return int(next(l for l in open("/proc/self/status") if l.startswith("RssAnon")).split()[1]) / 1024

folder, count, pixels = Path(sys.argv[1]), int(sys.argv[2]), 140
before = own()
most = 0
rng = np.random.default_rng(0)
with PreparedSpectra.create(folder, np.arange(pixels), {"name": "test"}) as writer:
    for first in range(0, count, 5000):
        flux = rng.random((5000, pixels), dtype="f4")
        writer.append([f"{n:016x}" for n in range(first, first + 5000)], flux)
        most = max(most, own())
prepared = PreparedSpectra.open(folder)
for rows, flux in prepared.chunks():
    most = max(most, own())
assert len(prepared) == count
print(most - before)
"""


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_memory_stays_bounded(tmp_path, count):
    """140 pixels of 4 bytes: 11 MB for the smaller count, 560 MB for the larger, and 130 MB of identities."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "p"), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=500)
    assert float(done.stdout) < 450
