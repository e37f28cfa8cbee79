"""Measured positions as records and lines: precision, signs, ends of days and circles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import RefusedError
from astrolib.movers.formats import Identity, Observation
from astrolib.movers.tracklets.tables import DETECTION
from astrolib.report import Site
from astrolib.report.bands import band_of, one_character
from astrolib.report.mpc_lines import day, declination, line_of, right_ascension
from astrolib.report.naming import official_identity, trk_sub
from astrolib.report.positions import PositionError, record_of

ME = Identity(trk_sub="abc1234")


def detection(**values: Any) -> Any:
    """Return a row of detections."""
    usual = {
        "tracklet_id": "T", "obstime": "2026-11-19T22:30:15.25", "ra": 30.5, "dec": -0.25, "rms_ra": 0.05,
        "rms_dec": 0.06, "rms_corr": 0.1, "mag": 20.456, "rms_mag": 0.08, "band": "r", "snr": 13.0,
        "exptime": 60.0, "fwhm": 1.2, "frame": "a.fits",
    }  # fmt: skip
    return DETECTION.table([{**usual, **values}])[0]


def fields(site: Site, **values: Any) -> dict[str, str]:
    """Return what a row becomes."""
    return dict(record_of(detection(**values), ME, site).fields)


def test_a_usual_row(site: Site) -> None:
    """Every number with the decimals that it is good for."""
    assert fields(site) == {
        "trkSub": "abc1234", "mode": "CCD", "stn": "950", "obsTime": "2026-11-19T22:30:15.250Z",
        "ra": "30.500000", "dec": "-0.250000", "rmsRA": "0.050", "rmsDec": "0.060", "rmsCorr": "0.100",
        "astCat": "Gaia3E", "mag": "20.46", "rmsMag": "0.080", "band": "Sr", "photCat": "PS1_DR2",
        "logSNR": "1.114", "seeing": "1.20", "exp": "60.00",
    }  # fmt: skip


def test_what_is_not_known_is_left_out(site: Site) -> None:
    """No number stands for "unknown"."""
    nothing = dict.fromkeys(("rms_ra", "rms_corr", "mag", "rms_mag", "snr", "exptime", "fwhm"), np.nan)
    assert set(fields(site, **nothing)) == {"trkSub", "mode", "stn", "obsTime", "ra", "dec", "astCat"}


@pytest.mark.parametrize(
    ("values", "name", "text"),
    [
        ({"ra": 359.99999999}, "ra", "0.000000"),
        ({"ra": -0.5}, "ra", "359.500000"),
        ({"dec": -1e-9}, "dec", "-0.000000"),
        ({"dec": 90.0}, "dec", "90.000000"),
        ({"rms_ra": 1e-6}, "rmsRA", "0.001"),
        ({"rms_corr": 0.9999}, "rmsCorr", "0.999"),
        ({"obstime": "2016-12-31T23:59:60.5"}, "obsTime", "2016-12-31T23:59:60.500Z"),
        ({"obstime": "2026-11-19T22:30:15Z"}, "obsTime", "2026-11-19T22:30:15.000Z"),
        ({"obstime": "2026-12-31T23:59:59.9999"}, "obsTime", "2027-01-01T00:00:00.000Z"),
        ({"exptime": 4000.0}, "exp", "4000"),
        ({"trail_length": 5.0, "flags": "edge,blended"}, "notes", "tEI"),
        ({"flags": "edge,blended"}, "remarks", "edge, blended"),
    ],
)
def test_ends_and_edges(site: Site, values: dict[str, Any], name: str, text: str) -> None:
    """Circles close, signs stay, nothing rounds out of its range."""
    assert fields(site, **values)[name] == text


@pytest.mark.parametrize(
    "values",
    [{"ra": np.nan}, {"dec": 91.0}, {"obstime": "yesterday"}, {"obstime": "2026-11-19"},
     {"obstime": "2026-11-19T22:30:15+02:00"}, {"obstime": "2016-06-30T23:59:60"}],
)  # fmt: skip
def test_no_position(site: Site, values: dict[str, Any]) -> None:
    """Local time, no time and no place are refused, not guessed at."""
    with pytest.raises(PositionError):
        record_of(detection(**values), ME, site)


@pytest.mark.parametrize(
    ("name", "band", "character"),
    [
        ("r", "Sr", "r"), ("SDSS r'", "Sr", "r"), ("sloan_g", "Sg", "g"), ("Harris V", "Vj", "V"),
        ("R", "Rc", "R"), ("I", "Ic", "I"), ("G", "G", "G"), ("w", "Pw", "w"), ("Pi", "Pi", "i"),
        ("Ao", "Ao", "o"), ("H", "H", "H"),
    ],
)  # fmt: skip
def test_bands(name: str, band: str, character: str) -> None:
    """Filters as they are called, as bands of ADES, and as one character."""
    assert band_of(name, {}) == band
    assert one_character(band) == character


def test_an_unknown_filter_is_asked_about() -> None:
    """No magnitude is reported in a band that nobody named; the site file's word counts first."""
    with pytest.raises(RefusedError, match=r"no band for the filter 'Clear'.*\[bands\]"):
        band_of("Clear", {})
    assert band_of("Clear", {"Clear": "G"}) == "G"
    assert band_of("r", {"r": "Pr"}) == "Pr"


