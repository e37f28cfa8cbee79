"""The spectrum viewer in a real JupyterLab: it follows wheel, mouse and keys, and the view stays."""

from __future__ import annotations

import re

import pytest
from defusedxml import ElementTree

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hostile=1>"
MAKE = f"""
import numpy as np
from astrolib.core.spectrum import Spectrum
from astrolib.widgets import SpectrumViewer
x = np.linspace(6200, 6800, 4000)
def spectrum(number, name="BU Tau"):
    flux = 1 + number + 2 * np.exp(-0.5 * ((x - 6562.801) / 3) ** 2)
    return Spectrum(x, flux, medium="air", target=name, flux_unit="adu")
viewer = SpectrumViewer([spectrum(0), spectrum(1, "{HOSTILE}"), spectrum(2)])
viewer
"""
CURVES = """[...document.querySelectorAll(".astrolib-viewer .curve path.line")]
  .filter(path => path.getAttribute("d")?.length > 5000).length"""


@pytest.fixture
def shown(lab, page):
    notebook = lab([MAKE, "viewer.spectra = [spectrum(3), spectrum(4)]"])
    notebook.open(page)
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    page.locator(".astrolib-viewer .bqplot[tabindex='0']").wait_for()
    page.wait_for_function(f"{CURVES} === 3")
    return page


def ends(page):
    return [float(page.get_by_label(label, exact=True).input_value()) for label in ("Range from", "Range to")]


def until_range(page, true):
    for _ in range(100):
        if true(*ends(page)):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"the range stayed at {ends(page)}")


def plot(page):
    return page.locator(".astrolib-viewer .bqplot")


def run_next(page):
    page.evaluate(
        """async () => {
          const notebook = jupyterapp.shell.currentWidget.content;
          notebook.activeCellIndex = 1;
          notebook.deselectAll();
          await jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )


def test_zoom_by_keys_wheel_and_mouse_stays_when_the_spectra_change(shown):
    assert ends(shown) == [6200, 6800]
    plot(shown).focus()
    shown.keyboard.press("+")
    until_range(shown, lambda low, high: abs(high - low - 480) < 1)
    shown.keyboard.press("h")
    until_range(shown, lambda low, high: abs((low + high) / 2 - 6562.8) < 0.2 and high - low < 81)
    box = plot(shown).bounding_box()
    shown.mouse.move(box["x"] + 500, box["y"] + 200)
    shown.mouse.wheel(0, -200)
    until_range(shown, lambda low, high: high - low < 60)
    before = ends(shown)
    shown.mouse.down()
    shown.mouse.move(box["x"] + 600, box["y"] + 200, steps=4)
    shown.mouse.up()
    until_range(shown, lambda low, high: low < before[0] - 1)
    moved = ends(shown)
    run_next(shown)
    shown.locator(".astrolib-viewer-legend button").nth(2).wait_for(state="detached")
    shown.get_by_role("button", name="Vacuum").click()
    shown.get_by_text("wavelength in vacuum [Å]").wait_for()
    assert ends(shown) == moved
    plot(shown).focus()
    shown.keyboard.press("r")
    until_range(shown, lambda low, high: high - low > 590)


def test_the_page_scrolls_until_the_plot_is_clicked(shown):
    box = plot(shown).bounding_box()
    shown.mouse.move(box["x"] + 400, box["y"] + 200)
    shown.mouse.wheel(0, -100)
    shown.get_by_text("Click the plot, then the wheel zooms").wait_for()
    assert ends(shown) == [6200, 6800]


def test_shift_and_drag_zooms_into_a_box(shown):
    box = plot(shown).bounding_box()
    shown.keyboard.down("Shift")
    shown.mouse.move(box["x"] + 300, box["y"] + 100)
    shown.mouse.down()
    shown.mouse.move(box["x"] + 500, box["y"] + 250, steps=4)
    shown.mouse.up()
    shown.keyboard.up("Shift")
    until_range(shown, lambda low, high: 100 < high - low < 250)


def test_the_pointer_reads_wavelength_and_flux(shown):
    box = plot(shown).bounding_box()
    shown.mouse.move(box["x"] + 300, box["y"] + 100)
    said = shown.locator(".astrolib-viewer-foot output").inner_text()
    assert re.fullmatch(r"6[2-8]\d\d(\.\d+)? Å +flux \d+\.\d+", said)


def test_a_spectrum_is_switched_off_in_the_legend_and_names_are_text(shown):
    hostile = shown.locator(".astrolib-viewer-legend button").filter(has_text=HOSTILE)
    hostile.click()
    shown.wait_for_function(
        "() => document.querySelectorAll('.astrolib-viewer-legend [aria-pressed=false]').length === 1"
    )
    shown.wait_for_function(f"{CURVES} === 2")
    assert shown.evaluate("window.hostile") is None
    assert shown.locator(".astrolib-viewer-legend img").count() == 0


def test_keys_stay_out_of_jupyterlab(shown):
    cells = shown.locator(".jp-Cell").count()
    plot(shown).focus()
    for key in "abdxLNlnr+-":
        shown.keyboard.press(key)
    assert shown.locator(".jp-Cell").count() == cells
    assert shown.locator(".astrolib-viewer").count() == 1


def test_the_theme_is_followed_live(shown):
    def paint():
        return shown.evaluate(
            """() => ["path.line", ".axis text"].map(name => {
              const found = document.querySelector(`.astrolib-viewer .bqplot ${name}`);
              return [getComputedStyle(found).stroke, getComputedStyle(found).fill].join();
            })"""
        )

    light = paint()
    shown.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    shown.locator("body[data-jp-theme-light='false']").wait_for(state="attached")
    dark = paint()
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_the_figure_is_saved_with_the_colours_on_the_screen(shown, tmp_path):
    with shown.expect_download() as download:
        shown.get_by_role("button", name="SVG").click()
    download.value.save_as(tmp_path / "spectra.svg")
    figure = ElementTree.parse(tmp_path / "spectra.svg").getroot()
    styles = " ".join(part.get("style", "") for part in figure.iter())
    assert "rgb(0, 79, 168)" in styles
    assert "var(" not in styles
    assert "wavelength in air [Å]" in "".join(figure.itertext())


def test_an_empty_viewer_is_one_sentence_and_the_console_stays_quiet(lab, page):
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    cells = [f"{MAKE[: MAKE.index('viewer =')]}viewer = SpectrumViewer()\nviewer", "viewer.show(spectrum(0))"]
    notebook = lab(cells)
    notebook.open(page)
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    page.get_by_text("No spectra yet.").wait_for()
    assert not plot(page).is_visible()
    run_next(page)
    page.wait_for_function(f"{CURVES} === 1")
    assert plot(page).is_visible()
    assert [text for text in said if "attribute" in text] == []
