"""Simple Spectral Access, asked by pyvo and by hand."""

from __future__ import annotations

import io
from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
import pyvo
import requests
from astropy.coordinates import SkyCoord
from astropy.io.votable import parse
from astropy.table import QTable, Table
from astropy.time import Time

from astrolib.sky import Index

CENTRE = SkyCoord(14.2, 60.7, unit="deg")


def ask(address: str, query: str) -> requests.Response:
    return requests.get(f"{address}/ssap?{query}", timeout=20)


def rows(address: str, query: str) -> Table:
    answer = ask(address, f"REQUEST=queryData&{query}")
    return parse(io.BytesIO(answer.content), verify="exception").get_first_table().to_table()


def status(answer: requests.Response) -> tuple[str, str]:
    infos = parse(io.BytesIO(answer.content), verify="exception").resources[0].infos
    return next((info.value, info.content or "") for info in infos if info.name == "QUERY_STATUS")


@pytest.fixture(scope="module")
def separation(index: Index) -> np.ndarray:
    """Return how far each spectrum lies from the main target [deg]."""
    places = SkyCoord(
        [entry.ra for entry in index.entries], [entry.dec for entry in index.entries], unit="deg"
    )
    return places.separation(CENTRE).deg


def test_pyvo_finds_what_lies_in_the_circle(address: str, separation: np.ndarray):
    answer = pyvo.dal.SSAService(f"{address}/ssap?").search(pos=CENTRE, diameter=1.0 * u.deg)
    assert answer.status[0] == "OK"
    assert len(answer) == np.sum(separation <= 0.5) > 3
    first = answer[0]
    assert first["ssa_targname"] == "Sim Cas"
    assert first.format == "application/x-votable+xml"
    assert first.acref.startswith(f"{address}/spectrum/")


def test_size_is_a_diameter(address: str, separation: np.ndarray):
    size = 2 * np.sort(np.unique(separation))[3]
    inside = rows(address, f"POS=14.2,60.7&SIZE={size * 1.0001}")
    outside = rows(address, f"POS=14.2,60.7&SIZE={size * 0.9999}")
    assert len(inside) == np.sum(separation <= size / 2 * 1.0001)
    assert len(outside) < len(inside)


def test_the_nearest_come_first_so_that_maxrec_keeps_them(address: str):
    found = rows(address, "POS=14.2,60.7&SIZE=2&MAXREC=2")
    assert found["ssa_targname"].tolist() == ["Sim Cas", "Sim Cas"]


def test_a_circle_over_the_pole_and_over_the_meridian_is_a_circle(address: str, index: Index):
    assert len(rows(address, "POS=0,90&SIZE=360")) == len(index.entries)
    assert len(rows(address, "POS=359.9,-89&SIZE=0.1")) == 0


@pytest.mark.parametrize(
    ("band", "archives"),
    [
        ("6.5e-7/6.6e-7", {"ondrejov", "lamost"}),
        ("/5e-7", {"lamost"}),
        ("8e-7/", {"lamost"}),
        ("4.5e-7", {"lamost"}),
        ("6.3e-7", {"ondrejov", "lamost"}),
        ("/3e-7,9.5e-7/", set()),
        ("optical", {"ondrejov", "lamost"}),
        ("x-ray", set()),
    ],
)
def test_a_band_chooses_what_overlaps_it(address: str, band: str, archives: set[str]):
    dids = rows(address, f"BAND={band}")["ssa_pubDID"]
    assert {did.split("?")[1].split("/")[0] for did in dids} == archives


def test_a_time_chooses_exposures_that_overlap_it(address: str, universe: Path):
    truth = QTable.read(universe / "truth.ecsv", format="ascii.ecsv")
    epoch = Time(truth["mjd"][0], format="mjd")
    found = rows(address, f"TIME={epoch.isot[:10]}/{(epoch + 1 * u.d).isot[:10]}")
    assert np.abs(found["ssa_dateObs"] - epoch.mjd).min() < 1e-6
    assert len(found) < len(truth)
    assert len(rows(address, "TIME=1990/1999")) == 0


