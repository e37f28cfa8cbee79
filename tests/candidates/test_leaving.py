"""Candidates leave with what people said of them, and run nothing where they are opened."""

from __future__ import annotations

import csv

import pytest

from astrolib.candidates import export, label_is, send, with_verdicts
from astrolib.core.votable import read_votable
from astrolib.labels import LabelEvent, LabelStore, read_question


@pytest.fixture
def told(candidates, tmp_path):
    """Return the table after two people said something."""
    store = LabelStore(tmp_path / "labels.sqlite")

    def say(identity, kind, value, who="ada", question="candidate"):
        store.append(
            LabelEvent(object=identity, question=question, version=1, kind=kind, value=value, who=who)
        )

    say("a1", "answer", "accept")
    say("a1", "answer", "accept", "ben")
    say("a1", "flag", "noteworthy")
    say("a1", "note", "=1+1")
    say("b1", "answer", "accept")
    say("b1", "answer", "reject", "ben")
    say("c1", "answer", "shell", question="halpha")
    return with_verdicts(candidates.cut(label_is("single peak", "double peak")), store.events())


def test_verdicts_stand_beside_what_the_network_said(told):
    assert list(told["verdict"]) == ["accept", "", "", "", ""]
    assert list(told["decided"]) == ["unanimous", "", "disputed", "", ""]
    assert told["flags"][0] == "noteworthy"
    assert told["notes"][0] == "ada: =1+1"


def test_the_question_has_the_keys_that_people_expect():
    keys = {answer.value: answer.key for answer in read_question("candidate").answers}
    assert keys == {"accept": "a", "reject": "r", "unsure": "q"}


def test_csv_runs_nothing_and_numbers_stay_numbers(told, tmp_path):
    told["target"] = ["=HYPERLINK(1)", "@x", "+y", "-z", "ok"]
    export(told, tmp_path / "out" / "candidates.csv")
    with (tmp_path / "out" / "candidates.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["target"] for row in rows] == ["'=HYPERLINK(1)", "'@x", "'+y", "'-z", "ok"]
    assert rows[2]["dec [deg]"] == "-10.0"
    assert rows[3]["removed_by"] == "label single peak or double peak"
    assert rows[4]["ra [deg]"] == ""


def test_votable_keeps_every_column(told, tmp_path):
    export(told, tmp_path / "candidates.vot")
    table = read_votable(tmp_path / "candidates.vot").get_first_table().to_table(use_names_over_ids=True)
    assert len(table) == 5
    assert {name.replace(" ", "_") for name in told.colnames} == set(table.colnames)
    assert "&lt;b&gt;" in (tmp_path / "candidates.vot").read_text()


def test_without_a_hub_the_file_stays_and_nobody_is_said_to_have_it(told, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SAMP_HUB", raising=False)
    sent = send(told, tmp_path / "out")
    assert sent.receivers == 0
    assert sent.reason
    assert sent.path.exists()
