"""One label an object, from a store of events or a table made elsewhere."""

from __future__ import annotations

import pytest
from astropy.table import Table

from astrolib.core.errors import UnreadableFileError
from astrolib.labels import DISPUTED, LabelEvent, LabelStore, agreed_labels


def said(who, label, identity="a", version=1):
    return LabelEvent(object=identity, question="lines", version=version, kind="answer", value=label, who=who)


def as_dict(table):
    return dict(zip(map(str, table["id"]), map(str, table["label"]), strict=True))


def test_a_table_of_labels_is_taken_as_it_is(tmp_path):
    Table({"id": ["b", "a", "c"], "label": ["x", "y", ""]}).write(tmp_path / "labels.ecsv")

    assert as_dict(agreed_labels(tmp_path / "labels.ecsv")) == {"a": "y", "b": "x"}


def test_of_several_answers_the_majority_counts(tmp_path):
    (tmp_path / "labels.csv").write_text("id,label,who\na,x,ada\na,x,bo\na,y,cy\nb,x,ada\nb,y,bo\n")

    assert as_dict(agreed_labels(tmp_path / "labels.csv")) == {"a": "x", "b": DISPUTED}


def test_people_who_disagree_in_a_store_leave_the_object_disputed(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    store.append_all([said("ada", "x"), said("bo", "y"), said("ada", "x", "b"), said("ada", "z", "c", 2)])
    other = LabelEvent(object="d", question="else", version=1, kind="answer", value="x", who="ada")
    store.append(other)

    assert as_dict(agreed_labels(tmp_path / "labels.sqlite", "lines")) == {"c": "z"}  # the newest version
    assert as_dict(agreed_labels(tmp_path / "labels.sqlite", "else")) == {"d": "x"}


def test_labels_as_they_stood_at_a_time(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    first = store.append(said("ada", "x"))
    store.append(said("ada", "y", "b"))

    assert as_dict(agreed_labels(tmp_path / "labels.sqlite", "lines", until=first.time)) == {"a": "x"}


def test_a_store_without_such_answers_gives_an_empty_table(tmp_path):
    LabelStore(tmp_path / "labels.sqlite")

    assert agreed_labels(tmp_path / "labels.sqlite", "lines").colnames == ["id", "label"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file"):
        agreed_labels(tmp_path / "none.ecsv")
