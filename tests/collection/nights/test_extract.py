"""A night leaves as a file, and is taken into another ledger once."""

from __future__ import annotations

import sqlite3

import pytest

from astrolib.collection.nights import Ledger, sort_file
from astrolib.core.errors import AstrolibError
from tests.collection.nights import conftest as frames


@pytest.fixture
def extracted(filled, night, tmp_path):
    """Return the extract of a night that was moved to loaded and reduced."""
    for state in ("loaded", "reduced"):
        filled.move(night, state, "run")
    filled.extract(night, tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


def told(ledger: Ledger, night: str) -> list[object]:
    return [ledger.entry(night), *ledger.children(night), *ledger.frames(night)]


def test_an_extract_is_taken_in_once(extracted, filled, night, tmp_path):
    other = Ledger(tmp_path / "other.sqlite")
    new = other.take_in(extracted)
    assert new == len(filled.events())
    assert told(other, night) == told(filled, night)
    assert other.take_in(extracted) == 0
    assert len(other.events()) == new


def test_an_extract_holds_its_night_alone(filled, night, tmp_path):
    filled.night("survey/project/2026-03-02", "ada")
    filled.extract(night, tmp_path / "one.sqlite")
    other = Ledger(tmp_path / "other.sqlite")
    other.take_in(tmp_path / "one.sqlite")
    project = other.entry(night).parent
    assert [one.name for one in other.children(project)] == ["2026-03-01"]


def test_it_opens_as_a_ledger_of_its_own(extracted, night):
    assert Ledger(extracted).entry(night).state == "reduced"


def test_what_came_back_moves_the_night_that_is_known(filled, night, tmp_path):
    filled.extract(night, tmp_path / "out.sqlite")
    elsewhere = Ledger(tmp_path / "cluster.sqlite")
    elsewhere.take_in(tmp_path / "out.sqlite")
    elsewhere.move(night, "loaded", "run")
    elsewhere.move(night, "reduced", "run")
    elsewhere.extract(night, tmp_path / "back.sqlite")
    assert filled.take_in(tmp_path / "back.sqlite") == 2
    assert filled.entry(night).state == "reduced"


def test_a_move_that_fits_no_more_stays_in_the_history_alone(extracted, filled, night, tmp_path):
    other = Ledger(tmp_path / "other.sqlite")
    assert other.night("survey/project/2026-03-01", "ada") == night
    other.move(night, "lost", "ada", reason="clouds")
    other.take_in(extracted)
    assert other.entry(night).state == "lost"
    assert [one.value["to"] for one in other.events(night) if one.kind == "move"] == [
        "lost",
        "loaded",
        "reduced",
    ]


def test_a_run_that_did_not_know_the_survey_finds_the_night_by_its_frames(filled, night, tmp_path):
    run = Ledger(tmp_path / "run.sqlite")
    unnamed = run.night("2026-03-01", "run")
    run.add_frames(unnamed, filled.files(night), "run")
    run.move(unnamed, "loaded", "run")
    run.extract(unnamed, tmp_path / "run-out.sqlite")
    filled.take_in(tmp_path / "run-out.sqlite")
    assert filled.entry(night).state == "loaded"
    assert [one.name for one in filled.children()] == ["survey"]
    assert filled.take_in(tmp_path / "run-out.sqlite") == 0


def test_answers_travel(filled, night, tmp_path):
    file = sort_file(frames.science(tmp_path / "a.fits", FILTER=None))
    filled.add_frames(night, [file], "ada")
    filled.answer(file.id, "filter", "r", "ada")
    filled.extract(night, tmp_path / "x.sqlite")
    other = Ledger(tmp_path / "other.sqlite")
    other.take_in(tmp_path / "x.sqlite")
    assert other.entry(file.id).file.filter == "r"


def test_a_run_that_was_told_the_answers_keeps_them_and_what_they_replaced(filled, night, tmp_path):
    file = sort_file(frames.science(tmp_path / "a.fits", CRVAL1=10.0, CRVAL2=20.0, CTYPE1="RA---TAN"))
    filled.add_frames(night, [file], "ada")
    filled.answer(file.id, "pointing", "CRVAL1, CRVAL2", "ada")
    run = Ledger(tmp_path / "run.sqlite")
    there = run.night("survey/project/2026-03-01", "run")
    run.add_frames(there, filled.answered([sort_file(tmp_path / "a.fits")]), "run")
    told = run.entry(file.id)
    assert (told.state, told.file.ra, told.file.doubts) == ("loaded", 10.0, ())
    assert told.facts["file"]["ra"] == 150.0


def test_what_is_no_extract_is_refused_and_changes_nothing(filled, tmp_path):
    before = len(filled.events())
    (tmp_path / "text").write_text("no database " * 99)
    view = tmp_path / "view"
    with sqlite3.connect(view) as database:
        database.execute("CREATE VIEW event AS SELECT 1 AS seq")
    database.close()
    for path in (tmp_path / "text", view, tmp_path / "nowhere", tmp_path):
        with pytest.raises(AstrolibError):
            filled.take_in(path)
    assert len(filled.events()) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET value = '[]' WHERE kind = 'add'",
        """UPDATE event SET value = '{"level":"frame","parent":"zz","name":"x"}' WHERE kind = 'add'""",
        """UPDATE event SET value = '{"level":"planet","parent":"","name":"x"}' WHERE kind = 'add'""",
        """UPDATE event SET value = replace(value, '"exposure": 60.0', '"exposure": "long"')""",
        "UPDATE event SET at = '2026-99-99T99:99:99.999999Z'",
    ],
)
def test_an_extract_with_nonsense_in_it_is_refused_and_changes_nothing(extracted, tmp_path, change):
    with sqlite3.connect(extracted) as database:
        database.execute("DROP TRIGGER event_never_changed")
        database.execute(change)
    database.close()
    other = Ledger(tmp_path / "other.sqlite")
    with pytest.raises(AstrolibError):
        other.take_in(extracted)
    assert other.events() == []
