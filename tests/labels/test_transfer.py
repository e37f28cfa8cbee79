"""Labels leave and enter as files, and stay what they are."""

from __future__ import annotations

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from astropy.table import Table
from astropy.time import Time
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.core.errors import RefusedError, UnreadableFileError
from astrolib.labels import LabelEvent, LabelStore, import_labels, label_table, read_question, write_labels

QUESTION = read_question("halpha")
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
TEXT = TEXT.filter(lambda text: text == text.strip())
LABELS = st.dictionaries(
    st.tuples(TEXT, TEXT),
    st.tuples(
        st.sampled_from([answer.value for answer in QUESTION.answers] + [""]),
        st.booleans(),
        st.one_of(
            st.just(""), TEXT, st.sampled_from(["=1+1", "'=1", "-12.3", "@x", "''-1", '"', "a,b", "--"])
        ),
        st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)),
    ),
    max_size=6,
)


@pytest.mark.parametrize("suffix", [".csv", ".ecsv"])
@settings(max_examples=40, deadline=None)
@given(labels=LABELS)
def test_labels_written_and_read_back_are_the_same(suffix, labels):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = LabelStore(folder / "first.sqlite"), LabelStore(folder / "second.sqlite")
        for (object_id, who), said in labels.items():
            first.append_all(_events(object_id, who, *said))
        table = label_table(first.events())
        write_labels(folder / f"labels{suffix}", table)
        import_labels(second, folder / f"labels{suffix}", QUESTION)
        again = label_table(second.events())
        first.close()
        second.close()
    names = ["id", "label", "who", "time", "flags", "note"]
    assert [tuple(row) for row in again[names].iterrows()] == [tuple(row) for row in table[names].iterrows()]


def _events(object_id: str, who: str, label: str, flag: bool, note: str, when: datetime) -> list[LabelEvent]:
    said = [("flag", "noteworthy")] * flag + [("note", note)] * bool(note) + [("answer", label)] * bool(label)
    return [LabelEvent(object_id, QUESTION.name, QUESTION.version, *one, who, when) for one in said]


def test_cells_that_a_spreadsheet_would_run_are_quoted_and_numbers_stay(tmp_path, store, say):
    for object_id in ("=1+1", "+cmd", "-x", "@a", "-12.3", "<img onerror=...>", "plain"):
        store.append(say(object_id, "shell"))
    write_labels(tmp_path / "labels.csv", label_table(store.events()))
    with (tmp_path / "labels.csv").open(newline="") as stream:
        written = {row["id"] for row in csv.DictReader(stream)}
    assert written == {"'=1+1", "'+cmd", "'-x", "'@a", "-12.3", "<img onerror=...>", "plain"}


def test_import_again_renamed_or_longer_adds_only_what_is_new(tmp_path, store):
    file = tmp_path / "old.csv"
    file.write_text("id,label,who,time\na,shell,ben,2020-01-01T00:00:00Z\nb,bad,ben,\n")
    assert import_labels(store, file, QUESTION) == 2
    assert import_labels(store, file, QUESTION) == 0
    longer = tmp_path / "longer.csv"
    longer.write_text(file.read_text() + "c,bad,ben,\n")
    assert import_labels(store, longer, QUESTION) == 1
    origins = [event.origin for event in store.events()]
    assert origins[0].startswith("imported old.csv sha256:")
    assert origins[2].startswith("imported longer.csv sha256:")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,label\na,shell\n", "without who"),
        ("id,label,who\na,triangle,ben\n", "row 1: 'triangle' is no answer"),
        ("id,label,who\na,shell,ben\n,shell,ben\n", "row 2: a label without object"),
        ("id,label,who,time\na,shell,ben,2020-01-01T00:00:00\n", "row 1: time .* has no zone"),
        ("id,label,who,time\na,shell,ben,yesterday\n", "row 1: time 'yesterday'"),
        ("id,label,who,time\na,shell,ben,0001-01-01T00:00:00+14:00\n", "row 1: time '0001"),
        ("id,label,who,flags\na,shell,ben,odd\n", "row 1: 'odd' is no flag"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(tmp_path, store, content, reason):
    file = tmp_path / "labels.csv"
    file.write_text(content)
    with pytest.raises(RefusedError, match=reason):
        import_labels(store, file, QUESTION)
    assert store.newest() == 0


def test_who_and_the_meaning_of_bare_times_can_be_said(tmp_path, store):
    file = tmp_path / "labels.csv"
    file.write_text("id,label,time\na,shell,2020-01-01 10:00:00\nb,bad,2020-01-01T10:00:00+02:00\n")
    import_labels(store, file, QUESTION, who="ben", naive_is_utc=True)
    assert [(event.who, event.time) for event in store.events()] == [
        ("ben", "2020-01-01T10:00:00.000000Z"),
        ("ben", "2020-01-01T08:00:00.000000Z"),
    ]


def test_time_column_with_a_scale_is_converted(tmp_path, store):
    table = Table({"id": ["a"], "label": ["shell"], "who": ["ben"]})
    table["time"] = Time(["2020-01-01T00:00:37"], scale="tai")
    table.write(tmp_path / "labels.ecsv", format="ascii.ecsv")
    import_labels(store, tmp_path / "labels.ecsv", QUESTION)
    assert store.events()[0].time == "2020-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("labels.csv", b"id,class\na,b\n"),
        ("labels.csv", b"id,label\n\xff,a\n"),
        ("labels.ecsv", b"id label\na b\n"),
    ],
)
def test_what_is_no_table_of_labels_is_refused(tmp_path, store, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFileError, match=name.replace(".", r"\.")):
        import_labels(store, tmp_path / name, QUESTION)


def test_a_file_that_is_not_there_is_refused(tmp_path, store):
    with pytest.raises(UnreadableFileError, match="no such file"):
        import_labels(store, tmp_path / "labels.csv", QUESTION)


def test_other_formats_are_refused(tmp_path, store):
    with pytest.raises(RefusedError, match=r"neither \.ecsv nor \.csv"):
        write_labels(tmp_path / "labels.xlsx", label_table(store.events()))
