"""The ledger: who moved what to which state, what is asked, and that nothing is lost."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from astrolib.collection.nights import Ledger, LedgerError, StaleMoveError, log, sort_file, sort_files
from astrolib.collection.nights import entry as entries
from astrolib.collection.nights.schema import events
from astrolib.core.errors import RefusedError
from tests.collection.nights import conftest as frames


def states(ledger: Ledger, night: str) -> dict[str, str]:
    return {one.name: one.state for one in ledger.frames(night)}


# ---- what is there ------------------------------------------------------------------------------------


def test_a_night_lies_in_a_project_of_a_survey(ledger, night):
    assert [one.name for one in ledger.children()] == ["survey"]
    project = ledger.entry(ledger.entry(night).parent)
    assert (project.level, project.name) == ("project", "project")
    assert ledger.night("survey/project/2026-03-01", "bob") == night
    assert ledger.night("2026-03-01", "bob") == night
    assert len([one for one in ledger.events() if one.kind == "add"]) == 3


def test_two_nights_of_one_name_are_told_apart_by_their_survey(ledger, night):
    other = ledger.night("other/project/2026-03-01", "ada")
    assert other != night
    with pytest.raises(RefusedError, match="survey/project/night"):
        ledger.night("2026-03-01", "ada")


@pytest.mark.parametrize("name", ["", "  ", "a/b", "x" * 121])
def test_a_name_is_one_line_without_a_slash(ledger, name):
    with pytest.raises(RefusedError):
        ledger.add_survey(name, "ada")


def test_a_survey_holds_no_night(ledger):
    with pytest.raises(RefusedError, match="does not belong"):
        ledger.add_night(ledger.add_survey("s", "ada"), "night", "ada")


def test_sure_files_are_loaded_and_lie_in_their_fields(filled, night):
    assert set(states(filled, night).values()) == {"loaded"}
    fields = [one for one in filled.children(night) if one.level == "field"]
    assert [one.name for one in fields] == ["field 1", "field 2"]
    assert [one.name for one in filled.children(fields[0].id)] == ["r10.fits", "r11.fits", "r12.fits"]
    assert fields[1].facts["ra"] == pytest.approx(180.0)


def test_one_name_for_two_places_makes_two_fields(filled, night, tmp_path):
    away = frames.science(tmp_path / "away.fits", OBJECT="field 1", RA="15:00:00")
    filled.add_frames(night, [sort_file(away)], "ada")
    fields = [one.name for one in filled.children(night) if one.level == "field"]
    assert fields == ["field 1", "field 1 1500+2000", "field 2"]


def test_a_file_that_is_there_stays_where_it_is_and_what_it_says_is_taken_anew(filled, night, raw):
    moved = (raw / "r10.fits").rename(raw / "renamed.fits")
    assert filled.add_frames(night, [sort_file(moved)], "ada") == 0
    assert len(filled.frames(night)) == 15
    assert Path(filled.entry(sort_file(moved).id).file.path) == moved


def test_what_a_person_edits_is_kept_with_who_and_when(filled, night):
    filled.edit(night, "ada", name="1 March", note="thin clouds after midnight")
    assert filled.entry(night).name == "1 March"
    assert filled.entry(night).facts["note"] == "thin clouds after midnight"
    assert filled.events(night)[-1].who == "ada"


# ---- states -------------------------------------------------------------------------------------------


def test_a_night_goes_from_state_to_state_and_keeps_who_moved_it(filled, night):
    way = ["loaded", "reduced", "searched", "validated", "reported"]
    for number, state in enumerate(way):
        filled.move(night, state, f"person {number}")
    moves = [one for one in filled.events(night) if one.kind == "move"]
    assert [one.value["to"] for one in moves] == way
    assert [one.who for one in moves] == [f"person {number}" for number in range(5)]
    assert filled.entry(night).state == "reported"


@pytest.mark.parametrize("state", ["reduced", "reported", "created", "eaten"])
def test_a_state_that_may_not_follow_is_refused(filled, night, state):
    with pytest.raises(RefusedError):
        filled.move(night, state, "ada")
    assert filled.entry(night).state == "created"


def test_a_night_lost_to_weather_can_come_back(filled, night):
    filled.move(night, "lost", "ada", reason="clouds")
    assert filled.events(night)[-1].value["reason"] == "clouds"
    filled.move(night, "loaded", "ada")
    assert filled.entry(night).state == "loaded"


def test_who_saw_an_older_state_moves_nothing(filled, night):
    filled.move(night, "loaded", "ada", seen="created")
    with pytest.raises(StaleMoveError, match="loaded by now"):
        filled.move(night, "lost", "bob", seen="created")


def test_the_same_move_sent_again_adds_nothing(filled, night):
    for _ in range(3):
        filled.move(night, "loaded", "ada", event_id="press-1")
    assert len([one for one in filled.events(night) if one.kind == "move"]) == 1
    with pytest.raises(RefusedError, match="another one"):
        filled.move(night, "reduced", "ada", event_id="press-1")


def test_a_frame_with_open_questions_is_not_loaded(ledger, night, tmp_path):
    unsure = sort_file(frames.science(tmp_path / "a.fits", FILTER=None))
    ledger.add_frames(night, [unsure], "ada")
    with pytest.raises(RefusedError, match="open questions"):
        ledger.move(unsure.id, "loaded", "ada")


# ---- questions ----------------------------------------------------------------------------------------


def test_an_answer_is_an_event_and_lets_the_frame_be_loaded(ledger, night, tmp_path):
    lying = sort_file(frames.calibration(tmp_path / "flat1.fits", "flat", IMAGETYP="bias", EXPTIME=0.0))
    ledger.add_frames(night, [lying], "ada")
    [(frame, doubt)] = ledger.questions(night)
    assert (frame.state, frame.open, doubt.about) == ("created", 1, "kind")
    ledger.answer(frame.id, "kind", "flat", "bob")
    told = ledger.entry(frame.id)
    assert (told.state, told.open, told.file.kind) == ("loaded", 0, "flat")
    [said] = [one for one in ledger.events(frame.id) if one.kind == "answer"]
    assert (said.who, said.value) == ("bob", {"about": "kind", "answer": "flat"})


def test_an_answer_may_raise_the_next_question(ledger, night, tmp_path):
    lying = frames.calibration(tmp_path / "flat1.fits", "flat", IMAGETYP="bias", EXPTIME=0.0, FILTER=None)
    ledger.add_frames(night, [sort_file(lying)], "ada")
    [(frame, _)] = ledger.questions(night)
    ledger.answer(frame.id, "kind", "flat", "ada")
    [(_, doubt)] = ledger.questions(night)
    assert doubt.about == "filter"
    ledger.answer(frame.id, "filter", "g", "ada")
    assert ledger.entry(frame.id).file.filter == "g"
    assert ledger.questions(night) == []


def test_one_answer_holds_for_all_of_which_the_same_is_asked(ledger, night, tmp_path):
    files = [sort_file(frames.science(tmp_path / f"{n}.fits", FILTER=None)) for n in range(4)]
    ledger.add_frames(night, files, "ada")
    assert ledger.answer(files[0].id, "filter", "r", "ada", alike=True) == 4
    assert {one.filter for one in ledger.files(night)} == {"r"}


def test_an_answer_can_be_taken_back(ledger, night, tmp_path):
    file = sort_file(frames.science(tmp_path / "a.fits", FILTER=None))
    ledger.add_frames(night, [file], "ada")
    ledger.answer(file.id, "filter", "leave out", "ada")
    assert (ledger.entry(file.id).state, ledger.questions(night)) == ("created", [])
    ledger.answer(file.id, "filter", "", "ada")
    assert len(ledger.questions(night)) == 1
    ledger.answer(file.id, "filter", "r", "ada")
    ledger.answer(file.id, "filter", "", "ada")
    assert (ledger.entry(file.id).state, ledger.entry(file.id).parent) == ("created", night)


def test_what_is_no_answer_is_refused(ledger, night, tmp_path):
    file = sort_file(frames.calibration(tmp_path / "flat1.fits", "bias"))
    ledger.add_frames(night, [file], "ada")
    for about, answer in (("kind", "galaxy"), ("filter", "r"), ("kind", "")):
        with pytest.raises(RefusedError):
            ledger.answer(file.id, about, answer, "ada")
    assert len(ledger.questions(night)) == 1


def test_frames_that_came_later_put_one_in_doubt_that_was_sure(ledger, night, tmp_path):
    bright = sort_file(frames.write_frame(tmp_path / "a.fits", 1900.0, IMAGETYP="dark", EXPTIME=60.0))
    ledger.add_frames(night, [bright], "ada")
    assert ledger.entry(bright.id).state == "loaded"
    others = [frames.calibration(tmp_path / "b.fits", "bias")]
    others.append(frames.write_frame(tmp_path / "c.fits", 2500.0, IMAGETYP="flat", FILTER="r", EXPTIME=1.0))
    ledger.add_frames(night, [sort_file(one) for one in others], "ada")
    assert ledger.entry(bright.id).state == "created"
    [(_, doubt)] = ledger.questions(night)
    assert "night's flats" in doubt.reason


def test_answers_are_found_again_for_files_that_are_sorted_again(ledger, night, tmp_path):
    path = frames.science(tmp_path / "a.fits", FILTER=None)
    ledger.add_frames(night, [sort_file(path)], "ada")
    ledger.answer(sort_file(path).id, "filter", "r", "ada")
    [file] = ledger.answered([sort_file(path)])
    assert (file.filter, file.doubts) == ("r", ())


# ---- what is missing ------------------------------------------------------------------------------------


def test_a_whole_night_lacks_nothing(filled, night):
    assert filled.missing(night) == []


def test_what_is_missing_is_said_what_is_needed_first(ledger, night, raw, tmp_path):
    for path in (*raw.glob("bias*"), *raw.glob("flat*"), *raw.glob("dark*"), raw / "r20.fits"):
        path.unlink()
    frames.calibration(raw / "bias0.fits", "bias", INSTRUME="another camera")
    frames.calibration(raw / "flat0.fits", "flat")
    frames.science(raw / "g.fits", FILTER="g", OBJECT="field 1")
    ledger.add_frames(night, sort_files(raw.glob("*.fits"))[0], "ada")
    lacks = ledger.missing(night)
    assert [one.what for one in lacks if one.needed] == ["no bias", "no flat in g"]
    assert {"only 1 flat in r", "no dark", "only 1 of field 1 in g"} <= {one.what for one in lacks}


def test_an_empty_night_says_so(ledger, night):
    assert "no science frame" in [one.what for one in ledger.missing(night)]


# ---- nothing is lost ------------------------------------------------------------------------------------


def test_what_follows_from_the_events_can_be_made_anew(filled, night, tmp_path):
    filled.move(night, "loaded", "ada")
    before = [*filled.children(), *filled.children(night), *filled.frames(night)]
    with filled.connection() as database:
        database.execute("DELETE FROM entry")
        for event in events(database):
            log.follow(database, event)
        log.recount(database, night)
        assert entries.get(database, night).state == "loaded"
    assert [*filled.children(), *filled.children(night), *filled.frames(night)] == before


def test_events_are_never_changed(filled):
    with pytest.raises(LedgerError, match="never changed"), filled.connection() as database:
        database.execute("DELETE FROM event")
    with pytest.raises(LedgerError, match="never changed"), filled.connection() as database:
        database.execute("UPDATE event SET who = 'eve'")


def test_several_write_at_once(tmp_path):
    path = tmp_path / "nights.sqlite"

    def write(number: int) -> None:
        night = Ledger(path).night(f"s/p/{number}", f"person {number}")
        for state in ("loaded", "reduced", "searched"):
            Ledger(path).move(night, state, f"person {number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    nights = [one.entry for one in Ledger(path).tree() if one.entry.level == "night"]
    assert [(one.name, one.state) for one in nights] == [(str(number), "searched") for number in range(6)]


def test_a_file_that_is_no_ledger_is_refused(tmp_path):
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE spectra (id)")
    database.close()
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger(other)
    (tmp_path / "text.sqlite").write_text("hello" * 1000)
    with pytest.raises(LedgerError):
        Ledger(tmp_path / "text.sqlite")


WALKER = """
import sys
from pathlib import Path
from astrolib.collection.nights import Ledger
ledger = Ledger(Path(sys.argv[1]))
night = ledger.night("s/p/n", "child")
print("ready", flush=True)
for number in range(100000):
    state = ledger.entry(night).state
    to = {"created": "loaded", "loaded": "reduced", "reduced": "loaded"}[state]
    ledger.move(night, to, "child", event_id=f"{sys.argv[2]}-{number}")
    print(to, flush=True)
