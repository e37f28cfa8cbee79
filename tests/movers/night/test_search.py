"""The search of a night: every field on its own, bad frames listed, known objects asked, objects joined."""

from __future__ import annotations

from dataclasses import replace

import astropy.units as u
import numpy as np
import pytest
from astropy.table import QTable

from astrolib.archive import KnownObjects
from astrolib.core import paths
from astrolib.core.errors import RefusedError
from astrolib.images import write_frame
from astrolib.labels.validation import Validation
from astrolib.movers.blink import read_blink
from astrolib.movers.night import Plan, search, search_night
from astrolib.movers.tracklets.tables import DETECTION, TRACKLET
from astrolib.report import read_site, read_tables, write_report
from astrolib.sky.nights import floor_field, score

pytestmark = pytest.mark.slow

SIDE = 400


@pytest.fixture(scope="module")
def field():
    return floor_field("sparse", 7, (SIDE, SIDE), movers=5)


@pytest.fixture
def frames(field, tmp_path):
    """Return a folder of the frames of a field, of the same a day later, and of bad ones."""
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in field.frames:
        write_frame(frame, folder / f"first-{frame.name}")
        write_frame(replace(frame, mid=frame.mid + 1 * u.day), folder / f"later-{frame.name}")
    (folder / "torn.fits").write_bytes((folder / f"first-{field.frames[0].name}").read_bytes()[:50_000])
    (folder / "note.fits").write_text("not a frame")
    return folder


def test_every_field_is_searched_and_what_cannot_be_is_listed(field, frames, tmp_path):
    out = tmp_path / "out"
    seen = []
    found = search_night(frames, out, progress=lambda done, total: seen.append(done / total))
    assert len(found.fields) == 2
    assert all(len({name.split("-")[0] for name in names}) == 1 for names in found.fields)
    assert set(found.rejected["file"]) == {"torn.fits", "note.fits"}
    assert seen == sorted(seen)
    assert seen[-1] == 1

    read = {
        name: QTable.read(out / f"{name}.ecsv") for name in ("tracklets", "detections", "removed", "known")
    }
    movers = found.tracklets[found.tracklets["kind"] == "mover"]
    assert set(TRACKLET.check(read["tracklets"])["tracklet_id"]) == set(movers["tracklet_id"])
    assert set(DETECTION.check(read["detections"])["tracklet_id"]) == set(read["tracklets"]["tracklet_id"])
    assert len(set(found.tracklets["tracklet_id"])) == len(found.tracklets)
    assert set(found.tracklets["known_status"]) == {"not asked"}
    pairs = found.tracklets[found.tracklets["kind"] == "two-trail pair"]
    for name in pairs["tracklet_id"]:
        assert len(read_blink(out / "pairs" / "blink" / f"{name}.fits").pixels) == 2
    for name in movers["tracklet_id"]:
        assert len(read_blink(out / "blink" / f"{name}.fits").pixels) >= 3

    first = np.array([str(name).startswith("first-") for name in found.detections["frame"]])
    rows = found.detections[first]
    own = found.tracklets[np.isin(found.tracklets["tracklet_id"], rows["tracklet_id"])]
    assert len(score(own, rows, field.truth).found) >= 4


def test_one_frame_alone_is_listed_and_the_rest_goes_on(field, frames, tmp_path):
    for path in frames.glob("later-*"):
        if not path.name.endswith(field.frames[0].name):
            path.unlink()
    found = search_night(frames, tmp_path / "out")
    alone = found.rejected[found.rejected["file"] == f"later-{field.frames[0].name}"]
    assert len(alone) == 1
    assert "two" in alone["reason"][0]
    assert len(found.tracklets) >= 4


def test_frames_that_do_not_say_their_observatory_leave_nothing_new(field, tmp_path):
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in field.frames:
        write_frame(replace(frame, station=""), folder / frame.name)
    found = search_night(folder, tmp_path / "out", known="local")
    assert set(found.tracklets["known_status"]) == {"failed"}
    assert all("OBSCODE" in reason for reason in found.failures.values())


def test_who_is_asked_hears_the_observatory_of_the_frames(field, tmp_path, monkeypatch):
    heard = []

    def known_objects(position, epoch, radius, station, service):
        heard.append((station, service))
        return KnownObjects("none")

    monkeypatch.setattr(search, "known_objects", known_objects)
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in field.frames:
        write_frame(frame, folder / frame.name)
    found = search_night(folder, tmp_path / "out", known="skybot")
    assert set(found.tracklets["known_status"]) == {"none"}
    assert set(heard) == {(field.frames[0].station, "skybot")}


def test_what_is_planted_is_marked_and_kept_apart(field, tmp_path):
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in field.frames:
        write_frame(frame, folder / frame.name)
    found = search_night(folder, tmp_path / "out", Plan(planted=4, decoys=2, seed=3))
    planted = QTable.read(tmp_path / "out" / "planted.ecsv")
    assert np.count_nonzero(found.tracklets["planted"]) >= 3
    marked = found.tracklets["tracklet_id"][found.tracklets["planted"]]
    assert set(marked) == set(planted["tracklet_id"]) - {""}


def test_no_fake_is_reported_whatever_anybody_says_nor_lies_in_a_frame_that_was_left_out(field, tmp_path):
    """One frame is blank: it is listed, nothing is planted there, and the fakes of the others stay here."""
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, frame in enumerate(field.frames):
        data = np.zeros_like(frame.data) if number == 2 else frame.data
        write_frame(replace(frame, data=data), folder / frame.name)
    found = search_night(folder, tmp_path / "out", Plan(planted=4, decoys=3, seed=3))
    lost = field.frames[2].name
    assert list(found.rejected["file"]) == [lost]
    assert lost not in set(found.detections["frame"])
    fakes = {str(name) for name in found.planted["tracklet_id"]} - {""}
    assert {"mover", "decoy"} == set(found.planted["kind"])
    assert fakes == set(found.tracklets["tracklet_id"][found.tracklets["planted"]])

    tracklets, detections = read_tables(tmp_path / "out" / "tracklets.ecsv")
    said = [
        Validation(str(name), "ada", "valid", "2026-03-02T09:00:00", frozenset(), False)
        for name in tracklets["tracklet_id"]
    ]
    site = read_site(paths.shipped("notebooks") / "site.toml")
    report = write_report(tracklets, detections, said, site, tmp_path / "report")
    assert set(report.summary["tracklet_id"][report.summary["reason"] == "planted"]) == fakes
    reported = set(report.summary["tracklet_id"][report.summary["reported"]])
    assert len(reported) >= 3
    assert not reported & fakes


def test_the_folder_of_a_reduced_night_does(frames, tmp_path):
    for path in frames.glob("later-*"):
        path.unlink()
    night = tmp_path / "reduced"
    night.mkdir()
    frames.rename(night / "frames")
    assert len(search_night(night, tmp_path / "out", Plan(rate_min=0.3, rate_max=2)).fields) == 1


def test_limits_that_leave_nothing_are_refused_before_anything_is_read():
    with pytest.raises(RefusedError, match="rate_min"):
        Plan(rate_min=2, rate_max=1)
    with pytest.raises(RefusedError, match="3 or more"):
        Plan(min_detections=2)
