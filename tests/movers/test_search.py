"""The search on small simulated fields, whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrolib.core.errors import RefusedError
from astrolib.movers.frames.registering import register
from astrolib.movers.judging.merged import merge
from astrolib.movers.ordinary import search_ordinary
from astrolib.movers.search import find_movers
from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.tables import DETECTION, REMOVED, TRACKLET
from astrolib.sky.nights.field import SimulatedField, floor_field
from astrolib.sky.nights.score import score

SHAPE = (512, 512)


@pytest.fixture(scope="module")
def field() -> SimulatedField:
    return floor_field("sparse", 1001, shape=SHAPE, movers=8)


@pytest.fixture(scope="module")
def found(field: SimulatedField):
    return find_movers(field.frames)


def test_movers_are_found_and_nothing_else(field: SimulatedField, found) -> None:
    judged = score(found.tracklets, found.detections, field.truth)
    assert judged.completeness >= 0.8, judged
    assert not judged.duplicates
    assert len(judged.false) <= 1


def test_tables_keep_their_schemas(found) -> None:
    TRACKLET.check(found.tracklets)
    DETECTION.check(found.detections)
    REMOVED.check(found.removed)
    assert set(found.detections["tracklet_id"]) == set(found.tracklets["tracklet_id"])


def test_what_was_removed_says_by_which_filter(found) -> None:
    assert len(found.removed) > 0
    assert all(str(name) for name in found.removed["filter"])


def test_what_is_made_of_the_sources_of_others_is_no_mover(found) -> None:
    frames = sorted(set(map(str, found.detections["frame"])))
    rows: list[int] = []
    for number, name in enumerate(found.tracklets["tracklet_id"][:3]):
        own = (found.detections["tracklet_id"] == name) & (found.detections["frame"] == frames[number])
        rows += np.flatnonzero(own).tolist()
    assert len(rows) == 3
    chance, sources = found.tracklets[:1].copy(), found.detections[rows].copy()
    chance["tracklet_id"], chance["stage"], chance["score"] = "ordinary-0099", "ordinary", 1.0
    sources["tracklet_id"] = "ordinary-0099"
    merged = merge([found, Found(chance, sources, found.removed[:0])])
    assert set(merged.tracklets["tracklet_id"]) == set(found.tracklets["tracklet_id"])
    assert "made of others' sources" in merged.removed["filter"]


def test_frames_may_come_in_any_order(field: SimulatedField, found) -> None:
    again = find_movers(field.frames[::-1])
    assert len(again.tracklets) == len(found.tracklets)
    np.testing.assert_allclose(again.tracklets["rate"].value, found.tracklets["rate"].value)


def test_limits_of_the_rate_are_kept(field: SimulatedField) -> None:
    fast = find_movers(field.frames, rate_min=0.5, rate_max=2.0)
    rates = fast.tracklets["rate"].to_value("arcsec / min")
    assert np.all((rates >= 0.5) & (rates <= 2.0))


def test_more_frames_may_be_asked_for(field: SimulatedField) -> None:
    sure = find_movers(field.frames, min_detections=5)
    assert np.all(sure.tracklets["n_detections"] >= 5)


def test_a_bad_frame_does_not_ruin_the_night(field: SimulatedField, found) -> None:
    rng = np.random.default_rng(1)
    spoilt = list(field.frames)
    noise = rng.normal(300, 40, SHAPE).astype(np.float32)
    spoilt[2] = replace(spoilt[2], data=noise)
    judged = score(*(lambda one: (one.tracklets, one.detections))(find_movers(spoilt)), field.truth)
    assert judged.completeness >= 0.6
    assert len(judged.false) <= 1


def test_nothing_is_found_where_nothing_moves(field: SimulatedField) -> None:
    rng = np.random.default_rng(2)
    frames = [replace(frame, data=rng.normal(100, 10, SHAPE).astype(np.float32)) for frame in field.frames]
    assert len(find_movers(frames).tracklets) == 0


def test_positions_and_magnitudes(field: SimulatedField, found) -> None:
    residuals = score(found.tracklets, found.detections, field.truth).residuals
    bright = residuals[np.asarray(residuals["snr"]) > 15]
    off = np.hypot(bright["along"], bright["across"])
    assert np.median(off.value if hasattr(off, "value") else off) < 0.08
    mag = bright["mag"].value if hasattr(bright["mag"], "value") else np.asarray(bright["mag"])
    assert abs(np.median(mag)) < 0.06


def test_limits_that_leave_nothing_are_refused(field: SimulatedField) -> None:
    with pytest.raises(RefusedError, match="rate_min < rate_max"):
        find_movers(field.frames, rate_min=2.0, rate_max=1.0)
    with pytest.raises(RefusedError, match="3 or more"):
        find_movers(field.frames, min_detections=2)
    with pytest.raises(RefusedError, match="at least two"):
        find_movers(field.frames[:1])


def test_the_ordinary_search_finds_the_bright_ones(field: SimulatedField) -> None:
    quick = search_ordinary(register(field.frames))
    judged = score(quick.tracklets, quick.detections, field.truth)
    assert judged.completeness >= 0.5
    assert len(judged.false) <= 1


@pytest.mark.slow
@pytest.mark.parametrize(("regime", "asked"), [("sparse", 0.85), ("packed", 0.75), ("faint", 0.9)])
def test_a_regime(regime: str, asked: float) -> None:
    one = floor_field(regime, 1001, shape=(1024, 1024), movers=15)  # two of them move along an edge
    movers = find_movers(one.frames)
    judged = score(movers.tracklets, movers.detections, one.truth)
    assert judged.completeness >= asked, judged
    assert len(judged.false) <= 1
    assert not judged.duplicates