@pytest.mark.parametrize("name", ["Sim Cas", "simcas", "SIM  CAS", "nobody,sim cas"])
def test_a_name_is_found_without_case_and_spaces(address: str, name: str):
    assert set(rows(address, f"TARGETNAME={name}")["ssa_targname"]) == {"Sim Cas"}


def test_what_is_said_of_a_spectrum_is_so(address: str, index: Index):
    found = rows(address, "")
    assert len(found) == len(index.entries)
    for row in found:
        entry = index.by_did[row["ssa_pubDID"]]
        assert (row["location_ra"], row["location_dec"]) == (entry.ra, entry.dec)
        assert row["ssa_dateObs"] == entry.mjd
        assert (row["ssa_specstart"], row["ssa_specend"]) == (entry.start, entry.end)
        assert row["ssa_spectralucd"] == ("em.wl;obs.atmos" if entry.medium == "air" else "em.wl")


def test_an_answer_that_was_cut_says_so(address: str, index: Index):
    assert status(ask(address, "REQUEST=queryData&MAXREC=3"))[0] == "OVERFLOW"
    assert len(rows(address, "MAXREC=3")) == 3
    assert status(ask(address, f"REQUEST=queryData&MAXREC={len(index.entries)}"))[0] == "OK"


@pytest.mark.parametrize("query", ["MAXREC=0", "FORMAT=metadata", "format=METADATA"])
def test_the_columns_alone_can_be_asked_for(address: str, query: str):
    answer = parse(io.BytesIO(ask(address, f"REQUEST=queryData&{query}").content), verify="exception")
    table = answer.get_first_table()
    assert len(table.array) == 0
    assert "ssa_pubDID" in table.array.dtype.names
    assert {"INPUT:POS", "INPUT:SIZE", "INPUT:BAND"} <= {param.name for param in answer.resources[0].params}


@pytest.mark.parametrize(
    "form", ["all", "compliant", "votable", "application/x-votable%2Bxml", "fits,votable"]
)
def test_formats_that_are_served(address: str, index: Index, form: str):
    assert len(rows(address, f"FORMAT={form}")) == len(index.entries)


@pytest.mark.parametrize("form", ["graphic", "application/pdf"])
def test_formats_that_are_not_served_give_an_honest_none(address: str, form: str):
    assert len(rows(address, f"FORMAT={form}")) == 0
    assert status(ask(address, f"REQUEST=queryData&FORMAT={form}"))[0] == "OK"


def test_names_of_parameters_have_no_case(address: str):
    assert status(ask(address, "request=QUERYDATA&maxrec=1&Pos=14.2,60.7&size=1"))[0] == "OVERFLOW"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "queryData"),
        ("REQUEST=getCapabilities", "queryData"),
        ("REQUEST=queryData&POS=here", "POS"),
        ("REQUEST=queryData&POS=1,2&SIZE=-1", "SIZE"),
        ("REQUEST=queryData&POS=1,2;GALACTIC", "ICRS"),
        ("REQUEST=queryData&BAND=7e-7/6e-7", "BAND"),
        ("REQUEST=queryData&TIME=yesterday", "TIME"),
        ("REQUEST=queryData&MAXREC=-1", "MAXREC"),
        ("REQUEST=queryData&POS=1,2&POS=3,4", "2 times"),
        ("REQUEST=queryData&POS=%3Cscript%3E%00%1b", "POS"),
    ],
)
def test_an_error_is_a_votable_that_says_what_was_wrong(address: str, query: str, said: str):
    answer = ask(address, query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-votable+xml"
    assert status(answer)[0] == "ERROR"
    assert said in status(answer)[1]


def test_pyvo_raises_on_an_error(address: str):
    with pytest.raises(pyvo.dal.DALQueryError, match="SIZE"):
        pyvo.dal.SSAService(f"{address}/ssap?").search(pos=CENTRE, diameter=-1 * u.deg)
