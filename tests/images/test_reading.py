"""Reduced frames are read as they were written; each fault is one line with file, key and remedy."""

from __future__ import annotations

import dataclasses
import gzip

import numpy as np
import pytest
from astropy.io import fits
from astropy.time import Time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.images import fits_files, read_frame, read_frames, same_field, write_frame


def test_a_frame_is_read_with_its_middle_in_utc(fits_file):
    found = read_frame(fits_file())
    assert found.mid.isot == "2026-03-01T21:00:30.000000"
    assert (found.mid.scale, found.exposure, found.gain, found.read_noise) == ("utc", 60.0, 2.5, 5.0)
    assert (found.zero_point, found.band, found.station, found.saturate) == (29.5, "r", "950", np.inf)
    assert found.data.dtype == np.float32
    assert found.data.dtype.isnative
    assert found.mask is None


def test_what_the_header_does_not_say_is_not_a_number(fits_file):
    found = read_frame(fits_file(GAIN=None, RDNOISE=None, MAGZPT=None, FILTER=None, OBSCODE=None))
    assert np.isnan([found.gain, found.read_noise, found.zero_point]).all()
    assert (found.band, found.station) == ("", "")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    exposure=st.floats(0.01, 4000),
    day=st.floats(50_000, 62_000),
    planes=st.booleans(),
    saturate=st.sampled_from([np.inf, 5e4]),
)
def test_what_is_written_is_read_back(tmp_path, frame, exposure, day, planes, saturate):
    data = np.random.default_rng(1).normal(100, 5, (20, 30)).astype(np.float32)
    more = {"uncertainty": np.sqrt(np.abs(data)), "mask": data > 105} if planes else {}
    made = frame(data, mid=Time(day, format="mjd"), exposure=exposure, saturate=saturate, **more)
    write_frame(made, tmp_path / "a.fits")
    found = read_frame(tmp_path / "a.fits")
    assert (found.data == data).all()
    assert abs((found.mid - made.mid).to_value("s")) < 1e-3
    assert (found.exposure, found.saturate) == (exposure, saturate)
    assert np.allclose(found.wcs.all_pix2world([[3, 4]], 0), made.wcs.all_pix2world([[3, 4]], 0), atol=1e-9)
    assert (found.mask is not None) == planes
    if planes:
        assert (found.mask == more["mask"]).all()
        assert (found.uncertainty == more["uncertainty"]).all()


def test_a_band_of_any_letters_is_written(tmp_path, frame):
    write_frame(frame(np.ones((9, 9), np.float32), band="r′\nx" + "y" * 90), tmp_path / "a.fits")
    assert read_frame(tmp_path / "a.fits").band.startswith("r??x")


