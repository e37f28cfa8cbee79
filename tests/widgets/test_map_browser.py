"""The explorer of a map in JupyterLab: keys and mouse, a region into a deck, light and dark."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1>"
SETUP = f"""
from pathlib import Path
import ipywidgets
import numpy as np
from astrolib.collection import PreparedSpectra
from astrolib.models.map import SpectrumMap, Topology
from astrolib.widgets import MapExplorer

rng = np.random.default_rng(3)
x = np.linspace(-1, 1, 120)
peak, width = rng.uniform(-1, 1, (2, 4000, 1))
flux = (np.exp(-(x / (0.12 + 0.08 * width)) ** 2) * peak + 0.04 * rng.normal(size=(4000, 120))).astype("f4")
ids = ["{HOSTILE}" + str(n) for n in range(4000)]
folder = Path(FOLDER)
with PreparedSpectra.create(folder, np.linspace(6519, 6732, 120), {{"name": "test"}}) as out:
    out.append(ids, flux, target=["{HOSTILE}" if n % 2 else f"star {{n}}" for n in range(4000)])
prepared = PreparedSpectra.open(folder)
som = SpectrumMap.of(prepared, Topology(10, 12), seed=1)
names = {{one: "emission" if p > 0.3 else "absorption" if p < -0.3 else "flat"
         for one, p, n in zip(ids, peak[:, 0], range(4000)) if n % 3 == 0}}
explorer = MapExplorer(som, prepared, labels=names,
                       deck=lambda chosen: ipywidgets.HTML(f"<p class='chosen'>{{len(chosen)}} chosen</p>"))
explorer
"""


@pytest.fixture
def open_map(lab, page, tmp_path):
    """Return a function that opens an explorer of 4,000 spectra in JupyterLab."""

    def shown(*, dark=False):
        notebook = lab([f"FOLDER = {str(tmp_path / 'prepared')!r}\n{SETUP}"])
        notebook.open(page, dark=dark)
        notebook.run(page)
        page.locator(".astrolib-map-members li").first.wait_for()
        return page.locator(".astrolib-map-lattice")

    return shown


def heading(page, text):
    page.locator(".astrolib-map-right .astrolib-title").filter(has_text=text).wait_for()


def plane(page, name):
    page.locator(f".astrolib-map [data-plane='{name}']").click()
    page.locator(f"[data-plane='{name}'][aria-checked=true]").wait_for()


def test_walk_brush_and_open_a_deck(open_map, page):
    lattice = open_map()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    box = lattice.bounding_box()
    lattice.click(position={"x": box["width"] / 2, "y": 12})
    heading(page, "Row 0, column")
    lattice.press("Home")  # means nothing here
    for _ in range(12):
        lattice.press("ArrowLeft")
    heading(page, "Row 0, column 0")
    lattice.press("ArrowDown")
    heading(page, "Row 1, column 0")
    lattice.press("Shift+ArrowRight")
    lattice.press("Shift+ArrowDown")
    foot = page.locator(".astrolib-map-foot")
    foot.get_by_text("of 4 neurons").wait_for()
    lattice.press("Enter")
    said = page.locator(".chosen").inner_text()
    assert foot.inner_text().startswith(said.split()[0] + " spectra")
    lattice.press("Escape")
    foot.get_by_text("Drag over the map").wait_for()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 150, steps=4)
    page.mouse.up()
    foot.get_by_text("neurons").wait_for()
    for key in ("d", "d", "a", "b", "x"):
        lattice.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.evaluate("window.hacked") is None


def test_the_kernel_follows_and_leads(open_map, page, lab):
    lattice = open_map()
    plane(page, "flux")
    page.locator(".astrolib-map-plot").press("ArrowRight")
    field = page.locator(".astrolib-map-tools input")
    assert float(field.input_value()) == pytest.approx(6519 + 213 / 2 + 213 / 119, abs=0.1)
    assert lattice.is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_read(open_map, page, dark, tmp_path):
    lattice = open_map(dark=dark)
    widget = page.locator(".astrolib-map")
    for name in ("counts", "u-matrix", "flux", "labels"):
        plane(page, name)
        page.wait_for_timeout(200)
        widget.screenshot(path=tmp_path / f"{name}.png")
    box = lattice.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 190, box["y"] + 170, steps=4)
    page.locator(".astrolib-map-box").wait_for()
    widget.screenshot(path=tmp_path / "brushing.png")
    page.mouse.up()
    page.locator(".astrolib-map-members li").nth(1).hover()
    widget.screenshot(path=tmp_path / "brushed.png")
    assert (tmp_path / "labels.png").stat().st_size > 10_000
