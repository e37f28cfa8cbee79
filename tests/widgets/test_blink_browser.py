"""Blinking in JupyterLab: verdicts by keyboard, pixels as they are, and a canvas that keeps its pace."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from astrolib.labels import LabelStore
from astrolib.labels.validation import validations

pytestmark = pytest.mark.browser

HERE = str(Path(__file__).parent)
CELL = """
import sys
from pathlib import Path
sys.path.insert(0, HERE)
from blink_fakes import FUNCTIONS
from astrolib.labels import LabelStore
from astrolib.widgets import BlinkPanel
from astrolib.widgets.state.blink import BlinkState

state = BlinkState([f"t{number:02d}" for number in range(20)], FUNCTIONS, name="test", who="ada",
                   store=LabelStore(Path(STORE)))
BlinkPanel(state=state)
"""

GREY = """([x, y]) => {
  const canvas = document.querySelector(".astrolib-blink-canvas");
  const dense = canvas.width / canvas.clientWidth;
  return canvas.getContext("2d").getImageData(Math.round(x * dense), Math.round(y * dense), 1, 1).data[0];
}"""
RECORD = """() => {
  window.frames = [];
  const number = document.querySelector(".astrolib-blink-number");
  new MutationObserver(() => window.frames.push(number.textContent)).observe(number, {childList: true});
}"""


class BlinkPage:
    """A blinking panel in a notebook, and what can be done to it."""

    def __init__(self, page: Any, store: Path) -> None:
        self.page, self.store = page, LabelStore(store)

    def object(self, name: str) -> None:
        """Wait until an object is on show, and keys go to it."""
        self.page.locator(f".astrolib-deck[data-object='{name}']").wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def status(self, text: str) -> None:
        self.page.locator(".astrolib-deck-status").filter(has_text=text).wait_for()

    def number(self, text: str) -> None:
        """Wait until the frame that is shown is named so."""
        self.page.locator(".astrolib-blink-number").filter(has_text=text).wait_for()

    def said(self) -> dict[str, tuple[str, frozenset[str]]]:
        return {
            one.tracklet_id: (one.verdict, one.invalid_frames) for one in validations(self.store.events())
        }


@pytest.fixture
def blink(lab, page, tmp_path):
    """Return a function that opens a panel over twenty made-up tracklets."""

    def open_panel(*, dark: bool = False) -> BlinkPage:
        store = tmp_path / "labels.sqlite"
        notebook = lab([f"HERE, STORE = {HERE!r}, {str(store)!r}\n" + CELL])
        notebook.open(page, dark=dark)
        notebook.run(page)
        shown = BlinkPage(page, store)
        shown.object("t00")
        shown.number("/ 4")
        return shown

    return open_panel


def test_twenty_objects_by_keyboard(blink, page):
    panel = blink()
    for number, key in enumerate("viq" * 6 + "vi"):
        panel.object(f"t{number:02d}")
        if number == 3:
            panel.press("2")
            panel.status("invalid position r1.fits")
        panel.press(key)
    panel.status("All 20 have an answer")
    said = panel.said()
    verdicts = {"v": "valid", "i": "invalid", "q": "unsure"}
    assert [said[f"t{n:02d}"][0] for n in range(20)] == [verdicts[key] for key in "viq" * 6 + "vi"]
    assert said["t03"] == ("valid", {"r1.fits"})
    panel.press("t", "t", "t")
    page.get_by_text("4 of 5").wait_for()
    assert page.evaluate("window.hacked") is None


def test_a_position_is_judged_by_digit_by_frame_and_by_pointer(blink, page):
    panel = blink()
    panel.press(".", "x")
    shown = page.locator(".astrolib-blink-number").inner_text()
    frame = f"r{int(shown[0]) - 1}.fits"
    if "not measured" not in shown:
        panel.status(f"invalid position {frame}")
        panel.press("x")
        panel.status(f"no longer invalid position {frame}")
    page.locator(".astrolib-blink-verdict").first.click()
    panel.status("invalid position r0.fits")
    panel.press("3")  # nothing was measured there
    panel.press("4")
    panel.status("invalid position r3.fits")
    page.locator(".astrolib-blink-thumb.astrolib-blink-invalid").nth(1).wait_for()
    assert panel.said()["t00"][1] == {"r0.fits", "r3.fits"}
    page.get_by_text("r1.fits", exact=True).wait_for()  # the lines to report follow
    panel.press("u")
    panel.status("Taken back")
    assert panel.said()["t00"][1] == {"r0.fits"}


def test_keys_go_on_working_when_what_had_the_focus_is_gone(blink, page):
    panel = blink()
    page.locator(".astrolib-blink-verdict").first.focus()
    panel.press("v")
    panel.object("t01")
    page.locator(".astrolib-blink-thumb").nth(2).click()
    panel.press("i")
    panel.object("t02")
    assert [panel.said()[name][0] for name in ("t00", "t01")] == ["valid", "invalid"]


def test_it_blinks_and_stands_still(blink, page):
    panel = blink()
    panel.press("k", "k", "k")
    page.evaluate(RECORD)
    page.wait_for_timeout(1500)
    shown = page.evaluate("window.frames")
    assert len(shown) >= 5
    numbers = [int(text[0]) for text in shown]
    assert all(after == before % 4 + 1 for before, after in pairwise(numbers))
    panel.press("Space")
    page.get_by_role("button", name="Space Play").wait_for()
    page.evaluate("window.frames = []")
    page.wait_for_timeout(400)
    assert page.evaluate("window.frames") == []
    before = int(page.locator(".astrolib-blink-number").inner_text()[0])
    panel.press(".")
    panel.number(f"{before % 4 + 1} / 4")
    panel.press(",")
    panel.number(f"{before} / 4")


def test_nothing_blinks_by_itself_where_reduced_motion_is_asked_for(blink, page):
    page.emulate_media(reduced_motion="reduce")
    panel = blink()
    page.get_by_role("button", name="Space Play").wait_for()
    page.evaluate(RECORD)
    page.wait_for_timeout(700)
    assert page.evaluate("window.frames") == []
    panel.press(".")
    panel.number("2 / 4")


def test_pixels_are_where_they_belong_and_stretch_moves_nothing(blink, page):
    """At zoom 1 the cutout fills the canvas: the star at (12, 14) from the lower left is bright."""
    panel = blink()
    panel.press("c", "Space", "-", "-", "-", "-", "-", "-", "+", "+")
    page.get_by_role("button", name="+ In").wait_for()
    side = page.locator(".astrolib-blink-canvas").evaluate("canvas => canvas.clientWidth")
    pixel = side / 64
    star = [12.5 * pixel, side - 14.5 * pixel]
    sky = [40.5 * pixel, side - 50.5 * pixel]
    for _ in range(3):
        assert page.evaluate(GREY, star) > 230
        assert page.evaluate(GREY, sky) < 140
        panel.press("s")
    panel.press("g")
    assert page.evaluate(GREY, star) < 25


def test_in_the_difference_stars_vanish_and_the_object_stays(blink, page):
    panel = blink()
    panel.press("c", "Space", "-", "-", "-", "-", "-", "-", "+", "+", "d")
    page.get_by_role("button", name="D Difference").wait_for()
    side = page.locator(".astrolib-blink-canvas").evaluate("canvas => canvas.clientWidth")
    pixel = side / 64
    index = int(page.locator(".astrolib-blink-number").inner_text()[0]) - 1
    assert page.evaluate(GREY, [(32.5 + 4 * index) * pixel, side - 32.5 * pixel]) > 200
    assert page.evaluate(GREY, [12.5 * pixel, side - 14.5 * pixel]) < 180


def test_on_the_object_the_object_stands_still(blink, page):
    panel = blink()
    panel.press("c", "Space", "a", "h")
    side = page.locator(".astrolib-blink-canvas").evaluate("canvas => canvas.clientWidth")
    for _ in range(4):
        assert page.evaluate(GREY, [side / 2, side / 2]) > 120
        panel.press(".")


def test_the_score_shows_only_when_asked_for(blink, page):
    panel = blink()
    assert "0.93" not in page.locator(".astrolib-blink").inner_text()
    panel.press("b")
    page.get_by_text("0.93").wait_for()
    panel.press("v")
    panel.object("t01")
    assert [event.score_visible for event in panel.store.events()] == [True]


def test_what_was_on_show_is_recorded(blink, page):
    panel = blink()
    panel.press("a", "g", "s")
    page.wait_for_timeout(900)
    panel.press("v")
    panel.object("t01")
    (event,) = panel.store.events()
    assert event.shown["view"] == "blink"
    assert (event.shown["align"], event.shown["inverted"], event.shown["stretch"]) == (
        "object",
        True,
        "linear",
    )


def test_a_page_that_is_loaded_again_looks_as_it_did(blink, page):
    panel = blink()
    panel.press("g", "k", "k", "Space")
    page.wait_for_timeout(900)
    panel.press("v")
    panel.object("t01")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    panel.object("t01")
    for name in ("Space Play", "K Faster · 8/s", "G White sky"):
        page.get_by_role("button", name=name).wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_key_is_shown(blink, page, dark, tmp_path):
    panel = blink(dark=dark)
    panel.press("?")
    help_text = page.locator(".astrolib-deck-help").inner_text()
    for word in ("Valid", "Space", "Faster", "What stands still", "Position 1 to 10", "Next tab", "Undo"):
        assert word in help_text
    page.locator(".astrolib-deck").screenshot(path=tmp_path / "blink.png")
    assert (tmp_path / "blink.png").stat().st_size > 20_000
