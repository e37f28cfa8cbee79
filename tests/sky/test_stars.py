"""Where the stars are, by place and by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import pyvo
import requests
from astropy.coordinates import SkyCoord
from astropy.table import Table

CENTRE = SkyCoord(14.2, 60.7, unit="deg")


def test_a_cone_holds_the_stars_within_its_radius(address: str, universe: Path):
    truth = Table.read(universe / "truth.ecsv", format="ascii.ecsv")
    near = SkyCoord(truth["ra"], truth["dec"], unit="deg").separation(CENTRE).deg <= 0.4
    found = pyvo.dal.SCSService(f"{address}/scs?").search(CENTRE, 0.4).to_table()
    assert set(found["name"]) == set(truth["star"][near])
    magnitudes = dict(zip(truth["star"], truth["mag"], strict=True))
    assert all(row["mag"] == pytest.approx(magnitudes[row["name"]]) for row in found)


def test_a_radius_of_zero_asks_for_the_columns(address: str):
    answer = requests.get(f"{address}/scs?RA=14.2&DEC=60.7&SR=0", timeout=20)
    assert b"POS_EQ_RA_MAIN" in answer.content
    assert b"<TR>" not in answer.content


@pytest.mark.parametrize(
    "query", ["", "RA=1&DEC=2", "RA=x&DEC=2&SR=1", "RA=1&DEC=91&SR=1", "RA=1&DEC=2&SR=nan"]
)
def test_a_cone_that_cannot_be_understood_is_refused_in_a_votable(address: str, query: str):
    answer = requests.get(f"{address}/scs?{query}", timeout=20)
    assert b'name="Error"' in answer.content


@pytest.mark.parametrize("name", ["Sim Cas", "sim cas", "SIMCAS", " sim   cas "])
def test_a_name_is_resolved_without_case_and_spaces(address: str, name: str):
    answer = requests.get(f"{address}/names", params={"name": name}, timeout=20)
    assert answer.json() == {"name": "Sim Cas", "ra": 14.2, "dec": 60.7}


@pytest.mark.parametrize("name", ["", "Vega", "<script>", "x" * 5000])
def test_an_unknown_name_is_not_found(address: str, name: str):
    answer = requests.get(f"{address}/names", params={"name": name}, timeout=20)
    assert answer.status_code == 404
    assert len(answer.text) < 300
