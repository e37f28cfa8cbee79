"""What people say now is derived from events, undo included."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.labels import LabelEvent, LabelStore, current, effective

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(["shell", "bad", "other"])),
        st.tuples(st.just("flag"), st.sampled_from(["noteworthy", "variable"])),
        st.tuples(st.just("unflag"), st.sampled_from(["noteworthy", "variable"])),
        st.tuples(st.just("note"), st.text("abc", min_size=1, max_size=3)),
        st.tuples(st.just("undo"), st.just("")),
    ),
    max_size=25,
)


def test_last_answer_stands_and_undo_brings_back_the_one_before(store, say):
    store.append(say("a", "shell"))
    second = store.append(say("a", "bad"))
    assert [state.label for state in current(store.events())] == ["bad"]
    undo = store.append(say("a", second.id, kind="undo"))
    (state,) = current(store.events())
    assert (state.label, state.newest) == ("shell", undo)


def test_undo_of_an_undo_has_the_event_back(store, say):
    first = store.append(say("a", "shell"))
    undo = store.append(say("a", first.id, kind="undo"))
    assert not current(store.events())[0].says_something
    store.append(say("a", undo.id, kind="undo"))
    assert current(store.events())[0].label == "shell"


def test_versions_of_a_question_are_never_mixed(say):
    first = say("a", "shell")
    second = LabelEvent("a", "halpha", 2, "answer", "disc", "ada", seq=2)
    assert [(state.version, state.label) for state in current([first, second])] == [(1, "shell"), (2, "disc")]


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_undo_steps_back_through_a_history_as_a_stack_does(steps):
    """Each undo takes away the newest effective event, as in an editor."""
    history: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        store = LabelStore(Path(folder) / "labels.sqlite")
        for kind, value in steps:
            if kind == "undo":
                said = [event for event in effective(store.events()) if event.kind != "undo"]
                if not said:
                    continue
                history.pop()
                value = said[-1].id
            else:
                history.append((kind, value))
            store.append(LabelEvent("a", "halpha", 1, kind, value, "ada"))
        events = store.events()
        store.close()
    said = [(event.kind, event.value) for event in effective(events) if event.kind != "undo"]
    assert said == history
    for state in current(events):
        flags = {value for kind, value in history if kind == "flag" and _last(history, value) == "flag"}
        assert set(state.flags) == flags
        assert state.label == next((value for kind, value in reversed(history) if kind == "answer"), "")
        assert state.note == next((value for kind, value in reversed(history) if kind == "note"), "")


def _last(history: list[tuple[str, str]], flag: str) -> str:
    return next(kind for kind, value in reversed(history) if value == flag and kind in ("flag", "unflag"))