"""


@pytest.mark.slow
def test_killed_between_two_states_it_loses_nothing(tmp_path):
    path, acknowledged = tmp_path / "nights.sqlite", 0
    for kill in range(6):
        command = [sys.executable, "-c", WALKER, str(path), str(kill)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            time.sleep(0.2 + 0.05 * kill)
            child.send_signal(signal.SIGKILL)
            said = [line for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        acknowledged += len(said)
        ledger = Ledger(path)
        moves = [one for one in ledger.events() if one.kind == "move"]
        assert len(moves) >= acknowledged
        for before, after in itertools.pairwise(moves):  # whole: each from where the last one led
            assert after.value["from"] == before.value["to"]
        night = ledger.night("s/p/n", "child")
        assert ledger.entry(night).state == (moves[-1].value["to"] if moves else "created")
        with ledger.connection() as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        acknowledged = len(moves)
    assert acknowledged > 20


def test_many_who_open_a_new_ledger_at_once_all_get_it(tmp_path):
    """Whoever comes second waits, and fails at nothing."""
    for number in range(5):
        start, opened = threading.Barrier(12), []

        def open_it(start=start, opened=opened, path=tmp_path / f"{number}.sqlite"):
            start.wait()
            opened.append(Ledger(path))

        threads = [threading.Thread(target=open_it) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 12
