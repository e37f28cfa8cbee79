"""The log keeps every event, in order, once."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from datetime import datetime

import pytest

from astrolib.core.errors import RefusedError
from astrolib.labels import LabelStore, LabelStoreError, StaleEditError, connection


def test_event_comes_back_as_it_was_said(store, say):
    event = say(
        "<img onerror=...>",
        "shell",
        who="Jiří",
        shown={"view": "flux", "range": [6500.0, 6620.5]},
        score_visible=True,
        deck="be stars",
    )
    stored = store.append(event)
    assert store.events() == [stored]
    assert stored == dataclasses.replace(event, seq=1)


def test_same_label_sent_again_is_one_row(store, say):
    event = say("a", "shell")
    assert store.append(event) == store.append(event)
    assert len(store.events()) == 1


def test_an_id_is_not_used_for_something_else(store, say):
    event = store.append(say("a", "shell"))
    with pytest.raises(RefusedError, match="make a new id"):
        store.append(dataclasses.replace(event, value="bad"))


def test_two_people_disagree_and_both_are_kept(store, say):
    store.append(say("a", "shell", who="ada", builds_on=""))
    store.append(say("a", "bad", who="ben", builds_on=""))
    assert [(event.who, event.value) for event in store.events(object="a")] == [
        ("ada", "shell"),
        ("ben", "bad"),
    ]


def test_stale_edit_is_refused_and_overwrites_nothing(store, say):
    first = store.append(say("a", "shell", builds_on=""))
    second = store.append(say("a", "single peak", builds_on=first.id))
    with pytest.raises(StaleEditError, match="said 'single peak' in the meantime") as refusal:
        store.append(say("a", "bad", builds_on=first.id))
    assert refusal.value.newest == second
    assert store.events() == [first, second]


def test_edit_in_view_of_another_persons_event_is_stale_when_that_person_said_more(store, say):
    first = store.append(say("a", "shell", who="ben"))
    store.append(say("a", "bad", who="ada", builds_on=first.id))
    store.append(say("a", "absorption", who="ben", builds_on=first.id))
    with pytest.raises(StaleEditError):
        store.append(say("a", "other", who="ada", builds_on=first.id))


def test_a_stale_edit_after_an_undo_says_so(store, say):
    first = store.append(say("a", "shell"))
    store.append(say("a", first.id, kind="undo"))
    with pytest.raises(StaleEditError, match="ada undid something in the meantime"):
        store.append(say("a", "bad", builds_on=first.id))


def test_an_event_builds_only_on_one_of_its_own_question(store, say):
    other = store.append(say("a", "yes", question="is it a star"))
    with pytest.raises(RefusedError, match="unknown event"):
        store.append(say("a", "shell", builds_on=other.id))


def test_retry_of_an_edit_is_not_stale(store, say):
    event = say("a", "shell", builds_on="")
    store.append(event)
    assert store.append(event).seq == 1


def test_undo_reaches_only_ones_own_event_on_the_same_object(store, say):
    mine = store.append(say("a", "shell"))
    for wrong in (
        say("a", mine.id, who="ben", kind="undo"),
        say("b", mine.id, kind="undo"),
        say("a", "nothing", kind="undo"),
    ):
        with pytest.raises(RefusedError, match="undo your own"):
            store.append(wrong)
    assert store.append(say("a", mine.id, kind="undo")).seq == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET value = 'bad'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT seq, id, 'eve', at, object, question, version, kind, 'bad',"
        " builds_on, shown, score_visible, deck, origin FROM event",
    ],
)
def test_the_file_itself_refuses_to_change_a_label(store, say, statement):
    store.append(say("a", "shell"))
    with (
        sqlite3.connect(store.path) as database,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        database.execute(statement)
    database.close()
    assert [event.value for event in store.events()] == ["shell"]


def test_events_are_chosen_by_what_is_asked(store, say):
    for number in range(3):
        store.append(say(f"o{number}", "shell", who="ada" if number else "ben", deck=f"d{number}"))
    assert [event.object for event in store.events(after=1)] == ["o1", "o2"]
    assert [event.object for event in store.events(who="ben")] == ["o0"]
    assert [event.object for event in store.events(deck="d2", question="halpha")] == ["o2"]
    assert store.newest() == 3
    with pytest.raises(TypeError, match="seq"):
        store.events(seq=1)


def test_append_all_stores_all_or_none(store, say):
    good, bad = say("a", "shell"), say("b", "nothing", kind="undo")
    with pytest.raises(RefusedError):
        store.append_all([good, bad])
    assert store.newest() == 0
    assert store.append_all([good, good, say("b", "bad")]) == 2


def test_place_is_kept_for_each_person_and_deck(store):
    assert store.place("ada", "be stars") == ""
    store.keep_place("ada", "be stars", "a")
    store.keep_place("ada", "be stars", "b")
    store.keep_place("ben", "be stars", "c")
    assert LabelStore(store.path).place("ada", "be stars") == "b"


def test_foreign_files_and_newer_stores_are_refused(tmp_path):
    text = tmp_path / "text.sqlite"
    text.write_text("not a database, but long enough to look like one " * 40)
    with pytest.raises(LabelStoreError, match=r"text\.sqlite: labels cannot be read"):
        LabelStore(text)
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE spectrum (flux)")
    database.close()
    with pytest.raises(LabelStoreError, match="no store of labels"):
        LabelStore(foreign)
    newer = tmp_path / "newer.sqlite"
    database = sqlite3.connect(newer)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LabelStoreError, match="version 99"):
        LabelStore(newer)


def test_a_store_that_another_program_keeps_to_itself_says_what_to_do(store, say, monkeypatch):
    store.close()
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.0)
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LabelStoreError, match=r"locked\); another program keeps it"):
            store.append(say("a", "shell"))
        other.execute("ROLLBACK")
    assert store.append(say("a", "shell")).seq == 1


def test_a_damaged_store_says_what_to_do(store, say):
    store.append_all(say(f"o{number}", "shell") for number in range(200))
    store.close()
    content = bytearray(store.path.read_bytes())
    content[8192:24576] = b"\xff" * 16384
    store.path.write_bytes(content)
    with pytest.raises(LabelStoreError, match=r"malformed\); move it away, and put back a copy"):
        store.events()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"object_id": ""}, "without object"),
        ({"object_id": "x" * 257}, "257 characters"),
        ({"value": "two\nlines"}, "control character"),
        ({"value": "\ud800"}, "control character"),
        ({"value": " shell"}, "white space"),
        ({"shown": {"view": "x" * 4000}}, "at most 4000"),
        ({"shown": {"range": float("nan")}}, "not JSON"),
        ({"shown": {"view": object()}}, "not JSON"),
        ({"kind": "delete"}, "kind is 'delete'"),
        ({"when": datetime(2026, 1, 1)}, "without a zone"),
    ],
)
def test_event_that_cannot_be_kept_is_refused(say, more, reason):
    with pytest.raises(RefusedError, match=reason):
        say(**({"object_id": "a", "value": "shell"} | more))