@pytest.mark.parametrize(
    ("time", "columns"),
    [
        ("2026-11-19T00:00:00.000Z", "2026 11 19.000000"),
        ("2026-11-19T12:00:00.000Z", "2026 11 19.500000"),
        ("2026-12-31T23:59:59.990Z", "2027 01 01.000000"),
        ("2016-12-31T23:59:60.500Z", "2016 12 31.999999"),
    ],
)
def test_days(time: str, columns: str) -> None:
    """Six decimals of a day; the last moment of a year is the first of the next."""
    assert day(time) == columns


@pytest.mark.parametrize(
    ("degrees", "columns"),
    [("0.000000", "00 00 00.000"), ("359.999999", "00 00 00.000"), ("15.000000", "01 00 00.000")],
)
def test_right_ascensions(degrees: str, columns: str) -> None:
    """Twelve columns, below 24 hours."""
    assert right_ascension(degrees) == columns


@pytest.mark.parametrize(
    ("degrees", "columns"),
    [("-0.000000", "-00 00 00.00"), ("-0.250000", "-00 15 00.00"), ("90.000000", "+90 00 00.00"),
     ("0.999999", "+01 00 00.00"), ("-12.999999", "-13 00 00.00")],
)  # fmt: skip
def test_declinations(degrees: str, columns: str) -> None:
    """Twelve columns, the sign always there, no 60 anywhere."""
    assert declination(degrees) == columns


@given(
    st.floats(0, 360, exclude_max=True),
    st.floats(-90, 90),
    st.datetimes(datetime(2000, 1, 1), datetime(2026, 12, 31)),
)
def test_both_forms_say_the_same(site: Site, ra: float, dec: float, time: Any) -> None:
    """A line of 80 columns is where and when its record is."""
    record = record_of(detection(ra=ra, dec=dec, obstime=time.isoformat()), ME, site)
    one = Observation(line_of(record))
    assert (one.ra - float(record.fields["ra"]) + 180) % 360 - 180 == pytest.approx(0, abs=1e-5)
    assert one.dec == pytest.approx(float(record.fields["dec"]), abs=3e-6)
    difference = np.datetime64(one.obstime[:-1]) - np.datetime64(record.fields["obsTime"][:-1])
    assert abs(difference) <= np.timedelta64(44, "ms")


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("(1) Ceres", Identity("1")), ("433", Identity("433")), ("(433)", Identity("433")),
        ("(136199) Eris", Identity("136199")), ("2014 BA1", Identity("", "2014 BA1")),
        ("(623456) 2014 AB12", Identity("623456")), ("4101 T-3", Identity("", "4101 T-3")),
        ("C/2020 F3 (NEOWISE)", Identity("", "C/2020 F3")), ("29P/Schwassmann-Wachmann", Identity("29P")),
        ("67P", Identity("67P")), ("Jupiter 13", Identity("Jupiter 13")), ("Ceres", None), ("", None),
        ("<b>x</b>", None), ("2014 IA", None),
        ("(2024 AB1)", Identity("", "2024 AB1")), ("2024 AB1 = 2015 XY2", None), ("2019 A12345", None),
        ("433 Eros", Identity("433")), ("1 'Oumuamua", None), ("(433) 1898 DQ", Identity("433")),
        ("2019 2020", None), ("(0)", None),
    ],
)  # fmt: skip
def test_names_of_known_objects(name: str, identity: Identity | None) -> None:
    """As archives write them."""
    assert official_identity(name) == identity


def test_own_names() -> None:
    """A name is the same for the same positions, another for others, and avoids those that are taken."""
    positions = [("2026-11-19T22:30:15.250Z", "30.5", "-0.25"), ("2026-11-19T22:38:45.250Z", "30.6", "-0.25")]
    name = trk_sub("950", positions, set())
    assert len(name) == 7
    assert name == trk_sub("950", positions[::-1], set())
    assert name != trk_sub("950", positions[:1], set())
    assert name != trk_sub("J95", positions, set())
    assert name != trk_sub("950", positions, {name})
