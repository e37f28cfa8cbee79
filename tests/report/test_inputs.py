"""What a report is made from: tables of a search, and the word of people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.labels import label_table, write_labels
from astrolib.labels.event import LabelEvent
from astrolib.labels.store import LabelStore
from astrolib.labels.validation import invalid_position
from astrolib.movers.tracklets.tables import PLANTED
from astrolib.report import read_tables, read_validations
from astrolib.report.tables import is_planted
from astrolib.report.verdicts import settle


def test_the_label_store(tmp_path: Path) -> None:
    """What each person says now, with the positions called invalid; other questions are passed over."""
    store = LabelStore(tmp_path / "labels.sqlite")
    usual = {"question": "mover", "version": 1, "who": "anna"}
    store.append(LabelEvent("T0", kind="answer", value="invalid", **usual))
    store.append(LabelEvent("T0", kind="answer", value="valid", **usual))
    store.append(LabelEvent("T0", kind="flag", value=invalid_position("b.fits"), **usual))
    store.append(LabelEvent("T1", kind="answer", value="accept", **{**usual, "question": "candidate"}))
    words = settle(read_validations(store.path))
    assert set(words) == {"T0"}
    assert (words["T0"].who, words["T0"].refusal) == (("anna",), "")
    assert words["T0"].invalid_frames == {"b.fits"}
    write_labels(tmp_path / "validations.ecsv", label_table(store.events(question="mover")))
    assert settle(read_validations(tmp_path / "validations.ecsv")) == words


@pytest.mark.parametrize("frame", ["a;b.fits", "my frame, 2.fits", "Ä'1.fits"])
def test_an_invalid_position_in_a_frame_of_any_name(tmp_path: Path, frame: str) -> None:
    """Is invalid by the label store, and by the table that is written of it."""
    store = LabelStore(tmp_path / "labels.sqlite")
    usual = {"question": "mover", "version": 1, "who": "anna"}
    store.append(LabelEvent("T0", kind="answer", value="valid", **usual))
    store.append(LabelEvent("T0", kind="flag", value=invalid_position(frame), **usual))
    write_labels(tmp_path / "validations.ecsv", label_table(store.events(question="mover")))
    for said in (store.path, tmp_path / "validations.ecsv"):
        assert settle(read_validations(said))["T0"].invalid_frames == {frame}


@pytest.mark.parametrize("suffix", ["csv", "ecsv"])
def test_a_table_of_labels(tmp_path: Path, suffix: str) -> None:
    """With who said it; flags name the frames whose position is invalid."""
    path = tmp_path / f"labels.{suffix}"
    rows = [
        ("T0", "valid", "anna", "invalid position b.fits"),
        ("T1", "valid", "", ""),
        ("T2", "invalid", "bert", ""),
    ]
    if suffix == "csv":
        path.write_text("id,label,who,flags\n" + "".join(",".join(row) + "\n" for row in rows))
    else:
        from astropy.table import Table

        Table(rows=rows, names=("id", "label", "who", "flags")).write(path, format="ascii.ecsv")
    words = settle(read_validations(path))
    assert words["T0"].invalid_frames == {"b.fits"}
    assert words["T1"].refusal == "called valid by nobody with a name"
    assert words["T2"].refusal == "invalid to bert"


@pytest.mark.parametrize(
    ("word", "refusal"),
    [
        (" VALID ", ""),
        ("Invalid", "invalid to bert, valid to anna"),
        ("nein", "bert calls it 'nein', none of valid, invalid, unsure"),
    ],
)
def test_no_word_is_passed_over(tmp_path: Path, word: str, refusal: str) -> None:
    """Whatever its letters, a no is a no; a word that is not known is none that was meant as yes."""
    path = tmp_path / "labels.csv"
    path.write_text(f"id,label,who\nT0,valid,anna\nT0,{word},bert\n")
    assert settle(read_validations(path))["T0"].refusal == refusal


def test_no_labels(tmp_path: Path) -> None:
    """No store is made where none is."""
    with pytest.raises(UnreadableFileError, match="no such file"):
        read_validations(tmp_path / "labels.sqlite")
    assert not list(tmp_path.glob("labels*"))


def test_tables_come_back(night: Any, tmp_path: Path) -> None:
    """From ECSV, as find_movers writes them."""
    night.tracklets.write(tmp_path / "tracklets.ecsv", format="ascii.ecsv")
    with pytest.raises(UnreadableFileError, match=r"detections.ecsv: no such file"):
        read_tables(tmp_path / "tracklets.ecsv")
    night.detections.write(tmp_path / "detections.ecsv", format="ascii.ecsv")
    tracklets, detections = read_tables(tmp_path / "tracklets.ecsv")
    assert (len(tracklets), len(detections)) == (3, 12)
    assert [len(table) for table in read_tables(tmp_path)] == [3, 12]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableFileError, match=r"empty/tracklets.ecsv: no such file"):
        read_tables(tmp_path / "empty")
    assert detections["ra"].unit == night.detections["ra"].unit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not ECSV"),
        ("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int64}\na\n1\n", "no column"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, said: str) -> None:
    """One line with the file and the remedy."""
    (tmp_path / "tracklets.ecsv").write_text(text)
    with pytest.raises(AstrolibError, match=said) as refused:
        read_tables(tmp_path / "tracklets.ecsv")
    assert "tracklets.ecsv" in str(refused.value)


def test_two_tracklets_of_one_name(night: Any, tmp_path: Path) -> None:
    """A word on one of them would count for both."""
    night.tracklets["tracklet_id"] = ["T0", "T0", "T1"]
    night.tracklets.write(tmp_path / "tracklets.ecsv", format="ascii.ecsv")
    with pytest.raises(UnreadableFileError, match="two tracklets are called 'T0'"):
        read_tables(tmp_path / "tracklets.ecsv")


@pytest.mark.parametrize("own", [[False, False, True], None])
def test_a_list_of_fakes_beside_the_tracklets(night: Any, tmp_path: Path, own: list[bool] | None) -> None:
    """Counts beside what the tracklets say themselves, and where they say nothing."""
    night.tracklets.remove_column("planted")
    if own:
        night.tracklets["planted"] = own
    night.tracklets.write(tmp_path / "tracklets.ecsv", format="ascii.ecsv")
    night.detections.write(tmp_path / "detections.ecsv", format="ascii.ecsv")
    fakes = PLANTED.table([{"tracklet_id": "T0", "kind": "decoy"}])
    fakes.write(tmp_path / "planted.ecsv", format="ascii.ecsv")
    tracklets, _ = read_tables(tmp_path / "tracklets.ecsv")
    assert list(tracklets["planted"]) == [True, False, bool(own)]


def test_a_cell_that_says_nothing_is_no_word_of_a_real_object() -> None:
    """Rather is a mover left out than a fake reported."""
    assert all(is_planted(value) for value in (np.ma.masked, "", np.True_, "True"))
    assert not any(is_planted(value) for value in (np.False_, "False", 0))
