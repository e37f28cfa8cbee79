"""What SkyBoT knows in a field: found, none or failed, and never seen from another place than asked."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.time import Time

from astrolib.archive import KNOWN_OBJECT, known_objects
from astrolib.core.errors import RefusedError
from astrolib.core.settings import Settings

FIELD = SkyCoord(81.2833, 4.49278, unit="deg")
EPOCH = Time("2025-01-02T00:00:00", scale="utc")
QUICK = Settings(deadline=5, retries=0)
XML = "application/x-votable+xml"
FIELDS = """<FIELD name="Num" datatype="char" arraysize="*"/>
<FIELD name="Name" datatype="char" arraysize="*"/>
<FIELD name="Class" datatype="char" arraysize="*"/><FIELD name="Mv" datatype="float"/>
<FIELD name="ErrPos" datatype="float" unit="arcsec"/>
<FIELD name="dRAcosDec" datatype="double" unit="arcsec/h"/>
<FIELD name="dDEC" datatype="double" unit="arcsec/h"/><FIELD name="Dgeo" datatype="double" unit="AU"/>
<FIELD name="_RAJ2000" datatype="double" unit="deg"/><FIELD name="_DECJ2000" datatype="double" unit="deg"/>"""
ROWS = (
    ("229762", "G!kun||'homdima", "KBO&gt;Detached", 19.6, 0.025, -2.9183, 0.419, 39.58, 81.30319, 4.4903),
    ("-", "2019 RB21", "MB&gt;Middle", 22.1, 0.077, -28.383, 8.157, 1.9, 81.2123, 4.6328),
)


def answer(*rows, observer="950", status="OK", said=""):
    cells = "".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row)}</TR>" for row in rows)
    param = f'<PARAM name="Observer" datatype="char" arraysize="*" value="{observer}"/>' if observer else ""
    return (
        '<?xml version="1.0"?><VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>'
        f'<INFO name="QUERY_STATUS" value="{status}">{said}</INFO>{param}'
        f"<TABLE>{FIELDS}<DATA><TABLEDATA>{cells}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    ).encode()


@pytest.fixture
def ask(serve, monkeypatch):
    """Return a function: (body, ...) -> what the local SkyBoT answers, and the queries it got."""

    def asking(body, status=200, kind=XML, station="950"):
        server = serve(lambda request: request.reply(status, body, kind))
        monkeypatch.setenv("ASTROLIB_LOCAL_SKYBOT", server.address + "skybot")
        found = known_objects(FIELD, EPOCH, 12 * u.arcmin, station, "local", QUICK)
        return found, [parse_qs(urlsplit(path).query) for path in server.asked]

    return asking


def test_objects_are_found_with_their_motion_in_arcseconds_a_minute(ask):
    found, ((query),) = ask(answer(*ROWS))
    assert found.status == "found"
    table = KNOWN_OBJECT.check(found.table)
    assert list(table["name"]) == ["(229762) G!kun||'homdima", "2019 RB21"]
    assert table["rate_ra"].to_value("arcsec/min") == pytest.approx([-2.9183 / 60, -28.383 / 60])
    assert table["error"].to_value("arcsec") == pytest.approx([0.025, 0.077])
    assert query["-observer"] == ["950"]
    assert query["-filter"] == ["0"]
    assert "-loc" not in query
    assert float(query["-ep"][0]) == pytest.approx(EPOCH.jd, abs=1e-8)
    assert float(query["-rd"][0]) == pytest.approx(0.2)


def test_the_epoch_is_sent_in_utc(serve, monkeypatch):
    server = serve(lambda request: request.reply(200, answer(*ROWS), XML))
    monkeypatch.setenv("ASTROLIB_LOCAL_SKYBOT", server.address)
    known_objects(FIELD, EPOCH.tdb, 12 * u.arcmin, "950", "local", QUICK)
    (query,) = (parse_qs(urlsplit(path).query) for path in server.asked)
    assert float(query["-ep"][0]) == pytest.approx(EPOCH.jd, abs=1e-8)


@pytest.mark.parametrize("body", [answer(), answer(status="ERROR", said="No solar system object was found")])
def test_nobody_there_is_none(ask, body):
    found, _ = ask(body)
    assert (found.status, len(found.table)) == ("none", 0)


@pytest.mark.parametrize("observer", ["500", ""])
@pytest.mark.parametrize("rows", [ROWS, ()])
def test_seen_from_another_place_or_from_nowhere_is_failed(ask, observer, rows):
    found, _ = ask(answer(*rows, observer=observer))
    assert found.status == "failed"
    assert "observer" in found.reason


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 503, "text/plain"),
        (b"<html>maintenance</html>", 200, "text/html"),
        (b"# Flag: -1\n# Ticket: 181\nSkyBoT comet conesearch -> MySQL server", 200, "text/plain"),
        (answer(status="ERROR", said="MySQL server has gone away"), 200, XML),
        (answer(*ROWS)[:900], 200, XML),
        (answer(("1", "Ceres", "MB", 7, 0.1, 1, 1, 2, "", "")), 200, XML),
    ],
)
def test_a_service_in_trouble_is_failed(ask, body, status, kind):
    found, _ = ask(body, status, kind)
    assert (found.status, len(found.table)) == ("failed", 0)
    assert found.reason


def test_without_a_local_archive_it_failed_and_says_what_to_start(monkeypatch):
    monkeypatch.delenv("ASTROLIB_LOCAL_SKYBOT", raising=False)
    found = known_objects(FIELD, EPOCH, 1 * u.arcmin, "950", "local", QUICK)
    assert found.status == "failed"
    assert "astrolib sky serve" in found.reason


@pytest.mark.parametrize("station", ["", "95", "0500", "9 0", "950&-ep=1"])
def test_a_station_that_is_no_code_is_refused(station):
    with pytest.raises(RefusedError, match="OBSCODE"):
        known_objects(FIELD, EPOCH, 1 * u.arcmin, station, "local", QUICK)


def test_a_recorded_answer_of_the_service(shared, ask):
    found, _ = ask((shared / "data/vo/imcce/skybot_query.vot").read_bytes(), station="500")
    assert found.status == "found"
    assert list(found.table["name"][:3]) == ["(229762) G!kun||'homdima", "(523748) 2014 UP224", "2019 RB21"]
    assert found.table["ra"][0].to_value("deg") == pytest.approx(81.3031906)
    assert np.all(found.table["mag"] > 15)