FAULTS = {
    "no exposure": ({"EXPTIME": None}, "no EXPTIME"),
    "zero exposure": ({"EXPTIME": 0.0}, "EXPTIME is 0.0"),
    "negative exposure": ({"EXPTIME": -60.0}, "EXPTIME is -60.0"),
    "two exposures": ({"EXPOSURE": 90.0}, "EXPTIME says 60.0 s and EXPOSURE 90.0 s"),
    "no time": ({"DATE_OBS": None}, "no DATE-OBS"),
    "no such time": ({"DATE_OBS": "yesterday"}, "DATE-OBS is 'yesterday'"),
    "a start that disagrees": ({"MJD_OBS": 61_100.8756}, "MJD-OBS"),
    "an end that disagrees": ({"DATE_END": "2026-03-01T21:01:05"}, "DATE-END"),
    "a middle that disagrees": ({"DATE_AVG": "2026-03-01T21:00:32"}, "DATE-AVG"),
    "a clock that disagrees": ({"UT": "21:00:05"}, "UT"),
    "a day of another exposure": ({"JD": 2_461_101.5}, "JD is 2461101.5"),
    "a local time": ({"TIMESYS": "CET"}, "TIMESYS is CET"),
    "no WCS": ({"CTYPE1": None}, "no WCS"),
    "galactic": ({"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN"}, "no equatorial WCS"),
    "nowhere": ({"CRVAL2": 120.0}, "CRVAL2 is 120.0"),
    "a place in words": ({"CRVAL1": "NaN"}, "CRVAL1 is 'NaN'"),
    "giant pixels": ({"CDELT1": 1e5}, "arcsec"),
    "no pixels": ({"CDELT1": 0.0}, "WCS"),
    "gain": ({"GAIN": 0.0}, "GAIN is 0.0"),
    "gain in words": ({"GAIN": "high"}, "GAIN is 'high'"),
    "zero point in words": ({"MAGZPT": "good"}, "MAGZPT is 'good'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_header_is_one_line(fits_file, fault):
    cards, said = FAULTS[fault]
    with pytest.raises(AstrolibError) as caught:
        read_frame(fits_file("bad.fits", **cards))
    line = str(caught.value)
    assert said in line
    assert line.startswith("bad.fits: ")
    assert "; " in line
    assert "\n" not in line


def test_times_that_agree_to_a_second_are_believed(fits_file):
    mjd = Time("2026-03-01T21:00:00.4", scale="utc").mjd
    found = read_frame(
        fits_file(MJD_OBS=mjd, DATE_END="2026-03-01T21:01:00.5", DATE_AVG="2026-03-01T21:00:30")
    )
    assert abs((found.mid - Time("2026-03-01T21:00:30", scale="utc")).to_value("s")) < 0.01


def test_another_scale_is_converted(fits_file):
    found = read_frame(fits_file(TIMESYS="TAI"))
    assert found.mid.isot == "2026-03-01T20:59:53.000000"


def test_pixels_that_are_no_numbers_are_masked(fits_file):
    data = np.full((64, 64), 300, dtype=np.float32)
    data[3, 4], data[5, 6] = np.nan, np.inf
    found = read_frame(fits_file(data=data))
    assert np.argwhere(found.mask).tolist() == [[3, 4], [5, 6]]
    assert (found.data == 300).all()


def test_squares_of_zeros_are_no_sky(fits_file):
    data = np.random.default_rng(0).normal(300, 10, (64, 64)).astype(np.float32)
    data[:20] = 0
    data[40, 40] = 0
    frame = read_frame(fits_file(data=data))
    assert frame.mask[:20].all()
    assert not frame.mask[20:].any()
    assert np.median(frame.data[:20]) == pytest.approx(300, abs=2)


def test_a_frame_without_a_finite_pixel_is_refused(fits_file):
    with pytest.raises(AstrolibError, match="no pixel is a finite number"):
        read_frame(fits_file(data=np.full((64, 64), np.nan, dtype=np.float32)))


def test_a_frame_that_was_cut_short_is_refused(fits_file):
    path = fits_file()
    path.write_bytes(path.read_bytes()[:8000])
    with pytest.raises(AstrolibError, match="cut short"):
        read_frame(path)


def test_a_table_is_no_frame(tmp_path):
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns([])]).writeto(tmp_path / "t.fits")
    with pytest.raises(AstrolibError, match="no image of two axes"):
        read_frame(tmp_path / "t.fits")


def test_a_mask_of_another_shape_is_refused(fits_file):
    path = fits_file()
    fits.append(path, np.zeros((5, 5), np.uint8), fits.Header({"EXTNAME": "MASK"}))
    with pytest.raises(AstrolibError, match="MASK is not of the shape"):
        read_frame(path)


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        (
            {"IMAGETYP": "Bias Frame", "EXPTIME": 0.0},
            r"a raw bias \(IMAGETYP = 'Bias Frame'\); reduce the night",
        ),
        ({"OBSTYPE": "FLAT", "EXPTIME": None}, r"a raw flat \(OBSTYPE = 'FLAT'\); reduce the night first"),
    ],
)
def test_a_raw_frame_is_told_to_be_reduced_first(fits_file, cards, said):
    with pytest.raises(AstrolibError, match=said):
        read_frame(fits_file(MAGZPT=None, **cards))


def test_a_raw_mosaic_is_not_read_by_its_first_chip_alone(tmp_path):
    chips = [fits.ImageHDU(np.zeros((20, 30), np.uint16), name=f"im{number}") for number in range(4)]
    primary = fits.PrimaryHDU(header=fits.Header({"OBSTYPE": "TARGET", "EXPTIME": 60.0}))
    fits.HDUList([primary, *chips]).writeto(tmp_path / "r.fits")
    with pytest.raises(AstrolibError, match=r"r\.fits: a raw mosaic of 4 chips; reduce the night first"):
        read_frame(tmp_path / "r.fits")


