"""Candidates keep everything: what is known of them, and what removed them by how much."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import QTable

from astrolib.candidates import (
    Candidates,
    Cut,
    Scores,
    at_least,
    entropy_at_most,
    in_region,
    label_is,
    one_per_object,
    probability_at_least,
    read_scores,
    sure_of_label,
    surest,
)
from astrolib.core.errors import ParameterError, UnreadableFileError


def removed(candidates):
    return {
        str(row["id"]): (str(row["removed_by"]), round(float(row["missed_by"]), 6))
        for row in candidates.removed
    }


def test_scores_are_joined_with_what_is_known(candidates):
    assert list(candidates.table["target"]) == ["BU Tau", "BU Tau", "<b>", "gam Cas", ""]
    assert candidates.table["dec"][2].to_value("deg") == -10
    assert np.isnan(candidates.table["ra"][4])
    assert candidates.row("a1")["instrument"] == "CCD700"


def test_candidates_of_one_object_share_it_across_archives(candidates):
    assert list(candidates.table["object"]) == ["a1", "a1", "b1", "c1", "x"]


def test_a_cut_writes_down_what_it_removed_and_by_how_much(candidates):
    cut = candidates.cut(probability_at_least("single peak", 0.9), entropy_at_most(0.1))
    assert [str(one) for one in cut.kept["id"]] == []
    name = "probability of single peak at least 0.9"
    assert removed(cut) == {
        "a1": ("entropy at most 0.1", pytest.approx(cut.row("a1")["entropy"] - 0.1, abs=1e-6)),
        "a2": (name, 0.1),
        "b1": (name, 0.6),
        "c1": (name, 0.85),
        "x": (name, 0.5),
    }
    assert len(cut.table) == 5
    assert [(step.before, step.removed, step.left) for step in cut.trail] == [(5, 4, 1), (1, 1, 0)]


def test_the_candidates_before_a_cut_stay_as_they_were(candidates):
    candidates.cut(label_is("double peak"))
    assert len(candidates) == 5
    assert candidates.trail == ()


def test_what_a_cut_does_not_change_is_shared_and_not_copied(candidates):
    cut = candidates.cut(label_is("double peak")).with_columns(snr=np.zeros(5))
    changed = {"removed_by", "missed_by", "snr"}
    for name in set(cut.table.colnames) - changed:
        assert np.shares_memory(cut.table[name], candidates.table[name]), name
    assert set(candidates.table["removed_by"]) == {""}
    assert np.isnan(candidates.table["missed_by"]).all()
    assert "snr" not in candidates.table.colnames


def test_a_cut_judges_only_what_is_left(candidates):
    seen = []

    def judge(rows):
        seen.append((len(rows), list(rows["id"]), rows["ra"].unit, "entropy" in rows.colnames))
        return np.zeros(len(rows), dtype=bool), np.full(len(rows), -1.0)

    candidates.cut(label_is("double peak"), Cut("mine", judge))
    assert seen == [(1, ["b1"], "deg", True)]


def test_a_label_is_missed_by_how_much_another_is_more_probable(candidates):
    cut = candidates.cut(label_is("single peak", "double peak"))
    assert removed(cut) == {"c1": ("label single peak or double peak", 0.85)}


def test_a_label_is_asked_to_be_probable(candidates):
    cut = candidates.cut(sure_of_label(0.7))
    name = "probability of the label at least 0.7"
    assert removed(cut) == {"b1": (name, 0.1), "x": (name, 0.3)}


def test_only_the_surest(candidates):
    assert removed(candidates.cut(surest(3))) == {"b1": ("the 3 surest", 0.2), "x": ("the 3 surest", 0.4)}
    assert len(candidates.cut(surest(9))) == 5


def test_what_nobody_knows_fails_and_is_counted(candidates):
    cut = candidates.with_columns(snr=[10, 50, np.nan, 30, 5.0]).cut(at_least("snr", 20))
    assert removed(cut)["a1"] == ("snr at least 20", 10)
    assert np.isnan(removed(cut)["b1"][1])
    assert (cut.trail[0].removed, cut.trail[0].unknown) == (3, 1)


def test_a_region_of_the_sky(candidates):
    here = SkyCoord(10, 21, unit="deg")
    inside = candidates.cut(in_region(here, 2 * SkyCoord(0, 1, unit="deg").dec))
    assert list(inside.kept["id"]) == ["a1", "a2"]
    outside = candidates.cut(in_region(here, 2 * SkyCoord(0, 1, unit="deg").dec, "my plate", outside=True))
    assert removed(outside)["a1"] == ("outside my plate", 1.0)
    assert list(outside.kept["id"]) == ["b1", "c1"]


def test_one_spectrum_of_each_object(candidates):
    cut = candidates.cut(one_per_object())
    assert removed(cut) == {"a2": ("the surest spectrum of each object", 0.15)}


def test_the_same_cut_twice_and_an_unknown_column_are_refused(candidates):
    with pytest.raises(ParameterError, match="made already"):
        candidates.cut(entropy_at_most(1), entropy_at_most(1))
    with pytest.raises(ParameterError, match="no column 'snr'"):
        candidates.cut(at_least("snr", 20))


def test_saved_and_opened_whole(candidates, tmp_path):
    cut = candidates.cut(label_is("single peak"), one_per_object())
    cut.save(tmp_path / "candidates.ecsv")
    again = Candidates.open(tmp_path / "candidates.ecsv")
    assert again.trail == cut.trail
    assert again.classes == cut.classes
    assert removed(again) == removed(cut)
    assert again.table.colnames == cut.table.colnames
    assert [str(one) for one in again.table["target"]] == [str(one) for one in cut.table["target"]]
    assert again.table["ra"].unit == cut.table["ra"].unit
    assert len(again.cut(entropy_at_most(0))) == 0


def test_what_a_network_left_is_opened_too(scores, metadata, tmp_path):
    table = QTable({"id": scores.ids, "label": scores.labels})
    for number, name in enumerate(scores.classes):
        table[name] = scores.probabilities[:, number].astype(np.float32)
    table["entropy"] = scores.entropy
    table.write(tmp_path / "candidates.ecsv", format="ascii.ecsv")
    opened = Candidates.open(tmp_path / "candidates.ecsv", metadata)
    assert opened.classes == ("single peak", "double peak", "absorption")
    assert opened.row("a1")["p single peak"] == pytest.approx(0.95)
    assert read_scores(tmp_path / "candidates.ecsv").labels.tolist() == scores.labels.tolist()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda table: table.remove_column("entropy"), "no column 'entropy'"),
        (lambda table: table["label"].fill("shell"), "no probability for 'shell"),
        (lambda table: table["id"].fill("a1"), "stands twice"),
        (lambda table: table["double peak"].fill(1.5), "no numbers from 0 to 1"),
        (lambda table: table["double peak"].fill(np.nan), "no numbers from 0 to 1"),
    ],
)
def test_a_table_that_is_none_is_refused_in_one_line(scores, tmp_path, change, complaint):
    table = QTable({"id": scores.ids, "label": scores.labels.astype("U20"), "entropy": scores.entropy})
    for number, name in enumerate(scores.classes):
        table[name] = scores.probabilities[:, number]
    change(table)
    table.write(tmp_path / "candidates.ecsv", format="ascii.ecsv")
    with pytest.raises(UnreadableFileError, match=complaint) as error:
        Candidates.open(tmp_path / "candidates.ecsv")
    assert "\n" not in str(error.value)


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(UnreadableFileError, match="classify spectra first"):
        Candidates.open(tmp_path / "nothing.ecsv")


def test_an_empty_table_is_no_error(tmp_path):
    nothing = Candidates.of(Scores.of([], ("a", "b"), np.empty((0, 2))))
    cut = nothing.cut(label_is("a"), one_per_object(), entropy_at_most(1))
    cut.save(tmp_path / "nothing.ecsv")
    again = Candidates.open(tmp_path / "nothing.ecsv")
    assert (len(again), again.classes, again.trail) == (0, ("a", "b"), cut.trail)
