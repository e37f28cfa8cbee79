"""The verifying panel in JupyterLab: judged by keyboard, hostile names as text, the trap said and marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.labels import LabelStore, current

pytestmark = pytest.mark.browser

SETUP = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import verify_fakes as fakes
from astrolib.labels import LabelStore
from astrolib.widgets import VerifyPanel
from astrolib.widgets.state.verify import VerifyState
"""
PANEL = """
titles = {"c0": fakes.HOSTILE}
store = LabelStore(Path(STORE))
state = VerifyState(fakes.IDS, fakes.functions(), name="test", store=store, who="ada", titles=titles)
VerifyPanel(state=state)
"""


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def opened(request, lab, page, tmp_path):
    """Return the page with a panel on it, and the store that it writes to."""
    store = tmp_path / "labels.sqlite"
    notebook = lab([SETUP, f"STORE = {str(store)!r}\n{PANEL}"])
    page.console_errors = []
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))
    notebook.open(page, dark=request.param)
    notebook.run(page)
    page.locator(".astrolib-deck[data-object='c0']").wait_for()
    page.locator(".astrolib-verify-trap b").wait_for()
    return page, LabelStore(store)


def test_three_candidates_by_keyboard(opened, tmp_path):
    page, store = opened
    assert page.locator(".astrolib-verify-trap").inner_text().startswith("A bright star 22″ away.")
    assert (
        page.locator(".astrolib-verify-source.astrolib-verify-spoils text").text_content() == "6.5 mag, 22″"
    )
    assert (
        page.locator("tr.astrolib-verify-spoils .astrolib-verify-name").inner_text()
        == "<img src=x onerror=window.hacked=1>"
    )
    assert page.locator(".astrolib-verify-here").count() == 2
    assert page.locator(".astrolib-verify-prepared path.astrolib-chart-line").count() == 2
    assert page.locator(".astrolib-verify-frame canvas").get_attribute("width") == "30"
    page.locator(".astrolib-verify").screenshot(path=tmp_path / "verify.png")
    page.keyboard.press("a")
    page.locator(".astrolib-deck[data-object='c1']").wait_for()
    page.keyboard.press("n")
    page.keyboard.type("a reject by hand")
    page.keyboard.press("Enter")
    page.keyboard.press("f")
    page.keyboard.press("r")
    page.locator(".astrolib-deck[data-object='c2']").wait_for()
    page.get_by_text("The spectrum is not here.").wait_for()
    page.get_by_text("There is no prepared spectrum of this candidate.").wait_for()
    assert page.locator(".astrolib-verify-map").is_hidden()
    page.keyboard.press("q")
    page.get_by_text("All 3 have an answer").wait_for()
    page.get_by_role("button", name="CSV").click()
    page.get_by_text("as csv").wait_for()
    said = {one.object: (one.label, one.flags, one.note) for one in current(store.events())}
    assert said == {
        "c0": ("accept", (), ""),
        "c1": ("reject", ("noteworthy",), "a reject by hand"),
        "c2": ("unsure", (), ""),
    }
    assert page.evaluate("window.hacked") is None
    assert page.console_errors == []


def test_a_row_and_its_mark_are_pointed_at_together(opened):
    page, _ = opened
    page.locator("tr.astrolib-verify-spoils").hover()
    page.locator("g.astrolib-verify-source.astrolib-verify-pointed").wait_for(state="attached")
    page.locator(".astrolib-verify-facts").hover()
    page.locator("g.astrolib-verify-pointed").wait_for(state="detached")
