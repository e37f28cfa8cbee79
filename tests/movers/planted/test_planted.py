"""Movers planted into frames: where, how bright and how wide they are; and which tracklets are theirs."""

from __future__ import annotations

import dataclasses

import astropy.units as u
import numpy as np
import pytest
from astropy.table import QTable

from astrolib.movers.frames.pixels import prepare
from astrolib.movers.frames.vetting import LeftOut
from astrolib.movers.planted import FAKE, decoys, mark_planted, plant, search_planted
from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.named import named
from astrolib.movers.tracklets.tables import DETECTION, PLANTED, REMOVED, TRACKLET

from ..scenes import SIGMA, make_frames


@pytest.fixture(scope="module")
def planted():
    frames, _, _ = make_frames(n=3, noise=3.0)
    return frames, *plant(frames, 6, seed=4, rates=(0.2, 1.0), ratios=(30.0, 60.0))


def test_pixels_alone_differ_and_the_given_frames_do_not(planted):
    before, after, _ = planted
    again, _, _ = make_frames(n=3, noise=3.0)
    for given, made, untouched in zip(before, after, again, strict=True):
        assert np.array_equal(given.data, untouched.data)
        assert made.data.dtype == np.float32
        assert not np.array_equal(made.data, given.data)
        assert (made.name, made.mid, made.wcs) == (given.name, given.mid, given.wcs)


def test_what_was_added_is_where_and_as_bright_and_wide_as_the_truth_says(planted):
    before, after, fakes = planted
    widths = []
    for given, made in zip(before, after, strict=True):
        added = (made.data - given.data).astype(float)
        for row in fakes[np.asarray(fakes["frame"], str) == given.name]:
            x, y = float(row["x"]), float(row["y"])
            if min(x, y) < 12 or max(x, y) > 307:
                continue
            part, moments = _around(added, x, y)
            assert part == pytest.approx(row["flux"].value, rel=0.12)
            assert moments[:2] == pytest.approx([x, y], abs=0.3)
            widths.append(moments[2])
    assert len(widths) > 8
    assert np.median(widths) == pytest.approx(SIGMA, rel=0.25)


def _around(image: np.ndarray, x: float, y: float) -> tuple[float, list[float]]:
    left, low = round(x) - 7, round(y) - 7
    part = image[low : low + 15, left : left + 15]
    rows, columns = np.indices(part.shape)
    total = part.sum()
    mean = [(part * columns).sum() / total, (part * rows).sum() / total]
    spread = (part * ((columns - mean[0]) ** 2 + (rows - mean[1]) ** 2)).sum() / total
    return total, [mean[0] + left, mean[1] + low, np.sqrt(spread / 2)]


def test_they_move_as_the_truth_says(planted):
    before, _, fakes = planted
    minutes = {frame.name: frame.mid.mjd * 1440 for frame in before}
    for number in np.unique(fakes["fake"]):
        rows = fakes[fakes["fake"] == number]
        if len(rows) < 2:
            continue
        since = minutes[str(rows["frame"][-1])] - minutes[str(rows["frame"][0])]
        moved = 3600 * np.hypot(
            (rows["ra"][-1] - rows["ra"][0]).value * np.cos(rows["dec"][0].to_value("rad")),
            (rows["dec"][-1] - rows["dec"][0]).value,
        )
        assert moved / abs(since) == pytest.approx(rows["rate"][0].value, rel=1e-3)


def test_the_same_seed_plants_the_same(planted):
    before, after, fakes = planted
    frames, again = plant(before, 6, seed=4, rates=(0.2, 1.0), ratios=(30.0, 60.0))
    assert np.array_equal(frames[0].data, after[0].data)
    assert np.array_equal(again["mag"], fakes["mag"])


def _found(places: dict[str, list[tuple[float, float]]]) -> tuple[QTable, QTable]:
    rows = [
        {"tracklet_id": name, "frame": f"f{number}", "ra": ra, "dec": dec, "trail_length": 0.0}
        for name, track in places.items()
        for number, (ra, dec) in enumerate(track)
    ]
    return TRACKLET.table({"tracklet_id": name} for name in places), DETECTION.table(rows)


def test_a_tracklet_with_one_planted_detection_is_planted():
    fakes = FAKE.table(
        {"fake": 0, "frame": f"f{n}", "ra": 0.0001, "dec": 60.0, "mag": 21.0} for n in range(3)
    )
    away = (0.01, 60.0)
    near = (359.9995, 60.0001)  # 0.8 arcsec, on the other side of the origin
    tracklets, detections = _found({"mine": [away] * 3, "mixed": [away, near, away], "fake": [near] * 3})
    marked, table = mark_planted(tracklets, detections, fakes)
    assert list(marked["planted"]) == [False, True, True]
    assert list(table["tracklet_id"]) == ["mixed", "fake"]
    assert set(table["kind"]) == {"mover"}
    assert np.all(table["mag"] == 21.0 * u.mag)
    assert not tracklets["planted"].any()


def test_nothing_planted_marks_nothing():
    tracklets, detections = _found({"mine": [(0.0, 0.0)] * 3})
    marked, table = mark_planted(tracklets, detections, FAKE.table())
    assert not marked["planted"].any()
    assert len(table) == 0


