"""The deck's view: what it sends to the page, and what it does with what the page sends."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pytest

from astrolib.core.spectrum import Spectrum
from astrolib.labels import LabelStore
from astrolib.widgets import Deck, DeckState, SpectrumViewer, Stage
from astrolib.widgets.state.background import Foreground

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def state(tmp_path: Path) -> DeckState:
    return DeckState(
        ["a", "b", "c"],
        load=str.upper,
        name="test",
        titles={"a": HOSTILE},
        store=LabelStore(tmp_path / "labels.sqlite"),
        who="ada",
        background=Foreground(),
    )


def make_deck(state: DeckState) -> Deck:
    html = ipywidgets.HTML()
    return Deck(state, Stage(html, lambda item: html.set_trait("value", item), lambda: {"view": html.value}))


@pytest.fixture
def deck(state: DeckState) -> Deck:
    return make_deck(state)


@pytest.fixture
def replies(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    sent: list[Any] = []
    monkeypatch.setattr(deck.controls, "send", sent.append)
    return sent


def press(deck: Deck, action: str, value: str = "", object_id: str = "", name: str = "") -> None:
    message = {
        "press": name or uuid.uuid4().hex,
        "action": action,
        "object": object_id,
        "value": value,
    }
    deck.controls._handle_custom_msg(message, [])


def stage_html(deck: Deck) -> str:
    return deck.stage.children[0].value


def test_everything_on_show_is_sent_in_one_piece(deck):
    sent = deck.controls.get_state(["now", "question", "name"])
    assert sent["now"] == {
        "id": "a",
        "title": HOSTILE,
        "number": 1,
        "total": 3,
        "labelled": 0,
        "phase": "ready",
        "error": "",
        "notice": "",
        "label": "",
        "flags": [],
        "note": "",
        "unseen": False,
        "saved": None,
    }
    assert [answer["key"] for answer in sent["question"]["answers"]] == list("sdheaoqb")
    assert stage_html(deck) == "A"


def test_a_press_answers_and_the_stage_shows_the_next(deck, replies):
    press(deck, "answer", "shell", "a", "p1")
    assert replies == [{"done": "p1"}]
    assert (deck.controls.now["id"], deck.controls.now["labelled"], stage_html(deck)) == ("b", 1, "B")
    assert deck.state.saved.id == "p1"
    assert deck.state.saved.shown == {"view": "A"}


def test_a_press_sent_again_is_done_once(deck, replies):
    for _ in range(2):
        press(deck, "next", name="p1")
        press(deck, "flag", "noteworthy", "a", name="p2")
    assert replies == [{"done": "p1"}, {"done": "p2"}] * 2
    assert (deck.state.current, deck.state.labels.of("a").flags) == ("b", ("noteworthy",))


def test_presses_made_for_one_object_never_reach_the_next(deck):
    for value in ("shell", "bad", "other"):
        press(deck, "answer", value, "a")
    assert deck.state.labels.label("a") == "other"
    assert deck.state.labels.label("b") == ""


def test_every_action_of_the_page_is_known(deck):
    press(deck, "note", "look", "a")
    press(deck, "next")
    press(deck, "previous")
    press(deck, "jump", "3")
    press(deck, "unseen")
    press(deck, "refresh")
    assert deck.controls.now["number"] == 3
    assert deck.controls.now["unseen"] is True
    press(deck, "undo")
    assert (deck.controls.now["id"], deck.controls.now["note"]) == ("a", "")


def test_the_object_is_on_the_stage_before_the_page_is_told(deck):
    seen = []
    deck.controls.observe(lambda change: seen.append((change["new"]["id"], stage_html(deck))), "now")
    press(deck, "next")
    assert seen == [("b", "B")]


def test_two_decks_on_one_state_agree(state, deck):
    other = make_deck(state)
    press(deck, "answer", "shell", "a")
    assert other.controls.now == deck.controls.now
    assert stage_html(other) == "B"


def test_a_closed_deck_follows_no_more(state, deck):
    for _ in range(2):  # by hand, and when memory is freed
        deck.close()
    state.next()
    assert deck.controls.now["id"] == "a"


def test_an_error_is_shown_and_the_object_stays(deck):
    press(deck, "answer", "triangle", "a")
    assert "no answer" in deck.controls.now["error"]
    assert deck.controls.now["id"] == "a"


def test_a_viewer_is_a_stage_as_it_is(tmp_path):
    state = DeckState(
        ["a", "b"],
        load=lambda name: Spectrum(np.linspace(6500, 6600, 50), np.ones(50), target=name),
        name="test",
        store=LabelStore(tmp_path / "labels.sqlite"),
        background=Foreground(),
    )
    viewer = SpectrumViewer(x_range=(6550.0, 6580.0))
    Deck(state, viewer)
    state.answer("shell")
    assert [spectrum.target for spectrum in viewer.spectra] == ["b"]
    assert state.shown()["x_range"] == [6550, 6580]
