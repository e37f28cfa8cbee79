"""The loop in JupyterLab: label by keyboard, train, look, come back; JupyterLab keeps its hands off."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
SETUP = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
from pathlib import Path
from learn_fakes import CLASSES, TARGETS, FakeLearner
from astrolib.labels import LabelStore
from astrolib.widgets import LearnPanel
from astrolib.widgets.state.learn import LearnState
"""
PANEL = """
learner = FakeLearner(FOLDER / "rounds.json", pause=PAUSE)
state = LearnState(learner.functions, "halpha", CLASSES, TARGETS, name="test", who="ada",
                   store=LabelStore(FOLDER / "labels.sqlite"))
LearnPanel(state=state)
"""


@pytest.fixture
def open_panel(lab, page, tmp_path):
    """Return a function that opens the panel in JupyterLab, each time in a kernel of its own."""

    def panel(pause=0.1, *, dark=False):
        notebook = lab([SETUP, f"FOLDER, PAUSE = Path({str(tmp_path)!r}), {pause}\n{PANEL}"])
        notebook.open(page, dark=dark)
        notebook.run(page)
        page.locator(".astrolib-deck[data-object][data-phase=ready]").wait_for()

    return panel


def label_batch(page):
    """Answer every spectrum of the batch; the next key waits until the next spectrum is on show."""
    deck = page.locator(".astrolib-deck[data-object][data-phase=ready]")
    for number, key in enumerate("sdheab", start=1):
        on_show = deck.get_attribute("data-object")
        page.keyboard.press(key)
        page.get_by_text(f"{number} of 6 answered").wait_for()
        if number < 6:
            page.locator(f".astrolib-deck[data-phase=ready]:not([data-object='{on_show}'])").wait_for()


def in_front(page, tab):
    page.locator(f".astrolib-learn[data-tab={tab}][data-phase=labelling]").wait_for()


def test_two_rounds_by_keyboard_alone_and_back_again(open_panel, page):
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    open_panel()
    assert page.get_by_role("button", name="Next round").is_disabled()
    for number in (1, 2):
        label_batch(page)
        page.keyboard.press("Enter")
        in_front(page, "statistics")
        page.get_by_role("heading", name=f"Round {number}").wait_for()
        page.get_by_text("Go on, or stop?").wait_for()
        page.keyboard.press("Enter")
        in_front(page, "label")
        page.locator(".astrolib-deck:focus").wait_for()
    page.keyboard.press("d")
    page.get_by_text("1 of 6 answered").wait_for()
    assert page.evaluate("window.hacked") is None
    open_panel()
    page.get_by_role("heading", name="Round 2").wait_for()
    page.get_by_text("1 of 6 answered").wait_for()
    assert problems == []


def test_training_is_seen_and_can_be_stopped(open_panel, page):
    open_panel(pause=0.7)
    label_batch(page)
    page.keyboard.press("Enter")
    page.locator(".astrolib-learn[data-phase=learning]").wait_for()
    page.locator(".astrolib-learn-training svg path").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Training was stopped; your labels are kept.").wait_for()
    page.keyboard.press("Enter")
    page.locator(".astrolib-learn[data-phase=learning]").wait_for()


def test_jupyterlab_keeps_its_hands_off_while_no_deck_is_there(open_panel, page):
    open_panel(pause=0.4)
    label_batch(page)
    page.keyboard.press("Enter")
    page.locator(".astrolib-learn[data-phase=learning]").wait_for()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    for key in ("d", "d", "a", "b", "x", "x"):
        page.keyboard.press(key)
    in_front(page, "statistics")
    for key in ("d", "d", "a", "b", "x", "x"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_changed_and_how_it_looks(open_panel, page, dark, tmp_path):
    open_panel(pause=0.0, dark=dark)
    for _ in range(2):
        label_batch(page)
        page.keyboard.press("Enter")
        in_front(page, "statistics")
        page.keyboard.press("Enter")
        in_front(page, "label")
    page.get_by_role("tab", name="What changed (5)").click()
    page.locator(".astrolib-table-row").nth(1).click()
    page.locator(".astrolib-learn-changed .astrolib-learn-prepared svg path").first.wait_for()
    page.locator(".astrolib-learn").screenshot(path=tmp_path / "changed.png")
    page.get_by_role("tab", name="How it goes").click()
    page.locator(".astrolib-learn-rounds svg").first.wait_for()
    page.locator(".astrolib-learn").screenshot(path=tmp_path / "statistics.png")
    assert (tmp_path / "statistics.png").stat().st_size > 10_000
