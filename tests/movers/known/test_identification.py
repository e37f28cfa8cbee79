"""Which tracklets are known: on position and on motion, and never new because a service was down."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time

from astrolib.archive import KNOWN_OBJECT, KnownObjects
from astrolib.movers.known import identify

START = Time("2026-03-01T22:00:00", scale="utc")
HERE = SkyCoord(150.0, 12.0, unit="deg")
MINUTES = np.array([0.0, 8.5, 17.0])


def place(east, north):
    return HERE.spherical_offsets_by(east * u.arcsec, north * u.arcsec)


def night(*tracks):
    """Return the tables of tracklets given as (id, east, north, rate_ra, rate_dec) at the start."""
    tracklets, detections = [], []
    for id_, east, north, rate_ra, rate_dec in tracks:
        tracklets.append(
            {
                "tracklet_id": id_,
                "rate": np.hypot(rate_ra, rate_dec),
                "position_angle": np.degrees(np.arctan2(rate_ra, rate_dec)) % 360,
            }
        )
        for minute in MINUTES:
            there = place(east + rate_ra * minute, north + rate_dec * minute)
            moment = (START + minute * u.min).isot
            detections.append(
                {"tracklet_id": id_, "obstime": moment, "ra": there.ra.deg, "dec": there.dec.deg}
            )
    table = QTable(rows=tracklets)
    table["rate"] *= u.arcsec / u.min
    table["position_angle"] *= u.deg
    table["rate_err"] = np.full(len(table), 0.004) * u.arcsec / u.min
    table["position_angle_err"] = np.full(len(table), 0.5) * u.deg
    rows = QTable(rows=detections)
    rows["ra"] *= u.deg
    rows["dec"] *= u.deg
    return table, rows


def sky(*objects, down=()):
    """Return a SkyBoT that knows objects given as (name, east, north, rate_ra, rate_dec, error)."""

    def ask(position, epoch, radius):
        minutes = (epoch - START).to_value("min")
        if any(abs(minutes - moment) < 0.01 for moment in down):
            return KnownObjects("failed", reason="503 Service Unavailable")
        rows = []
        for name, east, north, rate_ra, rate_dec, error in objects:
            there = place(east + rate_ra * minutes, north + rate_dec * minutes)
            if position.separation(there) <= radius:
                row = {"name": name, "ra": there.ra.deg, "dec": there.dec.deg, "error": error}
                rows.append(row | {"rate_ra": rate_ra, "rate_dec": rate_dec, "mag": 19.0})
        return KnownObjects("found" if rows else "none", KNOWN_OBJECT.table(rows))

    return ask


A = ("A", 0.0, 0.0, 0.5, -0.2)


def statuses(tracks, ask):
    found = identify(*night(*tracks), ask)
    return dict(zip(found.tracklets["tracklet_id"], found.tracklets["known_status"], strict=True)), found


def test_an_object_on_the_spot_that_moves_alike_is_known_and_o_minus_c_is_given():
    status, found = statuses([A], sky(("(42) Isis", -0.3, 0.2, 0.5, -0.2, 0.1)))
    assert status == {"A": "known"}
    (row,) = found.tracklets
    assert row["known_name"] == "(42) Isis"
    assert row["oc_ra"].to_value("arcsec") == pytest.approx(0.3, abs=0.01)
    assert row["oc_dec"].to_value("arcsec") == pytest.approx(-0.2, abs=0.01)


def test_an_object_on_the_spot_that_moves_otherwise_is_listed_and_does_not_match():
    status, found = statuses([A], sky(("(42) Isis", 0.0, 0.0, -0.5, 0.2, 0.1)))
    assert status == {"A": "none"}
    assert list(found.matches["matches"]) == [False]
    assert found.matches["rate_difference"][0].value == pytest.approx(2 * np.hypot(0.5, 0.2), rel=1e-3)


@pytest.mark.parametrize(
    ("off", "error", "status"), [(9, 0.1, "known"), (11, 0.1, "none"), (80, 30, "known")]
)
def test_the_position_may_be_off_by_ten_arcseconds_or_three_errors(off, error, status):
    got, _ = statuses([A], sky(("2019 RB21", off, 0.0, 0.5, -0.2, error)))
    assert got == {"A": status}


def test_an_uncertain_object_may_be_anywhere_within_three_errors():
    got, _ = statuses([A], sky(("2019 RB21", 0.0, 170.0, 0.5, -0.2, 100.0)))
    assert got == {"A": "known"}


@pytest.mark.parametrize(("off", "listed"), [(100.0, ["vague"]), (300.0, [])])
def test_an_uncertain_object_that_moves_otherwise_is_listed_only_where_it_is_near(off, listed):
    got, found = statuses([A], sky(("vague", off, 0.0, -0.5, 0.2, 200.0)))
    assert got == {"A": "none"}
    assert list(found.matches["known_name"]) == listed


def test_of_an_uncertain_object_is_said_how_much_it_may_be_off():
    got, found = statuses([A], sky(("2019 RB21", 500.0, 0.0, 0.5, -0.2, 200.0)))
    assert got == {"A": "known"}
    (match,) = found.matches
    assert match["separation"].value == pytest.approx(500, abs=0.1)
    assert match["tolerance"].value == pytest.approx(600)


def test_two_objects_that_match_alike_are_ambiguous_and_both_named():
    got, found = statuses([A], sky(("X", 2.0, 0, 0.5, -0.2, 0.1), ("Y", -3.0, 0, 0.51, -0.2, 0.1)))
    assert got == {"A": "ambiguous"}
    assert set(found.tracklets["known_name"][0].split("; ")) == {"X", "Y"}
    assert np.isnan(found.tracklets["oc_ra"][0])


def test_an_object_that_is_only_possible_steps_back_behind_a_sure_one():
    got, found = statuses([A], sky(("sure", 0.2, 0, 0.5, -0.2, 0.1), ("vague", 90, 0, 0.5, -0.2, 60.0)))
    assert got == {"A": "known"}
    assert found.tracklets["known_name"][0] == "sure"


def test_two_tracklets_that_share_one_object_are_ambiguous_both():
    beside = ("B", 4.0, 0.0, 0.5, -0.2)
    got, _ = statuses([A, beside], sky(("X", 2.0, 0, 0.5, -0.2, 0.1)))
    assert got == {"A": "ambiguous", "B": "ambiguous"}


def test_an_object_that_is_surely_one_tracklet_is_not_possibly_another():
    far = ("B", 60.0, 0.0, 0.5, -0.2)
    got, _ = statuses([A, far], sky(("X", 0.5, 0, 0.5, -0.2, 30.0)))
    assert got == {"A": "known", "B": "none"}


def test_a_service_that_is_down_makes_nothing_new():
    got, found = statuses([A], sky(down=MINUTES))
    assert got == {"A": "failed"}
    assert set(found.failures.values()) == {"503 Service Unavailable"}
    assert len(found.failures) == 3


def test_a_service_that_is_down_is_not_asked_for_every_epoch_of_a_night():
    tracklets, detections = night(*((f"T{n}", 0.0, 0.0, 0.5 + 0.1 * n, -0.2) for n in range(4)))
    hours = {f"T{n}": n * u.hour for n in range(4)}
    times = zip(detections["obstime"], detections["tracklet_id"], strict=True)
    detections["obstime"] = [(Time(time) + hours[name]).isot for time, name in times]
    asked = []

    def ask(position, epoch, radius):
        asked.append(epoch)
        return KnownObjects("failed", reason="no route to host")

    found = identify(tracklets, detections, ask)
    assert len(asked) == 3
    assert len(found.failures) == 12
    assert set(found.tracklets["known_status"]) == {"failed"}


def test_one_answer_that_failed_spoils_none_but_not_known():
    far = ("B", 300.0, 0.0, 0.5, -0.2)
    got, _ = statuses([A, far], sky(("X", 0.5, 0, 0.5, -0.2, 0.1), down=MINUTES[:1]))
    assert got == {"A": "known", "B": "failed"}


def test_each_epoch_is_asked_once():
    asked = []

    def ask(position, epoch, radius):
        asked.append((epoch.scale, epoch.isot, radius.to_value("arcsec")))
        return KnownObjects("none")

    identify(*night(A, ("B", 400.0, 0.0, 0.1, 0.1)), ask)
    assert len(asked) == 3
    assert all(scale == "utc" and radius > 200 for scale, _, radius in asked)


def test_a_night_without_tracklets_asks_nobody():
    tracklets, detections = night(A)
    found = identify(tracklets[:0], detections[:0], None)
    assert (len(found.tracklets), len(found.matches)) == (0, 0)
