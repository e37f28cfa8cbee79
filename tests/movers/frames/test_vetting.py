"""A frame that is of no use to a search is left out and told of; it does not take the others with it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import astropy.units as u
import numpy as np
import pytest
from astropy.table import QTable
from scipy.ndimage import gaussian_filter, uniform_filter1d

from astrolib.core.errors import RefusedError
from astrolib.images import ReducedFrame, write_frame
from astrolib.movers.frames.registering import register
from astrolib.movers.frames.vetting import LeftOut
from astrolib.movers.night import field_search, search_night
from astrolib.sky.nights import floor_field

SIDE = 400
BAD = 2
NAMED = "cinci mărțișoare – 五.fits"
UNSAFE = ("two\nlines.fits", ".hidden.fits", "up\\..\\down.fits", "turned\u202eround.fits")


@pytest.fixture(scope="module")
def frames() -> list[ReducedFrame]:
    """Return the five frames of a field, by time."""
    field = floor_field("sparse", 3007, (SIDE, SIDE), movers=3)
    return sorted(field.frames, key=lambda frame: frame.mid)


def clouded(frame: ReducedFrame) -> ReducedFrame:
    noise = np.random.default_rng(0).normal(300, 20, (SIDE, SIDE))
    return replace(frame, data=noise.astype(np.float32))


def out_of_focus(frame: ReducedFrame) -> ReducedFrame:
    noise = np.random.default_rng(1).normal(0, 10, (SIDE, SIDE))
    return replace(frame, data=(gaussian_filter(frame.data, 7) + noise).astype(np.float32))


def trailed(frame: ReducedFrame) -> ReducedFrame:
    noise = np.random.default_rng(1).normal(0, 3, (SIDE, SIDE))
    return replace(frame, data=(uniform_filter1d(frame.data, 11, axis=1) + noise).astype(np.float32))


def displaced(frame: ReducedFrame) -> ReducedFrame:
    wcs = frame.wcs.deepcopy()
    wcs.wcs.crval = wcs.wcs.crval + np.array([0.0, 25 / 3600])
    return replace(frame, wcs=wcs)


def masked(frame: ReducedFrame) -> ReducedFrame:
    return replace(frame, mask=np.ones((SIDE, SIDE), dtype=bool))


def of_another_unit(frame: ReducedFrame) -> ReducedFrame:
    return replace(frame, data=frame.data * np.float32(1e-6))


SPOILT: dict[str, Callable[[ReducedFrame], ReducedFrame]] = {
    "stars stand out of it": clouded,
    "stars": out_of_focus,
    "times as long as wide": trailed,
    "not where the others have them": displaced,
    "no pixel of it can be used": masked,
    "its pixels are not ADU": of_another_unit,
}


@pytest.mark.parametrize("number", [0, BAD])
@pytest.mark.parametrize("what", SPOILT)
def test_a_frame_that_is_unlike_the_others_is_left_out(frames, what, number):
    spoilt = list(frames)
    spoilt[number] = SPOILT[what](spoilt[number])
    told: list[LeftOut] = []
    field = register(spoilt, left_out=told.append)
    assert [one.name for one in told] == [frames[number].name]
    assert what in str(told[0])
    assert [frame.name for frame in field.originals] == [
        frame.name for frame in frames if frame is not frames[number]
    ]


def test_good_frames_are_all_searched(frames):
    told: list[LeftOut] = []
    assert len(register(frames, left_out=told.append)) == 5
    assert told == []


def test_one_moment_is_one_frame(frames):
    same = replace(frames[1], name="copy.fits")
    other = replace(frames[3], name="other.fits", mid=frames[0].mid + 5 * u.s)
    told: list[LeftOut] = []
    field = register([*frames, same, other], left_out=told.append)
    assert {one.name: one.what for one in told} == {
        "copy.fits": f"the same frame as {frames[1].name}",
        "other.fits": f"exposed at the same time as {frames[0].name}",
    }
    assert len(field) == 5


def test_frames_that_nobody_placed_on_the_sky_are_refused_at_once(frames):
    lost = frames
    for number, frame in enumerate(frames):
        wcs = frame.wcs.deepcopy()
        wcs.wcs.crval = wcs.wcs.crval + np.array([0.0, 25 * number / 3600])
        lost = [*lost[:number], replace(frame, wcs=wcs), *lost[number + 1 :]]
    with pytest.raises(RefusedError, match="elsewhere in each frame by the WCS"):
        register(lost)


def test_the_first_two_frames_may_be_the_odd_ones(frames):
    told: list[LeftOut] = []
    odd = displaced(frames[0]), displaced(displaced(frames[1]))
    assert len(register([*odd, *frames[2:]], left_out=told.append)) == 3
    assert [one.name for one in told] == [frames[0].name, frames[1].name]


def test_what_is_left_out_is_logged_where_nobody_collects_it(frames, caplog):
    with caplog.at_level(logging.WARNING):
        register([*frames, replace(frames[1], name="copy.fits")])
    assert caplog.messages == [f"copy.fits: the same frame as {frames[1].name}; left out of the search"]


def test_frames_too_small_to_search_are_refused(frames):
    small = [replace(frame, data=frame.data[:60]) for frame in frames]
    with pytest.raises(RefusedError, match=r"400 x 60 pixels; give frames of 128 x 128"):
        register(small)


@pytest.fixture
def folder(frames, tmp_path):
    """Return a folder of reduced frames: a field, a field of two frames, and names of every kind."""
    for frame in frames:
        write_frame(frame, tmp_path / frame.name)
    (tmp_path / frames[1].name).rename(tmp_path / NAMED)
    for number, frame in enumerate(frames[:2]):
        write_frame(replace(frame, mid=frame.mid + 3 * u.d), tmp_path / f"later{number}.fits")
    write_frame(clouded(frames[4]), tmp_path / frames[4].name)
    for name in UNSAFE:
        write_frame(frames[0], tmp_path / name)
    (tmp_path / "far.fits.bz2").write_bytes(b"BZh")
    return tmp_path


def test_a_night_lists_what_of_it_was_not_searched(frames, folder):
    found = search_night(folder, folder / "out")
    rows = {str(row["file"]): str(row["reason"]) for row in found.rejected}
    names = [frame.name for frame in frames]
    assert set(rows) == {names[4], "later0.fits", "later1.fits", *UNSAFE, "far.fits.bz2"}
    assert "clouds" in rows[names[4]]
    assert "nothing but pairs of trails" in rows["later1.fits"]
    assert "unpack it" in rows["far.fits.bz2"]
    assert all("rename it" in rows[name] for name in UNSAFE)
    assert found.fields == ((names[0], NAMED, *names[2:4]), ("later0.fits", "later1.fits"))
    assert NAMED in set(QTable.read(folder / "out" / "detections.ecsv")["frame"])


def test_a_search_that_fails_is_about_its_field_alone(folder, frames, monkeypatch):
    real = field_search.find_movers

    def failing(given, **how):
        if len(given) == 2:
            raise np.linalg.LinAlgError("Singular matrix")
        return real(given, **how)

    monkeypatch.setattr(field_search, "find_movers", failing)
    found = search_night(folder, folder / "out")
    rows = {str(row["file"]): str(row["reason"]) for row in found.rejected}
    assert "its field cannot be searched (LinAlgError: Singular matrix); look" in rows["later1.fits"]
    names = [frame.name for frame in frames[:4]]
    assert found.fields == ((names[0], NAMED, *names[2:4]),)
