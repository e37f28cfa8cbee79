"""The deck in JupyterLab: labels by keyboard alone, as fast as a person can, and none on the wrong object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from astrolib.labels import LabelStore, current

pytestmark = pytest.mark.browser

N = 20
HOSTILE = "<img src=x onerror=window.hacked=1>"
SETUP = f"""
import os, time
from pathlib import Path
import ipywidgets
from astrolib.labels import LabelStore
from astrolib.widgets import Deck
from astrolib.widgets.state.deck import DeckState
from astrolib.widgets.view.deck import Stage

ids = [f"o{{number:02d}}" for number in range({N})]
html = ipywidgets.HTML()
stage = Stage(html, lambda item: html.set_trait("value", f"<p style='height:220px'>Object {{item}}</p>"))
"""
DECK = """
state = DeckState(ids, load=lambda one: (time.sleep(PAUSE), one)[1], name="test", who="ada",
                  titles={"o00": TITLE}, store=LabelStore(Path(STORE)))
Deck(state, stage)
"""
KEYS = {
    "s": "single peak",
    "d": "double peak",
    "h": "shell",
    "e": "emission in absorption",
    "a": "absorption",
}

RECORD = """() => {
  const title = document.querySelector(".astrolib-deck-title");
  window.shown = [[0, title.innerText]];
  window.pressed = [];
  new MutationObserver(() => window.shown.push([performance.now(), title.innerText]))
    .observe(title, {childList: true});
  window.addEventListener("keydown", event => window.pressed.push([event.timeStamp, event.key]), true);
}"""


class DeckPage:
    """A deck in a notebook, and what can be done to it."""

    def __init__(self, page: Any, notebook: Any, store: Path, pause: float = 0.0) -> None:
        self.page, self.notebook = page, notebook
        self.store = LabelStore(store)

    def object(self, name: str) -> Any:
        """Wait until an object is on show, and keys go to it."""
        return self.page.locator(f".astrolib-deck[data-object='{name}']").wait_for()

    def said(self) -> dict[str, str]:
        return {state.object: state.label for state in current(self.store.events())}

    def status(self, text: str) -> None:
        self.page.locator(".astrolib-deck-status").filter(has_text=text).wait_for()


@pytest.fixture
def open_deck(lab, page, tmp_path):
    """Return a function that opens a deck in JupyterLab, each time in a kernel of its own."""

    def deck(pause: float = 0.0, *, dark: bool = False, page: Any = page) -> DeckPage:
        store = tmp_path / "labels.sqlite"
        setup = f"PAUSE, STORE, TITLE = {pause!r}, {str(store)!r}, {HOSTILE!r}\n"
        notebook = lab([SETUP, setup + DECK])
        notebook.open(page, dark=dark)
        notebook.run(page)
        shown = DeckPage(page, notebook, store)
        shown.object("o00")
        return shown

    return deck


def test_twenty_labels_undo_reload_and_hostile_names(open_deck, page):
    deck = open_deck()
    assert page.locator(".astrolib-deck").evaluate("deck => deck === document.activeElement")
    assert page.locator(".astrolib-deck-title").inner_text() == HOSTILE
    for number, key in zip(range(N), "sdhea" * 4, strict=True):
        deck.object(f"o{number:02d}")
        page.keyboard.press(key)
    deck.status("All 20 have an answer")
    expected = {f"o{number:02d}": KEYS[key] for number, key in zip(range(N), "sdhea" * 4, strict=True)}
    assert deck.said() == expected
    page.keyboard.press("u")
    deck.status("Taken back: absorption for o19")
    page.keyboard.press("h")
    deck.status("All 20 have an answer")
    assert deck.said() == expected | {"o19": "shell"}
    page.keyboard.press("/")
    page.keyboard.type("13")
    page.keyboard.press("Enter")
    deck.object("o12")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    deck.object("o12")
    assert page.locator(".astrolib-progress[aria-valuenow='20']").count() == 1
    deck.notebook.open(page)
    deck.notebook.run(page)
    deck.object("o12")
    assert page.evaluate("window.hacked") is None


def test_keys_faster_than_the_kernel_stay_with_the_object_on_show(open_deck, page):
    deck = open_deck(pause=0.15)
    page.evaluate(RECORD)
    for round_number in range(12):
        page.keyboard.press("sdhea"[round_number % 5])
        page.wait_for_timeout(37 * (round_number % 4))
    page.wait_for_function("() => !document.querySelector('.astrolib-deck-pressed')")
    shown = page.evaluate("window.shown")
    looked_at = [
        [name for since, name in shown if since <= time][-1] for time, _ in page.evaluate("window.pressed")
    ]
    labelled = [event.object for event in deck.store.events()]
    assert 2 <= len(set(labelled)) < 12
    assert labelled == ["o00" if name == HOSTILE else name for name in looked_at]


def test_undo_and_the_right_answer_typed_in_one_go(open_deck, page):
    deck = open_deck(pause=0.05)
    for number, key in enumerate("sd"):
        deck.object(f"o{number:02d}")
        page.keyboard.press(key)
    deck.object("o02")
    for key in ("u", "h"):
        page.keyboard.press(key)
    deck.object("o02")
    for key in ("ArrowLeft", "ArrowLeft", "a", "f"):
        page.keyboard.press(key)
    deck.status("noteworthy")
    assert {name: label for name, label in deck.said().items() if label} == {
        "o00": "absorption",
        "o01": "shell",
    }
    assert [event.object for event in deck.store.events() if event.kind == "flag"] == ["o00"]


def test_two_tabs_on_one_store_agree(open_deck, page):
    here, there = open_deck(), open_deck(page=page.context.new_page())
    page.bring_to_front()
    page.keyboard.press("s")
    here.object("o01")
    there.page.bring_to_front()
    there.page.get_by_text("1 of 20 labelled").wait_for()
    there.page.locator("[data-answer='single peak'][aria-pressed=true]").wait_for()
    there.page.keyboard.press("d")
    there.object("o01")
    page.bring_to_front()
    page.keyboard.press("ArrowLeft")
    page.locator("[data-answer='double peak'][aria-pressed=true]").wait_for()
    assert [event.value for event in here.store.events()] == ["single peak", "double peak"]


def test_keys_in_text_fields_and_with_ctrl_are_not_answers(open_deck, page):
    deck = open_deck()
    page.keyboard.press("n")
    page.keyboard.type("she said")
    page.keyboard.press("Enter")
    deck.status("note")
    page.keyboard.press("Control+d")
    page.keyboard.press("f")
    deck.status("noteworthy")
    (state,) = current(deck.store.events())
    assert (state.label, state.note, state.flags) == ("", "she said", ("noteworthy",))


def test_jupyterlab_keeps_its_hands_off(open_deck, page):
    open_deck()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    for key in ("d", "d", "a", "b", "x", "x", "Enter"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_looks_calm(open_deck, page, dark, tmp_path):
    deck = open_deck(dark=dark)
    for number, key in enumerate("shd"):
        deck.object(f"o{number:02d}")
        page.keyboard.press(key)
    deck.status("Saved")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("f")
    deck.status("noteworthy · o02")
    page.keyboard.press("?")
    page.locator(".astrolib-deck-help").wait_for()
    page.locator(".astrolib-deck").screenshot(path=tmp_path / "deck.png")
    assert (tmp_path / "deck.png").stat().st_size > 10_000
