"""The texts of the query form become a question, or one line that names the field."""

from __future__ import annotations

import contextlib

import astropy.units as u
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import AstrolibError
from astrolib.widgets.state.form import QueryForm


@pytest.mark.parametrize(
    ("text", "ra", "dec"),
    [
        ("83.633 22.014", 83.633, 22.014),
        ("83.633, -22.014", 83.633, -22.014),
        ("05 34 31.92 +22 00 50.4", 83.633, 22.014),
        ("05:34:31.92 +22:00:50.4", 83.633, 22.014),
        ("5h34m31.92s +22d00m50.4s", 83.633, 22.014),
    ],
)
def test_a_position_is_read_as_astronomers_write_it(text, ra, dec):
    query = QueryForm(position=text, radius="3", radius_unit="arcsec").query()
    assert query.position.ra.deg == pytest.approx(ra, abs=1e-6)
    assert query.position.dec.deg == pytest.approx(dec, abs=1e-6)
    assert query.radius == 3 * u.arcsec


def test_empty_fields_do_not_narrow_the_question():
    query = QueryForm.of({"service": "local", "target": "  "}).query()
    assert (query.target, query.position, query.radius, query.band, query.time) == (
        "",
        None,
        None,
        None,
        None,
    )


def test_band_and_time_carry_unit_and_scale():
    query = QueryForm(band_min="6500", band_max="6600", time_min="2010-01-01", time_max="2011-01-01").query()
    assert query.band == (6500 * u.AA, 6600 * u.AA)
    assert query.time[0].scale == "utc"


def test_a_name_of_digits_stays_a_name():
    assert QueryForm(target="007").query().target == "007"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"position": "somewhere"}, "position"),
        ({"position": "10 95"}, "position"),
        ({"position": "10 10", "radius": "wide"}, "radius"),
        ({"position": "10 10", "radius": ""}, "radius"),
        ({"position": "10 10", "radius": "", "target": "BU Tau"}, "radius"),
        ({"source": "votable"}, "path"),
        ({"position": "10 10", "radius": "nan"}, "radius"),
        ({"band_min": "6500"}, "band"),
        ({"band_min": "6500", "band_max": "x"}, "band"),
        ({"time_min": "yesterday", "time_max": "today"}, "time"),
        ({"max_records": "many"}, "most rows"),
        ({"max_records": "inf"}, "most rows"),
    ],
)
def test_what_cannot_be_read_is_named(fields, field):
    with pytest.raises(AstrolibError) as refused:
        QueryForm(**fields).query()
    assert refused.value.where == field
    assert "\n" not in str(refused.value)


def test_whole_files_or_a_part():
    assert QueryForm().cutout() is None
    cutout = QueryForm(part="cutout", cut_min="6500", cut_max="6600").cutout()
    assert (cutout.band_min, cutout.band_max) == (6500 * u.AA, 6600 * u.AA)
    with pytest.raises(AstrolibError):
        QueryForm(part="cutout", cut_min="6600", cut_max="6500").cutout()


@given(
    st.dictionaries(
        st.sampled_from(["position", "radius", "band_min", "band_max", "max_records"]), st.text(max_size=12)
    )
)
def test_any_text_is_a_question_or_refused(fields):
    with contextlib.suppress(AstrolibError):
        QueryForm.of(fields).query()


@pytest.mark.parametrize(
    ("fields", "to_look_up", "target", "has_position"),
    [
        ({"target": "BU Tau", "radius": "1"}, "BU Tau", "BU Tau", False),
        ({"target": "BU Tau", "radius": "1", "position": "10 20"}, "", "", True),
        ({"target": "BU Tau", "radius": ""}, "", "BU Tau", False),
        (
            {"target": "BU Tau", "radius": "", "position": "10 20", "position_of": "BU Tau"},
            "",
            "BU Tau",
            False,
        ),
        (
            {"target": "BU Tau", "radius": "1", "position": "10 20", "position_of": "4 Her"},
            "BU Tau",
            "BU Tau",
            False,
        ),
        ({"target": "", "radius": "1"}, "", "", False),
    ],
)
def test_a_radius_asks_around_a_place_and_none_for_a_name(fields, to_look_up, target, has_position):
    form = QueryForm.of(fields)
    query = form.query()
    assert form.to_look_up == to_look_up
    assert (query.target, query.position is not None) == (target, has_position)
    assert (query.radius is not None) == bool(to_look_up or has_position)
