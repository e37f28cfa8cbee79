"""What lies around a position: from SIMBAD and Gaia, at the epoch of a spectrum."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, urlsplit

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.time import Time

from astrolib.archive import GAIA, SIMBAD, neighbours
from astrolib.archive.pace import Pace
from astrolib.core.errors import RefusedError
from astrolib.core.settings import Settings

HERE = SkyCoord(269.452, 4.69, unit="deg")
HEAD = """<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE
type="results"><INFO name="QUERY_STATUS" value="{status}">{said}</INFO><TABLE>"""
GAIA_FIELDS = """<FIELD name="source_id" datatype="long"/><FIELD name="ra" datatype="double" unit="deg"/>
<FIELD name="dec" datatype="double" unit="deg"/><FIELD name="pmra" datatype="double" unit="mas/yr"/>
<FIELD name="pmdec" datatype="double" unit="mas/yr"/><FIELD name="ref_epoch" datatype="double" unit="yr"/>
<FIELD name="phot_g_mean_mag" datatype="float" unit="mag"/>"""
SIMBAD_FIELDS = """<FIELD name="main_id" datatype="char" arraysize="*"/><FIELD name="otype" datatype="char"
arraysize="*"/><FIELD name="ra" datatype="double" unit="deg"/><FIELD name="dec" datatype="double" unit="deg"/>
<FIELD name="V" datatype="double" unit="mag"/><FIELD name="G" datatype="double" unit="mag"/>"""


def votable(fields, *rows, status="OK", said=""):
    cells = "".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row)}</TR>" for row in rows)
    body = f"{fields}<DATA><TABLEDATA>{cells}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    return (HEAD.format(status=status, said=said) + body).encode()


@pytest.fixture
def answering(serve):
    """Return a function: (catalogue, body) -> the catalogue at a loopback server, and that server."""

    def made(catalogue, body, status=200, kind="application/x-votable+xml"):
        server = serve(lambda request: request.reply(status, body, kind))
        return dataclasses.replace(catalogue, tap=server.address + "tap", pace=Pace(1000)), server

    return made


LIVE = Settings(profile="live", deadline=5, retries=0)
FAST = (4472832130942575872, 269.452, 4.69, -800.0, 10360.0, 2016.0, 8.2)
SLOW = (17, 269.452, 4.6961, "", "", 2016.0, 11.5)


def test_a_star_that_moves_is_where_it_was_then(answering):
    catalogue, server = answering(GAIA, votable(GAIA_FIELDS, FAST, SLOW))
    found = neighbours(catalogue, HERE, Time(2014.0, format="jyear"), settings=LIVE)
    assert found.status == "found"
    assert list(found.table["name"]) == ["Gaia DR3 4472832130942575872", "Gaia DR3 17"]
    fast, slow = found.table
    assert fast["separation"].to_value("arcsec") == pytest.approx(2 * 10.391, abs=0.01)
    assert fast["moved"].to_value("arcsec") == pytest.approx(2 * 10.391, abs=0.01)
    assert fast["position_angle"].to_value("deg") == pytest.approx(175.6, abs=0.1)
    assert slow["separation"].to_value("arcsec") == pytest.approx(21.96, abs=0.01)
    assert np.isnan(slow["moved"])
    assert (slow["mag"], slow["band"]) == (11.5, "G")
    query = parse_qs(urlsplit(server.asked[0]).query)["QUERY"][0]
    radius = float(query.rpartition(",")[2].partition(")")[0]) * 3600
    assert radius == pytest.approx(34, abs=0.01)


def test_who_has_left_by_then_is_not_there(answering):
    catalogue, _ = answering(GAIA, votable(GAIA_FIELDS, FAST))
    found = neighbours(catalogue, HERE, Time(2010.0, format="jyear"), settings=LIVE)
    assert (found.status, len(found.table)) == ("none", 0)


def test_without_an_epoch_nothing_moves(answering):
    catalogue, _ = answering(GAIA, votable(GAIA_FIELDS, FAST))
    (row,) = neighbours(catalogue, HERE, settings=LIVE).table
    assert row["separation"].value == pytest.approx(0, abs=1e-3)
    assert np.isnan(row["moved"])


def test_simbad_gives_names_kinds_and_whichever_magnitude_it_has(answering):
    rows = [
        ("HD 1", "Be*", 269.452, 4.69, 8.1, 8.0),
        ("x", "*", 269.453, 4.69, "", 12.5),
        ("y", "*", 269.454, 4.69, "", ""),
    ]
    catalogue, _ = answering(SIMBAD, votable(SIMBAD_FIELDS, *rows))
    table = neighbours(catalogue, HERE, settings=LIVE).table
    assert list(zip(table["name"], table["kind"], table["band"], strict=True)) == [
        ("HD 1", "Be*", "V"),
        ("x", "*", "G"),
        ("y", "*", ""),
    ]
    assert table["mag"][:2].tolist() == [8.1, 12.5]


def test_a_hostile_name_stays_text(answering):
    name = "&lt;img src=x onerror=alert(1)&gt;"
    catalogue, _ = answering(SIMBAD, votable(SIMBAD_FIELDS, (name, "*", 269.452, 4.69, 8.1, 8.0)))
    assert neighbours(catalogue, HERE, settings=LIVE).table["name"][0] == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html><body>busy</body></html>", 200),
        (b"", 503),
        (b"", 429),
        (votable(GAIA_FIELDS, status="ERROR", said="no such column"), 200),
        (votable(GAIA_FIELDS, status="OVERFLOW"), 200),
        (votable(GAIA_FIELDS, ("1", "", "", "", "", "", "")), 200),
    ],
)
def test_what_goes_wrong_is_failed_and_never_none(answering, body, status):
    catalogue, _ = answering(GAIA, body, status)
    found = neighbours(catalogue, HERE, settings=LIVE)
    assert found.status == "failed"
    assert found.reason


def test_a_service_that_hangs_has_a_deadline(serve, fake_time):
    server = serve(lambda request: request.rfile.read(1))
    catalogue = dataclasses.replace(GAIA, tap=server.address, pace=Pace(1000))
    found = neighbours(catalogue, HERE, settings=Settings(profile="live", deadline=0.5, retries=0))
    assert (found.status, "no whole answer within" in found.reason) == ("failed", True)


def test_without_a_local_archive_it_failed_and_says_what_to_do():
    found = neighbours(GAIA, HERE, settings=Settings(deadline=5))
    assert found.status == "failed"
    assert "astrolib sky serve" in found.reason


@pytest.mark.parametrize("radius", [0 * u.arcsec, 2 * u.deg, 3 * u.s])
def test_a_radius_that_is_none_is_refused(radius):
    with pytest.raises(RefusedError):
        neighbours(GAIA, HERE, radius=radius)


def test_nobody_is_asked_faster_than_it_allows(fake_time):
    pace = Pace(4, fake_time.clock)
    for _ in range(5):
        pace.wait()
    assert fake_time.moment == pytest.approx(1.0)
