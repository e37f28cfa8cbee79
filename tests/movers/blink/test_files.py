"""Blink files: what stands still on the sky stands still in them, and the object is where it is said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from astropy.io import fits

from astrolib.core.errors import AstrolibError, RefusedError, UnreadableFileError
from astrolib.movers.blink import cut_blink, read_blink, write_blinks

from ..scenes import make_frames


def centroid(image: np.ndarray, x: float, y: float) -> np.ndarray:
    left, low = round(x) - 5, round(y) - 5
    part = image[low : low + 11, left : left + 11].astype(float)
    part = np.clip(part - np.median(image) - 15, 0, None)
    rows, columns = np.indices(part.shape)
    return np.array([(part * columns).sum(), (part * rows).sum()]) / part.sum() + (left, low)


@pytest.mark.parametrize("turn", [0.0, 3.0], ids=["dithered", "dithered and turned"])
def test_stars_stand_still_and_the_object_is_where_it_is_said(turn):
    frames, _, detections = make_frames(turn=turn, noise=1.0)
    blink = cut_blink("t1", frames, detections, 160)
    assert blink.pixels.shape == (4, 160, 160)
    assert blink.pixels.dtype == np.float32
    for image, row in zip(blink.pixels, blink.frames, strict=True):
        assert centroid(image, row["x"], row["y"]) == pytest.approx([row["x"], row["y"]], abs=0.15)
    stars = np.nanmin(blink.pixels, axis=0) - np.nanmedian(blink.pixels)
    y, x = np.unravel_index(np.nanargmax(stars[20:-20, 20:-20]), (120, 120))
    places = [centroid(image, x + 20, y + 20) for image in blink.pixels]
    assert np.ptp(places, axis=0).max() < 0.05


def test_the_wcs_is_that_of_the_cutouts():
    frames, _, detections = make_frames()
    blink = cut_blink("t1", frames, detections, 160)
    x, y = blink.wcs.world_to_pixel_values(detections["ra"], detections["dec"])
    assert np.allclose(x, blink.frames["x"] + blink.frames["x0"], atol=1e-3)
    assert np.allclose(y, blink.frames["y"] + blink.frames["y0"], atol=1e-3)


def test_a_long_path_is_followed_by_whole_pixels():
    frames, _, detections = make_frames(rate=4.0)
    blink = cut_blink("t1", frames, detections, 100)
    assert np.ptp(blink.frames["x0"]) > 100
    assert np.abs(blink.frames["x"] - 50).max() <= 0.5
    assert np.abs(blink.frames["y"] - 50).max() <= 0.5
    x, _ = blink.wcs.world_to_pixel_values(detections["ra"], detections["dec"])
    assert np.allclose(x, blink.frames["x"] + blink.frames["x0"], atol=1e-3)


def test_frames_in_between_come_with_the_place_where_it_is_expected():
    frames, _, detections = make_frames()
    blink = cut_blink("t1", frames, detections[[0, 1, 3]], 160)
    assert list(blink.frames["measured"]) == [True, True, False, True]
    row = blink.frames[2]
    assert centroid(blink.pixels[2], row["x"], row["y"]) == pytest.approx([row["x"], row["y"]], abs=0.3)


def test_frames_before_and_after_show_where_it_should_be():
    frames, _, detections = make_frames()
    blink = cut_blink("t1", frames, detections[[1, 2]], 160)
    assert list(blink.frames["measured"]) == [False, True, True, False]
    for image, row in zip(blink.pixels, blink.frames, strict=True):
        assert centroid(image, row["x"], row["y"]) == pytest.approx([row["x"], row["y"]], abs=0.4)


def test_a_frame_of_another_field_is_left_out():
    frames, _, detections = make_frames()
    elsewhere = frames[1].wcs.deepcopy()
    elsewhere.wcs.crval = [150.0, 13.0]
    elsewhere.wcs.set()
    frames[1] = dataclasses.replace(frames[1], wcs=elsewhere)
    blink = cut_blink("t1", frames, detections[[0, 2, 3]], 64)
    assert frames[1].name not in blink.frames["frame"]


def test_frames_come_in_order_of_time_whatever_their_names():
    frames, _, detections = make_frames()
    blink = cut_blink("t1", frames[::-1], detections, 64)
    assert list(blink.frames["obstime"]) == sorted(blink.frames["obstime"])
    assert list(blink.frames["frame"]) == [frame.name for frame in frames]


def test_beyond_the_edge_there_is_nothing():
    frames, _, detections = make_frames()
    blink = cut_blink("t1", frames, detections, 400)
    assert np.isnan(blink.pixels[:, 0, 0]).all()
    assert np.isfinite(blink.pixels[:, 200, 200]).all()


def test_it_is_written_and_read_back(tmp_path):
    frames, tracklets, detections = make_frames()
    seen = []
    (path,) = write_blinks(
        tmp_path / "blink", frames, tracklets, detections, 64, lambda *args: seen.append(args)
    )
    assert path == tmp_path / "blink" / "t1.fits"
    assert seen == [(1, 1)]
    made, read = cut_blink("t1", frames, detections, 64), read_blink(path)
    assert read.tracklet_id == "t1"
    assert np.array_equal(read.pixels, made.pixels)
    assert read.pixels.dtype.isnative
    assert list(read.frames["frame"]) == list(made.frames["frame"])
    assert np.allclose(read.wcs.pixel_to_world_values(5, 9), made.wcs.pixel_to_world_values(5, 9), atol=1e-10)


@pytest.mark.parametrize("name", ["Ä1.fits", "my field 1.fits", "星.fits", "100%25.fits", "a,b;'c\".fits"])
def test_frames_of_any_name_are_blinked(tmp_path, name):
    frames, tracklets, detections = make_frames()
    detections["frame"] = [name if one == frames[1].name else str(one) for one in detections["frame"]]
    frames[1] = dataclasses.replace(frames[1], name=name)
    (path,) = write_blinks(tmp_path, frames, tracklets, detections, 64)
    assert read_blink(path).frames["frame"][1] == name
    with fits.open(path) as hdus:
        hdus.verify("exception")
        assert bytes(hdus["FRAMES"].data["frame"][1], "ascii")


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "", "x" * 200, "Ä", "a\nb", "a\0"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    frames, _, detections = make_frames(n=2)
    with pytest.raises(RefusedError, match="no name for a file"):
        cut_blink(name, frames, detections)


def test_a_tracklet_of_other_frames_is_refused():
    frames, _, detections = make_frames(n=3)
    detections["frame"] = ["x.fits", "y.fits", "z.fits"]
    with pytest.raises(RefusedError, match="no position in any of the frames"):
        cut_blink("t1", frames, detections)


def test_another_file_is_none_to_blink(tmp_path):
    fits.PrimaryHDU(np.zeros((4, 4))).writeto(tmp_path / "image.fits")
    with pytest.raises(UnreadableFileError, match="no blink file"):
        read_blink(tmp_path / "image.fits")
    (tmp_path / "text.fits").write_text("hello")
    with pytest.raises(AstrolibError):
        read_blink(tmp_path / "text.fits")


def test_cutouts_and_frames_must_be_as_many(tmp_path):
    frames, tracklets, detections = make_frames()
    (path,) = write_blinks(tmp_path, frames, tracklets, detections, 64)
    with fits.open(path) as hdus:
        hdus[0].data = hdus[0].data[:2]
        hdus.writeto(tmp_path / "short.fits")
    with pytest.raises(UnreadableFileError, match="4 frames, but cutouts of shape"):
        read_blink(tmp_path / "short.fits")