def test_decoys_are_noise_peaks_in_every_frame_away_from_sources():
    frames, _, _ = make_frames(n=3, noise=5.0)
    tracklets, detections = _found({"mine": [(150.0, 12.0)] * 3})
    tracklets["stage"], detections["fwhm"] = ["deep"], [1.2] * 3 * u.arcsec
    mixed, rows, planted = decoys(frames, tracklets, detections, 3, seed=2)
    assert len(planted) == 3
    assert set(planted["kind"]) == {"decoy"}
    assert list(mixed["tracklet_id"]) == ["mine", *planted["tracklet_id"]]
    assert list(mixed["planted"]) == [False, True, True, True]
    assert set(mixed["stage"]) == {"deep"}
    PLANTED.check(planted)
    DETECTION.check(rows)
    sources = {frame.name: prepare(frame).sources for frame in frames}
    for row in rows[np.isin(rows["tracklet_id"], planted["tracklet_id"])]:
        found = sources[str(row["frame"])]
        assert np.hypot(found["x"] - row["x"], found["y"] - row["y"]).min() > 4
        assert 1.7 <= row["snr"] <= 6
    counts = [np.sum(rows["tracklet_id"] == name) for name in planted["tracklet_id"]]
    assert counts == [3, 3, 3]


def test_decoys_are_named_like_all_others():
    frames, _, _ = make_frames(n=3, noise=5.0)
    tracklets, detections = _found({"mine": [(150.0, 12.0)] * 3})
    detections["fwhm"] = [1.2] * 3 * u.arcsec
    mixed, rows, _ = decoys(frames, tracklets, detections, 1, seed=2)
    found, parts = named(mixed, rows)
    assert len({len(name) for name in found["tracklet_id"]}) == 1
    assert set(found["tracklet_id"]) == set(parts["tracklet_id"])
    assert found["tracklet_id"][1] == mixed["tracklet_id"][1]
    again, _ = named(tracklets, detections)
    assert again["tracklet_id"][0] == found["tracklet_id"][0]


def _search(lost: tuple[str, ...] = (), kind: str = "mover"):
    """Return a search that leaves frames out, and finds one mover in the others."""

    def search(frames, left_out):
        for name in lost:
            left_out(LeftOut(name, "clouds"))
        names = [frame.name for frame in frames if frame.name not in lost]
        tracklets, detections = _found({"mine": [(150.0, 12.0)] * len(names)})
        tracklets["kind"] = [kind]
        detections["frame"], detections["fwhm"] = names, [1.2] * len(names) * u.arcsec
        return Found(tracklets, detections, REMOVED.table())

    return search


def test_no_decoy_is_where_a_frame_was_left_out():
    frames, _, _ = make_frames(n=4, noise=5.0)
    heard = []
    how = {"movers": 0, "decoy": 3, "seed": 1, "left_out": heard.append}
    tested = search_planted(frames, _search(lost=(frames[1].name,)), **how)
    assert [one.name for one in heard] == [frames[1].name]
    used = [frame.name for frame in frames if frame is not frames[1]]
    assert [frame.name for frame in tested.frames] == used
    tracklets, rows = tested.found.tracklets, tested.found.detections
    decoy = np.asarray(tracklets["planted"])
    assert set(tracklets["tracklet_id"][decoy]) == set(tested.planted["tracklet_id"])
    assert decoy.sum() == 3
    for name in tracklets["tracklet_id"]:
        assert sorted(rows["frame"][rows["tracklet_id"] == name]) == sorted(used)


@pytest.mark.parametrize(("lost", "kind"), [(2, "mover"), (0, "two-trail pair")])
def test_there_are_no_decoys_where_nothing_is_found_along_a_path(lost, kind):
    frames, _, _ = make_frames(n=4, noise=5.0)
    search = _search(tuple(frame.name for frame in frames[:lost]), kind)
    tested = search_planted(frames, search, movers=0, decoy=3, seed=1, left_out=lambda one: None)
    assert len(tested.planted) == 0
    assert len(tested.found.tracklets) == 1


@pytest.mark.parametrize("blank", [0, 2], ids=["the first", "the middle one"])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_blank_frame_is_no_place_for_a_fake(blank, value):
    frames, _, _ = make_frames(n=4, noise=3.0)
    frames[blank] = dataclasses.replace(frames[blank], data=np.full_like(frames[blank].data, value))
    made, fakes = plant(frames, 3, seed=4)
    assert frames[blank].name not in set(fakes["frame"])
    assert len(set(fakes["frame"])) == 3
    assert np.array_equal(made[blank].data, frames[blank].data, equal_nan=True)


def test_frames_that_are_all_blank_hold_no_fakes():
    frames, _, _ = make_frames(n=2)
    frames = [dataclasses.replace(frame, data=np.zeros_like(frame.data)) for frame in frames]
    made, fakes = plant(frames, 3, seed=4)
    assert len(fakes) == 0
    assert [frame.name for frame in made] == [frame.name for frame in frames]
