"""A night that nobody has named is called after its evening."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from astrolib.collection.nights import evenings, name_of, sort_file
from tests.collection.nights.conftest import calibration, science


@pytest.fixture
def observed(tmp_path):
    one = sort_file(science(tmp_path / "a.fits"))
    return lambda *starts: [replace(one, start=start) for start in starts]


@pytest.mark.parametrize(
    ("first", "last", "evening"),
    [
        ("2025-03-04T20:10:00", "2025-03-05T06:00:00", "2025-03-04"),  # Europe
        ("2025-03-05T02:00:00", "2025-03-05T04:00:00", "2025-03-04"),  # and only after midnight
        ("2025-03-05T00:10:00", "2025-03-05T09:00:00", "2025-03-04"),  # Chile
        ("2025-03-05T05:00:00", "2025-03-05T15:30:00", "2025-03-04"),  # Hawaii
        ("2025-03-04T09:30:00", "2025-03-04T19:00:00", "2025-03-04"),  # Japan, Australia
    ],
)
def test_the_evening_is_that_of_the_observer(observed, first, last, evening):
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    hours = observed(*((begin + share * (end - begin)).isoformat() for share in (0, 0.3, 0.6, 1)))
    assert evenings(hours) == [evening]
    assert name_of(hours, Path("raw")) == evening


def test_nights_that_lie_in_one_folder_are_told_apart(observed):
    files = observed(
        "2025-03-04T23:00:00", "2025-03-05T04:00:00", "2025-03-05T20:00:00", "2025-03-07T01:00:00"
    )
    assert evenings(files) == ["2025-03-04", "2025-03-05", "2025-03-06"]
    assert name_of(files, Path("raw")) == "2025-03-04 to 2025-03-06"


def test_calibrations_of_another_day_name_no_night(tmp_path, observed):
    dark = replace(sort_file(calibration(tmp_path / "d.fits", "dark")), start="2024-12-01T12:00:00")
    assert evenings([dark, *observed("2025-03-04T23:00:00")]) == ["2025-03-04"]


def test_without_a_time_the_folder_names_the_night(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert name_of([], Path()) == tmp_path.name
