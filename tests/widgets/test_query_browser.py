"""The query panel in a real JupyterLab: ask, choose by keyboard, download, read what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

HERE = str(Path(__file__).parent)


@pytest.fixture
def panel(lab, page):
    def show(count=12):
        notebook = lab(
            [
                f"""
import sys
sys.path.insert(0, {HERE!r})
from archive_fakes import FakeArchive
from astrolib.widgets import QueryPanel
archive = FakeArchive({count})
panel = QueryPanel(service="test", **archive.functions())
panel
""",
                "out = panel.outcome\nprint(out.requested, out.delivered, out.missing[0].id)",
            ]
        )
        notebook.open(page)
        page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
        page.locator(".astrolib-query-form").wait_for()
        return page

    return show


def ask(page, target):
    page.get_by_label("Radius", exact=True).fill("")
    field = page.get_by_label("Target", exact=True)
    field.fill(target)
    field.press("Enter")


def status(page):
    return page.locator(".astrolib-query-status")


def test_find_choose_by_keyboard_and_download(panel):
    page = panel()
    ask(page, "BU Tau")
    status(page).get_by_text("Found 12 spectra.").wait_for()
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("b")  # in JupyterLab a new cell
    assert page.locator(".jp-Cell").count() == 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="Download 4 spectra").click()
    page.get_by_text("4 requested, 3 delivered, 1 missing").wait_for()
    page.get_by_text("What is missing, and why").click()
    page.get_by_role("cell", name="it answered 404; ask the archive's operators").wait_for()
    page.evaluate(
        """async () => {
          const notebook = jupyterapp.shell.currentWidget.content;
          notebook.activeCellIndex = 1;
          notebook.deselectAll();
          await jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    page.get_by_text("4 3 ivo://test/3").wait_for()
    assert page.evaluate("window.hostile") is None
    assert page.locator(".astrolib-query img").count() == 0


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("nothing", "None: the service answered, and holds nothing that matches."),
        ("broken", "Failed: it answered 503; try again later"),
    ],
)
def test_none_and_failed_are_told_apart(panel, target, says):
    page = panel()
    ask(page, target)
    status(page).get_by_text(says).wait_for()
    assert page.locator(".astrolib-query-status.astrolib-error").count() == (target == "broken")
    assert not page.get_by_role("grid").is_visible()


def test_a_target_and_a_radius_are_searched_around(panel):
    page = panel()
    page.get_by_label("Target", exact=True).fill("BU Tau")
    page.get_by_label("Target", exact=True).press("Enter")
    status(page).get_by_text("Found 12 spectra.").wait_for()
    position = page.get_by_label("Position of BU Tau")
    assert position.input_value() == "10.000000 +20.000000"
    page.get_by_label("Target", exact=True).press_sequentially("x")
    assert page.get_by_label("Position (RA, Dec)").input_value() == ""


def test_a_folder_is_read_and_shows_only_what_applies(panel):
    page = panel()
    page.get_by_role("button", name="Folder", exact=True).click()
    page.get_by_label("Target", exact=True).wait_for(state="hidden")
    assert not page.get_by_label("Service or address").is_visible()
    page.get_by_label("Its path", exact=True).fill("~/spectra")
    page.get_by_label("Its path", exact=True).press("Enter")
    status(page).get_by_text("Found 12 spectra.").wait_for()
    assert page.get_by_role("grid").is_visible()
    assert not page.locator(".astrolib-sky-view").is_visible()
    assert not page.get_by_role("button", name="Only H-alpha").is_visible()


def test_thousands_of_rows_keep_a_small_page_and_are_sorted_and_filtered(panel):
    page = panel(5000)
    ask(page, "x")
    status(page).get_by_text("Found 5000 spectra.").wait_for()
    rows = page.locator(".astrolib-table-row")
    assert rows.count() < 60
    page.get_by_role("button", name="exposure").click()
    page.get_by_role("button", name="exposure").click()
    rows.first.get_by_text("5299").wait_for()
    page.get_by_label("Filter the rows").fill("4 her")
    page.get_by_text("1250 of 5000 rows, 0 chosen").wait_for()
    page.get_by_role("button", name="Choose all").click()
    page.get_by_role("button", name="Download 1250 spectra").wait_for()


def test_a_star_is_chosen_on_the_sky(panel):
    page = panel(1)
    ask(page, "x")
    status(page).get_by_text("Found 1 spectrum.").wait_for()
    chart = page.locator(".astrolib-sky-view canvas")
    box = chart.bounding_box()
    page.mouse.click(box["x"] + 66 + (box["width"] - 80) / 2, box["y"] + 12 + (box["height"] - 56) / 2)
    page.get_by_role("button", name="Download 1 spectrum").wait_for()
    page.locator(".astrolib-table-row[aria-selected='true']").wait_for()
