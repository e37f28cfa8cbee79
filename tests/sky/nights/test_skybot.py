"""The local SkyBoT: what it knows, from where it is seen, and how it fails."""

from __future__ import annotations

import shutil

import astropy.units as u
import numpy as np
import pytest
import requests
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time

from astrolib.archive import KNOWN_OBJECT, known_objects
from astrolib.archive.local import VARIABLES
from astrolib.core.settings import Settings
from astrolib.sky import Index, build_index
from astrolib.sky.archive.serve import addresses
from astrolib.sky.archive.skybot import BEHAVIOURS, SkyBot
from astrolib.sky.nights.observers import OBSERVERS, place

QUICK = Settings(deadline=20, retries=0)
FIELD = {"field1": SkyCoord(152.31, 11.62, unit="deg"), "field2": SkyCoord(166.84, 6.27, unit="deg")}
MOMENT = Time("2025-03-04T22:27:30", scale="utc")


@pytest.fixture(scope="module")
def ephemerides(night):
    return QTable.read(night / "truth" / "ephemerides.ecsv")


@pytest.fixture
def service(night, running, monkeypatch):
    """Return a function: what a SkyBoT of some behaviour answers about a field."""

    def ask(behaviour="honest", where="field1", moment=MOMENT, station="950", folder=night):
        with running(Index((), (), skybot=SkyBot(folder, behaviour))) as address:
            monkeypatch.setenv("ASTROLIB_LOCAL_SKYBOT", f"{address}/skybot?")
            return known_objects(FIELD[where], moment, 15 * u.arcmin, station, "local", QUICK)

    return ask


@pytest.fixture
def answer(night, running):
    """Return a function: the text that it answers to parameters."""

    def ask(**parameters):
        given = {"-ra": "152.31", "-dec": "11.62", "-rd": "0.25", "-ep": f"{MOMENT.jd:.8f}"}
        given |= {f"-{name}": value for name, value in parameters.items()}
        with running(Index((), (), skybot=SkyBot(night))) as address:
            return requests.get(f"{address}/skybot", params=given, timeout=20).text

    return ask


def test_it_knows_some_of_the_movers_and_none_that_are_new(service, ephemerides):
    told = service()
    here = ephemerides[ephemerides["field"] == "field1"]
    assert told.status == "found"
    KNOWN_OBJECT.check(told.table)
    names = {name.partition(") ")[2] or name for name in told.table["name"]}
    assert names == set(here["name"][here["known"]])
    assert not names & set(here["name"][~here["known"]])


def test_its_positions_and_motions_are_the_true_ones_to_their_errors(service, night, ephemerides):
    movers = QTable.read(night / "truth" / "movers.ecsv")
    row = movers[(movers["field"] == "field1") & movers["known"]]
    moment = Time(row["obstime"][0])
    told = service(moment=moment).table
    compared = 0
    for mover in row[row["obstime"] == row["obstime"][0]]:
        known = ephemerides[ephemerides["name"] == mover["name"]][0]
        found = next(one for one in told if one["name"].endswith(mover["name"]))
        away = SkyCoord(mover["ra"], mover["dec"]).separation(SkyCoord(found["ra"], found["dec"]))
        off = np.hypot(known["off_east"], known["off_north"])
        assert abs(away - off) < 0.01 * u.arcsec
        assert np.hypot(found["rate_ra"], found["rate_dec"]).to_value("arcsec/min") == pytest.approx(
            mover["rate"].to_value("arcsec/min"), rel=1e-3
        )
        assert found["error"].to_value("arcsec") == pytest.approx(known["error"].value, abs=1e-3)
        compared += 1
    assert compared >= 4


def test_another_observer_sees_near_objects_elsewhere(service, ephemerides):
    here, there = service().table, service(station="809").table
    nearer = dict(zip(ephemerides["name"], ephemerides["distance"].value, strict=True))
    for row in here:
        name = row["name"].partition(") ")[2] or row["name"]
        other = next(one for one in there if one["name"] == row["name"])
        shift = SkyCoord(row["ra"], row["dec"]).separation(SkyCoord(other["ra"], other["dec"])).arcsec
        assert 0.3 * 8.8 / nearer[name] < shift < 2 * 8.8 / nearer[name]


def test_without_an_observer_positions_are_geocentric(answer):
    silent, named, unheard = answer(), answer(observer="500"), answer(loc="950")
    assert 'name="Observer"' in silent
    assert silent == named == unheard
    assert answer(observer="950") != silent


def test_uncertain_objects_are_hidden_unless_asked_for(answer, ephemerides):
    here = ephemerides[(ephemerides["field"] == "field1") & ephemerides["known"]]
    every = answer(observer="950", filter="0").count("<TR>")
    usual = answer(observer="950").count("<TR>")
    assert every == len(here)
    assert usual == np.count_nonzero(here["error"].value <= 120)


def test_far_from_the_night_and_from_the_fields_it_knows_nobody(service, answer):
    assert service(moment=MOMENT + 20 * u.d).status == "none"
    assert "No solar system object was found" in answer(ra="20", observer="950")


@pytest.mark.parametrize("behaviour", [name for name in BEHAVIOURS if name != "honest"])
def test_a_failure_is_no_empty_sky(service, behaviour):
    told = service(behaviour)
    assert told.status == "failed"
    assert told.reason


def test_without_a_night_it_fails(service, tmp_path):
    assert service(folder=tmp_path).status == "failed"


@pytest.mark.parametrize(
    "wrong",
    [{"ra": "x"}, {"dec": "91"}, {"rd": "20"}, {"ep": "soon"}, {"observer": "ZZZ"}, {"mime": "text"}],
    ids=str,
)
def test_what_it_cannot_answer_is_an_error(answer, wrong):
    text = answer(**wrong)
    assert 'value="ERROR"' in text
    assert "<TABLE" not in text


def test_observers_stand_on_the_earth():
    for code in OBSERVERS:
        radius = np.linalg.norm(place(code, MOMENT)) * u.AU.to("km")
        assert radius == 0 if code == "500" else radius == pytest.approx(6371, rel=0.01)


def test_an_observer_turns_with_the_earth():
    first, later = place("950", MOMENT), place("950", MOMENT + 0.99726957 * u.d)
    half = place("950", MOMENT + 0.99726957 / 2 * u.d)
    assert np.allclose(first, later, atol=1e-9)
    assert np.allclose(half[:2], -first[:2], atol=1e-9)


def test_the_frames_of_a_night_are_not_taken_for_spectra(universe, night, tmp_path):
    spectrum = next((universe / "lamost").glob("*.fits"))
    shutil.copy(spectrum, tmp_path)
    shutil.copytree(night / "truth", tmp_path / "night" / "truth")
    index = build_index(tmp_path)
    assert [entry.key for entry in index.entries] == [spectrum.name]
    assert index.refused == ()
    assert index.skybot.night == tmp_path / "night"


def test_its_address_is_left_where_the_client_looks():
    assert addresses("http://127.0.0.1:1")["skybot"] == "http://127.0.0.1:1/skybot?"
    assert set(VARIABLES) < set(addresses(""))
