"""The same object in another field, or on another night, is joined; what could be two is not."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from astrolib.movers.night.joined import join

START = Time("2026-03-01T22:00:00", scale="utc")
HERE = SkyCoord(359.99, 12.0, unit="deg")


def run(*seen):
    """Return the tables of tracklets given as (start [h], east, north [arcsec], rates [arcsec/min], name)."""
    tracklets, detections = [], []
    for number, (hours, east, north, rate_ra, rate_dec, name) in enumerate(seen):
        id_ = f"T{number}"
        tracklets.append(
            {
                "tracklet_id": id_,
                "rate": np.hypot(rate_ra, rate_dec),
                "position_angle": np.degrees(np.arctan2(rate_ra, rate_dec)) % 360,
                "rate_err": 0.004,
                "position_angle_err": 0.5,
                "known_name": name,
                "known_status": "known" if name else "none",
            }
        )
        for minute in (0.0, 8.5, 17.0):
            there = HERE.spherical_offsets_by(
                (east + rate_ra * minute) * u.arcsec, (north + rate_dec * minute) * u.arcsec
            )
            moment = (START + hours * u.h + minute * u.min).isot
            detections.append(
                {"tracklet_id": id_, "obstime": moment, "ra": there.ra.deg, "dec": there.dec.deg}
            )
    table, rows = QTable(rows=tracklets), QTable(rows=detections)
    for name in ("rate", "rate_err"):
        table[name] *= u.arcsec / u.min
    for name in ("position_angle", "position_angle_err"):
        table[name] *= u.deg
    for name in ("ra", "dec"):
        rows[name] *= u.deg
    return table, rows


def later(hours, rate_ra, rate_dec):
    return hours, rate_ra * hours * 60, rate_dec * hours * 60, rate_ra, rate_dec, ""


FIRST = later(0, 0.5, -0.2)


def test_an_object_that_enters_another_field_is_one():
    assert join(*run(FIRST, later(2, 0.5, -0.2))).tolist() == [0, 0]


def test_an_object_of_three_nights_is_one():
    assert join(*run(FIRST, later(24, 0.505, -0.198), later(48, 0.51, -0.2))).tolist() == [0, 0, 0]


def test_what_moves_otherwise_is_another():
    hours, east, north, _, _, _ = later(2, 0.5, -0.2)
    assert join(*run(FIRST, (hours, east, north, -0.5, 0.2, ""))).tolist() == [0, 1]


def test_what_is_elsewhere_is_another():
    hours, east, north, rate_ra, rate_dec, _ = later(2, 0.5, -0.2)
    assert join(*run(FIRST, (hours, east, north + 30, rate_ra, rate_dec, ""))).tolist() == [0, 1]


def test_two_that_it_could_be_leave_it_alone():
    hours, east, north, rate_ra, rate_dec, _ = later(24, 0.5, -0.2)
    twin = (hours, east + 5, north, rate_ra, rate_dec, "")
    assert join(*run(FIRST, (hours, east, north, rate_ra, rate_dec, ""), twin)).tolist() == [0, 1, 2]


def test_what_was_seen_at_the_same_moment_is_never_one():
    assert join(*run(FIRST, (0, 0.2, 0.1, 0.5, -0.2, ""))).tolist() == [0, 1]


def test_known_objects_are_joined_by_name_however_far():
    one, other = (0, 0, 0, 0.5, -0.2, "(42) Isis"), (240, 9000, 0, 0.1, 0.3, "(42) Isis")
    assert join(*run(one, FIRST, other)).tolist() == [0, 1, 0]


def test_no_tracklets_are_no_objects():
    table, rows = run(FIRST)
    assert join(table[:0], rows[:0]).tolist() == []


@given(
    hours=st.floats(0.5, 6),
    rate_ra=st.floats(-2, 2),
    rate_dec=st.floats(-2, 2),
)
def test_whatever_moves_straight_is_one(hours, rate_ra, rate_dec):
    assert join(*run(later(0, rate_ra, rate_dec), later(hours, rate_ra, rate_dec))).tolist() == [0, 0]
