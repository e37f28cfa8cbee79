"""`som.npz`, `assignments.ecsv` and `som.html`: whole, readable again, and safe with hostile names."""

from __future__ import annotations

import json
import re
import zipfile

import numpy as np
import pytest
from astropy.table import Table

from astrolib.core.errors import HostileFileError, RefusedError, UnreadableFileError
from astrolib.models.map import SpectrumMap, Topology, assignments, page, write_assignments, write_page

HOSTILE = '</script><img src=x onerror="window.hacked=1">'


@pytest.fixture
def mapped(lines, prepare):
    """Return (map, prepared spectra, matches) with a hostile id and name among them."""
    flux = lines[0][:400]
    ids = [HOSTILE, *(f"{n:04d}" for n in range(1, 400))]
    prepared = prepare(flux, ids, target=[HOSTILE] * 400)
    som = SpectrumMap.of(prepared, Topology(4, 6, "hexagonal", "toroidal"), epochs=3, seed=2)
    return som, prepared, som.match(prepared)


def test_a_map_comes_back_from_its_file(mapped, tmp_path):
    som, prepared, _ = mapped
    som.save(tmp_path / "som.npz")
    back = SpectrumMap.load(tmp_path / "som.npz")
    assert (back.topology, back.recipe_hash) == (som.topology, prepared.recipe_hash)
    assert (back.weights == som.weights).all()
    assert (back.wavelength == som.wavelength).all()


def test_spectra_of_another_recipe_are_refused(mapped, prepare, lines):
    with pytest.raises(RefusedError, match="recipe"):
        mapped[0].match(prepare(lines[0][:5], recipe="other"))


def test_a_file_that_is_no_map_is_said_to_be_none(tmp_path, mapped):
    (tmp_path / "text.npz").write_text("no map")
    np.savez(tmp_path / "other.npz", weights=np.zeros((2, 2, 3)))
    np.savez(tmp_path / "pickle.npz", weights=np.array([{}], dtype=object))
    mapped[0].save(tmp_path / "cut.npz")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "cut.npz").read_bytes()[:-60])
    for name in ("text", "other", "pickle", "cut", "missing"):
        with pytest.raises((UnreadableFileError, HostileFileError)):
            SpectrumMap.load(tmp_path / f"{name}.npz")


def test_an_array_that_claims_more_than_its_file_holds_is_refused(tmp_path):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (50, 50, 2000000000), }"
    member = b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n"
    with zipfile.ZipFile(tmp_path / "som.npz", "w") as archive:
        archive.writestr("weights.npy", member)
    with pytest.raises(HostileFileError, match="claims more"):
        SpectrumMap.load(tmp_path / "som.npz")


def test_assignments_come_back_with_hostile_ids(mapped, tmp_path):
    som, prepared, matches = mapped
    write_assignments(tmp_path / "a.ecsv", assignments(prepared.ids, matches, som.topology))
    table = Table.read(tmp_path / "a.ecsv", format="ascii.ecsv")
    assert table.colnames == ["id", "row", "column", "distance"]
    assert list(table["id"]) == list(prepared.ids)
    assert (table["row"] * 6 + table["column"] == matches.neuron).all()
    assert table["distance"].data == pytest.approx(matches.distance, abs=1e-5)


def test_the_page_names_nothing_outside_itself_and_holds_names_as_data(mapped, tmp_path):
    write_page(tmp_path / "som.html", *mapped, title="<b>title</b>")
    text = (tmp_path / "som.html").read_text()
    assert HOSTILE not in text
    assert "<b>" not in text
    assert "default-src 'none'" in text
    assert not re.search(r'(src|href)="?http', text)
    content = json.loads(re.search(r'id="map">(.*?)</script>', text, re.DOTALL).group(1))
    shown = [member for neuron in content["members"] for member in neuron]
    assert HOSTILE in {member[1] for member in shown}
    assert content["total"] == 400


def test_the_page_stays_small(lines, prepare, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST_VALUES", 24 * 60 * 3)
    prepared = prepare(lines[0])
    som = SpectrumMap.of(prepared, Topology(4, 6), epochs=2)
    write_page(tmp_path / "som.html", som, prepared, som.match(prepared))
    content = json.loads(re.search(r'id="map">(.*?)</script>', (tmp_path / "som.html").read_text()).group(1))
    assert max(len(neuron) for neuron in content["members"]) == 3


@pytest.mark.browser
def test_the_page_is_walked_by_keys_and_runs_no_name(mapped, tmp_path, page):
    write_page(tmp_path / "som.html", *mapped)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "som.html").as_uri())
    lattice = page.locator(".astrolib-map-lattice")
    heading = page.locator(".astrolib-map-right .astrolib-title")
    lattice.press("ArrowDown")
    before = heading.inner_text()
    for _ in range(6):
        lattice.press("ArrowRight")
    assert heading.inner_text() == before  # once round the torus
    lattice.press("ArrowRight")
    assert heading.inner_text() != before
    for name in ("u-matrix", "flux"):
        page.locator(f"[data-plane='{name}']").click()
    assert page.locator(".astrolib-map-members").get_by_text("<img").count() > 0
    assert page.evaluate("window.hacked") is None
    assert said == []
