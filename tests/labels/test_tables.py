"""Labels, consensus and agreement as tables."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.labels import agreement_table, consensus_table, event_table, label_table
from astrolib.labels.agreement import cohen_kappa, krippendorff_alpha, percent_agreement
from astrolib.labels.tables import AGREEMENT, CONSENSUS, EVENT, LABEL


@pytest.fixture
def events(store, say):
    for who, values in (("ada", "ssbo"), ("ben", "sbbo"), ("eve", "sb a")):
        for number, value in enumerate(values):
            if value != " ":
                store.append(say(f"o{number}", value, who=who))
    store.append(say("o9", "noteworthy", kind="flag"))
    return store.events()


def test_tables_keep_their_schema(events):
    for schema, table in (
        (LABEL, label_table(events)),
        (EVENT, event_table(events)),
        (CONSENSUS, consensus_table(events)),
        (AGREEMENT, agreement_table(events)),
        (LABEL, label_table([])),
        (AGREEMENT, agreement_table([])),
    ):
        assert schema.check(table).colnames == [column.name for column in schema.columns]


def test_label_table_says_who_said_what_now(store, say):
    first = store.append(say("<img onerror=...>", "shell"))
    store.append(say("b", "bad"))
    store.append(say("b", "variable", kind="flag"))
    store.append(say("b", "noteworthy", kind="flag"))
    store.append(say("<img onerror=...>", first.id, kind="undo"))
    table = label_table(store.events())
    assert [tuple(row) for row in table["id", "label", "who", "flags", "time"].iterrows()] == [
        ("b", "bad", "ada", "noteworthy;variable", "2026-01-31T21:00:01.000000Z")
    ]


def test_consensus_says_how_it_was_decided(events):
    table = consensus_table(events)
    assert [tuple(row) for row in table["id", "label", "decided", "n_people", "n_agree"]] == [
        ("o0", "s", "unanimous", 3, 3),
        ("o1", "b", "majority", 3, 2),
        ("o2", "b", "unanimous", 2, 2),
        ("o3", "o", "majority", 3, 2),
        ("o9", "", "unanswered", 0, 0),
    ]


def test_adjudicator_decides_and_a_tie_is_disputed(store, say):
    store.append(say("a", "shell", who="ada"))
    assert consensus_table(store.events())["decided"][0] == "single"
    store.append(say("a", "bad", who="ben"))
    assert tuple(consensus_table(store.events())["label", "decided", "n_agree"][0]) == ("", "disputed", 1)
    adjudicated = consensus_table(store.events(), adjudicator="ben")
    assert tuple(adjudicated["label", "decided"][0]) == ("bad", "adjudicated")


def test_agreement_table_holds_pairs_and_all(events):
    table = agreement_table(events)
    rows = {(row["measure"], row["who"]): (row["n_objects"], row["value"]) for row in table}
    assert rows["percent agreement", "ada & ben"] == (4, 75.0)
    assert rows["Cohen's kappa", "ada & eve"][0] == 3
    assert rows["Krippendorff's alpha", "all"][0] == 4


def test_percent_agreement():
    assert percent_agreement(["a", "b", "c", "c"], ["a", "b", "c", "a"]) == 75.0
    assert np.isnan(percent_agreement([], []))


def test_cohen_kappa_of_a_table_worked_by_hand():
    """20 both yes, 5 and 10 differ, 15 both no: observed 0.7, expected 0.5."""
    first = ["y"] * 20 + ["y"] * 5 + ["n"] * 10 + ["n"] * 15
    second = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert np.isnan(cohen_kappa(["a", "a"], ["a", "a"]))


@pytest.mark.parametrize(
    ("rows", "alpha"),
    [
        (["0100000010", "1110010000"], 0.095),  # Krippendorff 2011, section A
        (["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),  # section C
        (["aab", "aab"], 1.0),
    ],
)
def test_krippendorff_alpha_of_the_published_examples(rows, alpha):
    columns = zip(*rows, strict=True)
    units = [{str(who): value for who, value in enumerate(column) if value != "."} for column in columns]
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=5e-4)


def test_alpha_is_undefined_where_nothing_can_disagree():
    assert np.isnan(krippendorff_alpha([{"ada": "a", "ben": "a"}, {"ada": "b"}]))
