"""What queries say, and what they must not."""

from __future__ import annotations

import contextlib
import math

import pytest
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import ParameterError
from astrolib.sky.archive import parameters
from astrolib.sky.archive.parameters import Parameters

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)
WAVELENGTHS = st.floats(1e-9, 1e-3)


def test_names_have_no_case_and_empty_values_do_not_count():
    query = Parameters([("request", "queryData"), ("Pos", " 1,2 "), ("BAND", "")])
    assert query["REQUEST"] == "queryData"
    assert query["POS"] == "1,2"
    assert "BAND" not in query


def test_a_parameter_given_twice_is_refused_where_only_one_can_be_meant():
    query = Parameters([("POS", "1,2"), ("pos", "3,4")])
    with pytest.raises(ParameterError, match="2 times"):
        query.only("POS")
    assert query.all("POS") == ["1,2", "3,4"]


@given(WAVELENGTHS, WAVELENGTHS)
def test_a_band_reads_back(one: float, other: float):
    low, high = sorted((one, other))
    assert parameters.bands(f"{low!r}/{high!r}") == [(low, high)]
    assert parameters.bands(f"{low!r}/") == [(low, math.inf)]
    assert parameters.bands(f"/{high!r}") == [(0.0, high)]
    assert parameters.bands(f"{low!r}") == [(low, low)]
    assert parameters.bands(f"{low!r}/{high!r},{low!r};source") == [(low, high), (low, low)]


def test_a_band_may_be_a_name():
    assert parameters.bands("Optical,6e-7/7e-7") == ["optical", (6e-7, 7e-7)]


@pytest.mark.parametrize(
    "text", ["/", "7e-7/6e-7", "1/2/3", "a/b", "6e-7/x", "-1e-7/1", "inf", "nan/1", ",", ";"]
)
def test_a_band_that_says_nothing_is_refused(text: str):
    with pytest.raises(ParameterError, match="BAND"):
        parameters.bands(text)


@given(st.floats(0, 360), st.floats(-90, 90))
def test_a_position_reads_back(ra: float, dec: float):
    assert parameters.position(f"{ra!r},{dec!r}") == (ra, dec)
    assert parameters.position(f"{ra!r},{dec!r};ICRS") == (ra, dec)


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "361,0", "0,91", "nan,0", "a,b", "1,2;GALACTIC"])
def test_a_position_that_is_none_is_refused(text: str):
    with pytest.raises(ParameterError, match="POS"):
        parameters.position(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012", "2012-01-01", "2013-01-01"),
        ("2012-02", "2012-02-01", "2012-03-01"),
        ("2012-12", "2012-12-01", "2013-01-01"),
        ("2012-02-29", "2012-02-29", "2012-03-01"),
        ("2012-02-29T21:30", "2012-02-29T21:30:00", "2012-02-29T21:31:00"),
        ("2012-02-29T21:30:15.5", "2012-02-29T21:30:15.5", "2012-02-29T21:30:15.5"),
        ("2012/2013-06", "2012-01-01", "2013-07-01"),
    ],
)
def test_a_date_is_as_wide_as_it_is_precise(text: str, first: str, last: str):
    assert parameters.times(text) == [pytest.approx((Time(first).mjd, Time(last).mjd), abs=1e-9)]


def test_a_time_may_be_open():
    assert parameters.times("2012/") == [(Time("2012-01-01").mjd, math.inf)]
    assert parameters.times("/2012") == [(-math.inf, Time("2013-01-01").mjd)]


@pytest.mark.parametrize(
    "text", ["yesterday", "2012-13", "2012-02-30", "0000", "9999", "2013/2012", "56000.5", "/"]
)
def test_a_time_that_is_none_is_refused(text: str):
    with pytest.raises(ParameterError, match="TIME"):
        parameters.times(text)


@given(FINITE, FINITE)
def test_an_interval_reads_back(one: float, other: float):
    low, high = sorted((one, other))
    assert parameters.interval("BAND", f"{low!r} {high!r}") == (low, high)
    assert parameters.interval("BAND", f"-Inf {high!r}") == (-math.inf, high)
    assert parameters.interval("BAND", f"{low!r} +Inf") == (low, math.inf)


@pytest.mark.parametrize("text", ["1", "1 2 3", "x y", "2 1", "nan 1", "1/2"])
def test_an_interval_that_is_none_is_refused(text: str):
    with pytest.raises(ParameterError, match="BAND"):
        parameters.interval("BAND", text)


@pytest.mark.parametrize(("text", "rows"), [("", 5000), ("0", 0), ("7", 7), ("999999999999999999", 20_000)])
def test_maxrec_is_bounded(text: str, rows: int):
    assert parameters.max_rows(text) == rows


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "٣", "1e3"])
def test_a_maxrec_that_is_no_whole_number_is_refused(text: str):
    with pytest.raises(ParameterError, match="MAXREC"):
        parameters.max_rows(text)


@given(st.text(max_size=60))
def test_whatever_is_sent_is_understood_or_refused(text: str):
    for read in (
        parameters.bands,
        parameters.position,
        parameters.times,
        parameters.max_rows,
        lambda value: parameters.interval("BAND", value),
        lambda value: parameters.number("SR", value, 0, 180),
    ):
        with contextlib.suppress(ParameterError):
            read(text)
