"""Lines of MPCORB: orbits as written, and those that contradict themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.movers.formats import FormatError, read_mpcorb, write_mpcorb
from astrolib.movers.formats.mpcorb import pack_date, parse_mpcorb, unpack_date

CERES = (
    "00001    3.34  0.15 K2555 188.70269   73.27343   80.25221   10.58780  0.0794013  0.21424651   2.7660512"
    "  0 E2024-V47  7330 125 1801-2024 0.80 M-v 30k MPCLINUX   4000      (1) Ceres              20241101"
)


def test_the_excerpt(shared: Path, tmp_path: Path) -> None:
    """Every line is read and written as it was; exactly the two doubtful ones contradict Kepler."""
    path = shared / "data" / "mpc" / "mpcorb_excerpt" / "MPCORB_excerpt.dat"
    orbits, refused = read_mpcorb(path)
    assert not refused
    write_mpcorb(orbits, tmp_path / "again.dat")
    assert (tmp_path / "again.dat").read_text() == path.read_text()
    assert [orbit.line[20:25] for orbit in orbits if orbit.doubts()] == ["K239D", "K239D"]


def test_what_a_line_says() -> None:
    """Designation, epoch, elements and name."""
    (orbit,), _ = parse_mpcorb(CERES)
    assert (orbit.designation, orbit.epoch, orbit.name) == ("1", date(2025, 5, 5), "(1) Ceres")
    assert (orbit.uncertainty, orbit.reference, orbit.last_observation) == ("0", "E2024-V47", "20241101")
    assert orbit.element("semimajor_axis") == 2.7660512
    assert orbit.element("inclination") == 10.5878


def test_the_head_of_the_whole_file_is_passed_over() -> None:
    """All up to the line of dashes."""
    orbits, refused = parse_mpcorb(f"MINOR PLANET CENTER\n\nDes'n     H\n{'-' * 160}\n{CERES}\n\n{CERES}\n")
    assert (len(orbits), len(refused)) == (2, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (CERES[:90], "90 columns"),
        (CERES.replace("00001  ", "0000?  "), "no packed designation"),
        (CERES.replace("K2555", "K25D5"), "no packed date"),
        (CERES.replace("K2555", "K252V"), "no packed date"),
        (CERES.replace("188.70269", "188,70269"), "no mean anomaly"),
        (CERES.replace("0.0794013", "1.0794013"), "no ellipse"),
    ],
)
def test_a_line_that_is_no_orbit(line: str, reason: str) -> None:
    """It is set aside with its number and the reason, and the others are read."""
    orbits, refused = parse_mpcorb(f"{CERES}\n{line}\n{CERES}\n")
    assert len(orbits) == 2
    assert refused[0].number == 2
    assert reason in refused[0].reason


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_every_day_has_a_packed_form(day: date) -> None:
    """And comes back."""
    assert unpack_date(pack_date(day)) == day


def test_a_day_without_packed_form() -> None:
    """Other centuries have none."""
    with pytest.raises(FormatError):
        pack_date(date(2100, 1, 1))
