"""A report moves what was measured to `reported`, in the ledger that knows the night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from astropy.time import Time, TimeDelta

from astrolib.collection.nights import Ledger, SortedFile
from astrolib.report import Site, write_report

START = Time("2026-11-19T22:29:45.250", scale="utc")


def frame(number: int, nights: int = 0) -> SortedFile:
    """Return a raw file that was exposed when the frame of that number was."""
    start = START + TimeDelta(510.0 * number + 86_400 * nights, format="sec")
    place = {"ra": 30.0, "dec": 0.0, "pointings": {"RA, DEC": (30.0, 0.0)}, "target": "field 1"}
    return SortedFile(
        id=f"{number:08x}{nights:08x}", path=f"/raw/{nights}/{number}.fits", kind="science", filter="r",
        exposure=60.0, start=start.isot, starts={"DATE-OBS": start.isot}, shape=(100, 100), **place,
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Return a ledger of two nights whose products have the same names, reduced."""
    ledger = Ledger(tmp_path / "nights.sqlite")
    for nights in (0, 7):
        name = ledger.night(f"s/p/{nights}", "ada")
        ledger.add_frames(name, [frame(number, nights) for number in range(5)], "ada")
        for number, one in enumerate(ledger.frames(name)):
            ledger.edit(one.id, "ada", products=[f"r{number}.fits"])
            ledger.move(one.id, "reduced", "ada")
        for entry in (*(one.id for one in ledger.children(name) if one.level == "field"), name):
            for state in ("loaded", "reduced"):
                ledger.move(entry, state, "ada")
    return ledger


def states(ledger: Ledger) -> dict[str, list[str]]:
    """Return the states of each night, its field and its frames."""
    nights = [branch.entry for branch in ledger.tree() if branch.entry.level == "night"]
    return {
        one.name: [one.state]
        + [each.state for each in ledger.children(one.id)]
        + [each.state for each in ledger.frames(one.id)]
        for one in nights
    }


def test_what_was_measured_is_reported_and_nothing_else(
    night: Any, site: Site, ledger: Ledger, tmp_path: Path
) -> None:
    """Of two nights with products of the same names, that of the times; step by step, by who reports."""
    write_report(
        night.tracklets, night.detections, night.said, site, tmp_path / "out", ledger=ledger, who="eva"
    )
    assert states(ledger) == {
        "0": ["reported", "reported", *["reported"] * 4, "reduced"],
        "7": ["reduced", "reduced", *["reduced"] * 5],
    }
    moves = [one for one in ledger.events() if one.kind == "move" and one.who == "eva"]
    assert [one.value["to"] for one in moves][:3] == ["searched", "validated", "reported"]


def test_a_night_that_a_person_moved_back_is_left_where_it_is(
    night: Any, site: Site, ledger: Ledger, tmp_path: Path
) -> None:
    """A frame that was lost, or is to be reduced again, is not moved on."""
    first = next(one for one in ledger.frames(ledger.night("s/p/0", "ada")) if one.name == "0.fits")
    ledger.move(first.id, "loaded", "ada")
    write_report(night.tracklets, night.detections, night.said, site, tmp_path / "out", ledger=ledger)
    assert ledger.entry(first.id).state == "loaded"