def test_an_image_in_an_extension_takes_the_time_of_the_file(fits_file, tmp_path):
    with fits.open(fits_file()) as hdus:
        primary = fits.PrimaryHDU(header=fits.Header({"DATE-OBS": hdus[0].header.pop("DATE-OBS")}))
        hdus[0].header["EXTNAME"] = "CCD1"
        fits.HDUList([primary, fits.ImageHDU(hdus[0].data, hdus[0].header)]).writeto(tmp_path / "e.fits")
    assert read_frame(tmp_path / "e.fits").mid.isot == "2026-03-01T21:00:30.000000"


def test_a_packed_frame_is_read(fits_file, tmp_path):
    path = fits_file()
    packed = tmp_path / "packed.fits.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert (read_frame(packed).data == read_frame(path).data).all()


@pytest.mark.parametrize("name", ["a.fz", "a.FIT.FZ", "a.fts.gz", "A.FTS", "b.fits.fz"])
def test_frames_are_known_by_every_usual_name(tmp_path, name):
    (tmp_path / name).touch()
    assert [path.name for path in fits_files(tmp_path)] == [name]


def test_a_folder_goes_on_past_bad_frames(fits_file, tmp_path):
    fits_file("b.fits", DATE_OBS="2026-03-01T22:00:00")
    fits_file("a.fits", DATE_OBS="2026-03-01T23:00:00")
    fits_file("c.fits", EXPTIME=0.0)
    (tmp_path / "d.fits").write_bytes(b"no FITS")
    told = []
    frames, rejected = read_frames(tmp_path, lambda done, total: told.append((done, total)))
    assert [frame.name for frame in frames] == ["b.fits", "a.fits"]
    assert rejected["file"].tolist() == ["c.fits", "d.fits"]
    assert all(str(reason).startswith(str(file)) for file, reason in rejected["file", "reason"])
    assert told[-1] == (4, 4)
    with pytest.raises(RefusedError):
        read_frames(tmp_path / "nowhere")


def test_frames_of_one_field_are_told_from_those_of_another(frame, projection):
    data = np.ones((64, 64), dtype=np.float32)
    here = [frame(data, projection(150.0, 20.0 + step / 3600), name=f"{step}") for step in (0, 5, 9)]
    there = frame(data, projection(150.5, 20.0), name="there")
    late = dataclasses.replace(here[0], mid=Time("2026-03-01T23:00:00", scale="utc"), name="late")
    groups = same_field([late, there, *here])
    assert [[one.name for one in group] for group in groups] == [["0", "5", "9", "late"], ["there"]]


def test_a_telescope_that_wanders_on_leaves_a_field(frame, projection):
    side, step = 0.333 / 3600 * 64, 0.4
    frames = [
        frame(
            np.zeros((64, 64), dtype=np.float32), projection(dec=20 + step * side * number), name=f"{number}"
        )
        for number in range(6)
    ]
    named = [[one.name for one in group] for group in same_field(frames)]
    assert named == [["0", "1", "2"], ["3", "4", "5"]]


def test_fields_do_not_break_where_right_ascension_begins_anew(frame, projection):
    data = np.ones((64, 64), dtype=np.float32)
    frames = [frame(data, projection(ra, 60.0)) for ra in (359.9995, 0.0005)]
    assert len(same_field(frames)) == 1


def test_the_middle_of_wise_frames_is_what_their_header_says(shared):
    folder = shared / "data" / "asteroids" / "neowise"
    found = read_frame(folder / "91415a124-w2-int-1b.fits")
    assert found.mid.isot == "2018-03-11T01:21:13.620000"
    assert (found.exposure, found.zero_point, found.band, found.station) == (7.7, 19.6435, "W2", "C51")
    assert np.isnan(found.gain)
    assert np.isfinite(found.data).all()


def test_real_frames_are_read_or_refused_by_name(shared):
    folder = shared / "data" / "asteroids"
    paths = [path for path in sorted(folder.rglob("*")) if ".fits" in path.name]
    frames, rejected = read_frames(paths)
    assert len(frames) == 5
    reasons = dict(zip(rejected["file"].tolist(), rejected["reason"].tolist(), strict=True))
    assert "cut short" in reasons["84384a116-w1-int-1b.fits.truncated"]
    for name in ("000000.fits", "wrong_filename.fits", "demo_image.fits", "iris-100.fits"):
        assert "no EXPTIME" in reasons[name]
