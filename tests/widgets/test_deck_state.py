"""The deck knows where the person is and what they said, without a view."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolib.core.errors import RefusedError
from astrolib.labels import LabelStore, LabelStoreError
from astrolib.widgets.state.background import Background, Foreground
from astrolib.widgets.state.deck import DeckState
from astrolib.widgets.state.deck_items import MOST_KEPT

IDS = ["a", "b", "c", "d"]


@pytest.fixture
def store(tmp_path: Path) -> LabelStore:
    return LabelStore(tmp_path / "labels.sqlite")


@pytest.fixture
def open_deck(store: LabelStore) -> Callable[..., DeckState]:
    """Return a function that opens the same deck again, as another tab or kernel would."""

    def deck(ids: list[str] = IDS, **more: Any) -> DeckState:
        defaults = {"load": str.upper, "name": "test", "store": LabelStore(store.path), "who": "ada"}
        return DeckState(ids, **(defaults | {"background": Foreground()} | more))

    return deck


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def labels(deck: DeckState) -> list[str]:
    return [deck.labels.label(object_id) for object_id in deck.order.ids]


def test_an_answer_is_stored_before_the_next_object_comes(open_deck, store):
    deck = open_deck()
    assert (deck.current, deck.item, deck.phase) == ("a", "A", "ready")
    deck.answer("shell")
    assert (deck.current, deck.item, deck.n_labelled) == ("b", "B", 1)
    (event,) = store.events()
    assert (event.object, event.value, event.who, event.deck) == ("a", "shell", "ada", "test")


def test_it_opens_where_the_person_stopped_with_all_labels(open_deck):
    first = open_deck()
    first.answer("shell")
    first.answer("bad")
    again = open_deck()
    assert (again.current, labels(again)) == ("c", ["shell", "bad", "", ""])
    assert open_deck(who="ben").current == "a"


def test_a_deck_never_opened_begins_at_the_first_object_without_an_answer(open_deck):
    open_deck(name="other").answer("shell")
    assert open_deck().current == "b"


def test_a_late_answer_goes_to_the_object_it_was_meant_for(open_deck, store):
    deck = open_deck()
    deck.shown = lambda: {"view": deck.item}
    deck.answer("shell", "a")
    deck.answer("bad", "a")
    assert deck.current == "b"
    assert labels(deck) == ["bad", "", "", ""]
    assert [event.shown for event in store.events()] == [{"view": "A"}, {"view": "A"}]


def test_an_answer_sent_twice_is_one_event(open_deck, store):
    deck = open_deck()
    deck.answer("shell", "a", "press-1")
    deck.answer("shell", "a", "press-1")
    assert len(store.events()) == 1
    assert deck.current == "b"


def test_the_same_answer_again_says_nothing_new_and_goes_on(open_deck, store):
    deck = open_deck()
    deck.answer("shell")
    deck.previous()
    deck.answer("shell")
    assert (len(store.events()), deck.current) == (1, "b")


def test_what_cannot_be_said_is_an_error_and_nothing_moves(open_deck, store):
    deck = open_deck()
    for act in (
        lambda: deck.answer("triangle"),
        lambda: deck.answer("shell", "unknown"),
        lambda: deck.toggle_flag("odd"),
        lambda: deck.jump_to("nowhere"),
    ):
        act()
        assert deck.error
        assert deck.current == "a"
    assert store.newest() == 0
    deck.answer("shell")
    assert not deck.error


def test_a_failure_to_write_shows_and_stays(open_deck, monkeypatch):
    deck = open_deck()

    def full(_event: object) -> None:
        raise LabelStoreError("labels cannot be written (disk full)", remedy="make room")

    monkeypatch.setattr(deck.labels.store, "append", full)
    deck.answer("shell")
    assert (deck.current, labels(deck)) == ("a", ["", "", "", ""])
    assert "disk full" in deck.error


def test_undo_takes_back_what_was_said_last_and_goes_there(open_deck):
    deck = open_deck()
    deck.answer("shell")
    deck.answer("bad")
    deck.undo()
    assert (deck.current, labels(deck)) == ("b", ["shell", "", "", ""])
    assert deck.notice == "Taken back: bad for b."
    deck.undo()
    assert (deck.current, deck.n_labelled) == ("a", 0)
    deck.undo()
    assert deck.notice == "Nothing to undo."


def test_undo_reaches_back_into_an_earlier_session_but_not_into_another_deck(open_deck):
    open_deck(["x"], name="other").answer("shell")
    open_deck().answer("bad")
    again = open_deck()
    again.undo()
    again.undo()
    assert labels(again) == ["", "", "", ""]
    assert open_deck(["x"], name="other").labels.label("x") == "shell"


def test_flags_and_notes(open_deck):
    deck = open_deck()
    deck.toggle_flag("noteworthy")
    deck.write_note(" look again ")
    said = deck.labels.of("a")
    assert (said.flags, said.note, deck.current) == (("noteworthy",), "look again", "a")
    deck.toggle_flag("noteworthy")
    deck.write_note("")
    said = deck.labels.of("a")
    assert (said.flags, said.note) == ((), "")


def test_unseen_only_skips_what_has_an_answer(open_deck):
    deck = open_deck()
    deck.jump_to("b")
    deck.answer("shell")
    deck.jump_to("a")
    deck.show_unseen_only(True)
    deck.next()
    assert deck.current == "c"
    deck.previous()
    assert deck.current == "a"
    deck.answer("bad")
    deck.answer("bad")
    deck.answer("bad")
    assert (deck.current, deck.notice) == ("d", "All 4 have an answer.")


def test_the_end_of_the_deck_says_what_is_left(open_deck):
    deck = open_deck()
    deck.previous()
    assert deck.current == "a"
    deck.jump_to(4)
    deck.answer("shell")
    assert (deck.current, deck.notice) == ("d", "The deck ends here; 3 of 4 have no answer yet.")


@pytest.mark.parametrize(
    ("where", "current"), [("c", "c"), ("Capella", "b"), (2, "b"), ("2", "b"), ("4", "4")]
)
def test_jump_by_id_title_or_number(open_deck, where, current):
    deck = open_deck(["a", "b", "c", "4"], titles={"b": "Capella"})
    deck.jump_to(where)
    assert deck.current == current


def test_two_kernels_on_one_store_agree(open_deck):
    here, there = open_deck(), open_deck()
    here.answer("shell")
    revision = there.revision
    there.refresh()
    assert (labels(there), there.current) == (["shell", "", "", ""], "a")
    assert there.revision == revision + 1
    there.refresh()
    assert there.revision == revision + 1


def test_an_answer_in_ignorance_of_the_other_tab_is_shown_first(open_deck, store):
    here, there = open_deck(), open_deck()
    here.answer("shell")
    there.answer("bad")
    assert "said 'shell' in the meantime" in there.error
    assert (there.current, labels(there)[0]) == ("a", "shell")
    there.answer("bad")
    assert (there.current, there.error) == ("b", "")
    assert [event.value for event in store.events()] == ["shell", "bad"]


def test_the_next_objects_are_loaded_before_they_are_wanted(open_deck):
    asked: list[str] = []

    def load(object_id: str) -> str:
        asked.append(object_id)
        return object_id

    deck = open_deck(load=load)
    assert asked == ["a", "b", "c"]
    deck.next()
    assert asked == ["a", "b", "c", "d"]
    deck.previous()
    assert asked == ["a", "b", "c", "d"]


def test_only_a_few_objects_are_kept(open_deck):
    asked: list[str] = []
    deck = open_deck([f"o{number}" for number in range(40)], load=asked.append)
    for _ in range(30):
        deck.next()
    deck.jump_to(1)
    assert asked.count("o0") == 2
    assert len(deck._prefetch._kept) <= MOST_KEPT


def test_loading_runs_beside_and_only_what_is_still_wanted_comes_on(open_deck):
    gate = threading.Event()

    def load(object_id: str) -> str:
        if object_id == "b":
            gate.wait(10)
        return object_id.upper()

    deck = open_deck(load=load, background=Background())
    wait_for(lambda: deck.phase == "ready")
    deck.next()
    assert (deck.phase, deck.item) == ("loading", None)
    deck.answer("shell")
    assert "not on show yet" in deck.error
    deck.next()
    wait_for(lambda: deck.phase == "ready")
    gate.set()
    wait_for(lambda: deck._prefetch.ask("b").done)
    assert (deck.current, deck.item) == ("c", "C")


def test_an_object_that_cannot_be_loaded_is_named_and_tried_again(open_deck):
    failures = iter([OSError("no such\nfile")])

    def load(object_id: str) -> str:
        if object_id == "b":
            for failure in failures:
                raise failure
        return object_id

    deck = open_deck(load=load, titles={"b": "Capella"})
    deck.next()
    assert deck.phase == "ready"  # the prefetch failed; coming to it tried again
    broken = open_deck(load=lambda object_id: 1 / 0, name="broken")
    assert (broken.phase, broken.error) == ("failed", "a: division by zero")
    broken.answer("shell")
    assert "not on show" in broken.error


def test_an_id_that_stands_twice_is_refused(open_deck):
    with pytest.raises(RefusedError, match="stands twice"):
        open_deck(["a", "a"])


def test_an_empty_deck_says_nothing_and_moves_nowhere(open_deck):
    deck = open_deck([])
    deck.next()
    deck.undo()
    deck.answer("shell")
    assert (deck.current, deck.phase, deck.n_labelled) == ("", "idle", 0)
