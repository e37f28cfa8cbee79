"""Raw files are sorted by their headers, and asked about where header, name and pixels disagree."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from astrolib.collection.nights import frames_in, sort_file, sort_files, unread
from astrolib.core.errors import AstrolibError, RefusedError
from tests.collection.nights.conftest import BIAS, FLAT, calibration, science, write_frame


def rules(path):
    return [one.rule for one in sort_file(path).doubts]


@pytest.mark.parametrize("kind", ["bias", "dark", "flat"])
def test_a_calibration_frame_that_is_sure(tmp_path, kind):
    file = sort_file(calibration(tmp_path / f"{kind}.fits", kind))
    assert (file.kind, file.doubts, file.shape) == (kind, (), (128, 128))


def test_a_science_frame_that_is_sure(tmp_path):
    file = sort_file(science(tmp_path / "a.fits"))
    assert (file.kind, file.filter, file.exposure, file.target) == ("science", "r", 60.0, "field 1")
    assert (file.ra, file.dec) == (150.0, 20.0)
    assert file.middle.isot == "2026-03-01T21:00:30.000"
    assert file.stars > 10
    assert file.doubts == ()


def test_each_disagreement_is_asked_about(tmp_path):
    place = tmp_path
    cases = {
        "name disagrees": calibration(place / "flat1.fits", "bias"),
        "kind not said": science(place / "1.fits", IMAGETYP=None),
        "exposed bias": calibration(place / "2.fits", "bias", EXPTIME=5.0),
        "stars in a flat": science(place / "3.fits", IMAGETYP="flat"),
        "lit dark": write_frame(place / "4.fits", FLAT, 130.0, IMAGETYP="dark", EXPTIME=5.0),
        "no filter": science(place / "5.fits", FILTER=None),
        "no pointing": science(place / "6.fits", RA=None, DEC=None),
        "no exposure": science(place / "7.fits", EXPTIME=0.0),
        "no time": science(place / "8.fits", DATE_OBS=None),
        "times disagree": science(place / "9.fits", DATE_END="2026-03-01T21:01:03"),
        "pointings disagree": science(place / "10.fits", CRVAL1=10.0, CRVAL2=20.0, CTYPE1="RA---TAN"),
        "saturated flat": write_frame(
            place / "11.fits", 65000.0, 1.0, IMAGETYP="flat", FILTER="r", EXPTIME=1.0, SATURATE=65535
        ),
        "not raw": science(place / "12.fits", CALSTAT="BDF"),
    }
    assert {rule: rules(path) for rule, path in cases.items()} == {rule: [rule] for rule in cases}


def test_every_doubt_has_a_reason_and_answers(tmp_path):
    [doubt] = sort_file(calibration(tmp_path / "flat1.fits", "bias")).doubts
    assert doubt.reason == "The header says bias (IMAGETYP = 'bias'), the name says flat."
    assert doubt.answers == ("bias", "flat", "leave out")


def test_several_things_are_asked_about_one_file(tmp_path):
    assert rules(science(tmp_path / "a.fits", FILTER=None, RA=None, EXPTIME=None)) == [
        *("no exposure", "no filter", "no pointing")
    ]


@pytest.mark.parametrize("level", [BIAS + 15000, BIAS + 7000])
def test_a_dark_as_bright_as_the_flats_is_asked_about(tmp_path, level):
    write_frame(tmp_path / "a.fits", level, 6.0, IMAGETYP="dark", EXPTIME=60.0)
    calibration(tmp_path / "b.fits", "bias")
    calibration(tmp_path / "c.fits", "flat")
    files = {one.name: one for one in sort_files(tmp_path.glob("*.fits"))[0]}
    assert [one.rule for one in files["a.fits"].doubts] == ["lit dark"]
    assert files["b.fits"].doubts == files["c.fits"].doubts == ()


def test_a_flat_as_dark_as_the_bias_is_asked_about(tmp_path):
    calibration(tmp_path / "b.fits", "bias")
    write_frame(tmp_path / "a.fits", BIAS + 30, 5.0, IMAGETYP="flat", FILTER="r", EXPTIME=1.0)
    files = {one.name: one for one in sort_files(tmp_path.glob("*.fits"))[0]}
    assert [one.rule for one in files["a.fits"].doubts] == ["flat without light"]


def test_the_true_kind_is_among_the_answers(tmp_path):
    calibration(tmp_path / "b.fits", "bias")
    calibration(tmp_path / "c.fits", "flat")
    write_frame(tmp_path / "d.fits", BIAS + 20, 6.0, IMAGETYP="flat", FILTER="r", EXPTIME=300.0)
    write_frame(tmp_path / "f.fits", FLAT, 100.0, IMAGETYP="bias", EXPTIME=2.0)
    files = {one.name: one for one in sort_files(tmp_path.glob("*.fits"))[0]}
    assert "dark" in files["d.fits"].doubts[0].answers
    assert "flat" in files["f.fits"].doubts[0].answers


@pytest.mark.parametrize(
    ("level", "noise", "cards"),
    [(65535, 0.0, {}), (62_000, 4.0, {"EGAIN": 0.8}), (58_500, 30.0, {"SATURATE": 60_000})],
)
def test_a_flat_of_full_pixels_is_asked_about(tmp_path, level, noise, cards):
    path = write_frame(tmp_path / "a.fits", level, noise, IMAGETYP="flat", FILTER="r", EXPTIME=9.0, **cards)
    assert rules(path) == ["saturated flat"]


def test_vignetting_dust_and_cosmic_rays_are_no_stars(tmp_path):
    path = calibration(tmp_path / "a.fits", "flat")
    y, x = np.mgrid[:128, :128]
    with fits.open(path, mode="update") as hdus:
        light = hdus[0].data * (1 - 0.3 * ((x - 64) ** 2 + (y - 64) ** 2) / 64**2 / 2)
        light[30:40, 30:40] *= 0.9
        light[:, 70] = 60000
        light[np.arange(0, 128, 9), np.arange(0, 128, 9)] = 50000
        hdus[0].data = light.astype(np.uint16)
    assert rules(path) == []


def test_the_tracks_of_a_long_dark_are_no_stars(tmp_path):
    rng = np.random.default_rng(4)
    data = rng.normal(BIAS, 5, (900, 900))
    for x, y in rng.integers(30, 870, (60, 2)):  # tracks of cosmic rays, slanted and bent
        steps = np.cumsum(rng.uniform(0.2, 1.0, (9, 2)), axis=0)
        columns, rows = np.rint(np.array([x, y]) + steps).astype(int).T
        data[rows, columns] += rng.uniform(200, 900, 9)
        data[rows, columns + 1] += rng.uniform(20, 120, 9)
    header = fits.Header({"IMAGETYP": "dark", "EXPTIME": 1200.0})
    fits.PrimaryHDU(data.astype(np.float32), header).writeto(tmp_path / "a.fits")
    assert rules(tmp_path / "a.fits") == []


def test_the_few_stars_of_a_flat_in_twilight_are_no_reason_to_ask(tmp_path):
    path = tmp_path / "a.fits"
    rng = np.random.default_rng(1)
    data = rng.normal(FLAT, 100, (700, 700))
    for x, y in rng.integers(20, 680, (20, 2)):
        data[y - 2 : y + 3, x - 2 : x + 3] += 4000
    hdu = fits.PrimaryHDU(data.astype(np.float32))
    hdu.header.update({"IMAGETYP": "flat", "FILTER": "r", "EXPTIME": 5.0})
    hdu.writeto(path)
    assert sort_file(path).stars == 20
    assert rules(path) == []


def test_the_overscan_is_the_level_without_light(tmp_path):
    path = write_frame(
        tmp_path / "a.fits", BIAS + 3000, 5.0, IMAGETYP="dark", EXPTIME=60.0, BIASSEC="[1:16,1:128]"
    )
    with fits.open(path, mode="update") as hdus:
        hdus[0].data[:, :16] = BIAS
    assert sort_file(path).bias_level == BIAS
    assert rules(path) == ["lit dark"]


def test_a_mosaic_is_one_file_of_several_chips(tmp_path):
    chips = [fits.ImageHDU(np.full((40, 30), 1000 + n, np.int16)) for n in range(4)]
    primary = fits.PrimaryHDU()
    primary.header["IMAGETYP"] = "bias"
    primary.header["EXPTIME"] = 0.0
    fits.HDUList([primary, *chips]).writeto(tmp_path / "m.fits")
    file = sort_file(tmp_path / "m.fits")
    assert (file.chips, file.shape, file.kind, file.level) == (4, (40, 30), "bias", 1001.0)


# ---- answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cards", "about", "answer", "name", "value"),
    [
        ({"FILTER": None}, "filter", "g", "filter", "g"),
        ({"EXPTIME": None}, "exposure", "30", "exposure", 30.0),
        ({"RA": None}, "pointing", "14 03 13 +54 20 41", "dec", pytest.approx(54.344722)),
        ({"RA": None}, "pointing", "210.8, -54.5", "dec", -54.5),
        ({"DATE_OBS": None}, "time", "2026-03-01T20:00:00", "start", "2026-03-01T20:00:00.000"),
        ({"DATE_END": "2026-03-01T22:00:00"}, "time", "DATE-END", "start", "2026-03-01T21:59:00.000"),
        ({"IMAGETYP": None}, "kind", "science", "kind", "science"),
    ],
)
def test_what_a_person_answers_takes_the_place_of_the_header(tmp_path, cards, about, answer, name, value):
    file = sort_file(science(tmp_path / "a.fits", **cards))
    assert [one.about for one in file.doubts] == [about]
    after = file.answered(about, answer)
    assert getattr(after, name) == value
    assert (after.doubts, dict(after.settled)) == ((), {about: answer})


@pytest.mark.parametrize(
    ("cards", "about", "answer"),
    [
        ({"EXPTIME": None}, "exposure", "-3"),
        ({"EXPTIME": None}, "exposure", "long"),
        ({"RA": None}, "pointing", "somewhere"),
        ({"RA": None}, "pointing", "400 20"),
        ({"DATE_OBS": None}, "time", "last night"),
        ({"IMAGETYP": None}, "kind", "galaxy"),
        ({"FILTER": None}, "filter", ""),
        ({}, "filter", "r"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path, cards, about, answer):
    with pytest.raises(RefusedError):
        sort_file(science(tmp_path / "a.fits", **cards)).answered(about, answer)


def test_a_file_that_is_left_out_is_asked_nothing_more(tmp_path):
    file = sort_file(science(tmp_path / "a.fits", FILTER=None, RA=None)).answered("filter", "leave out")
    assert (file.doubts, file.left_out) == ((), True)


# ---- bad files ------------------------------------------------------------------------------------------


def test_a_batch_goes_on_past_bad_files(tmp_path):
    science(tmp_path / "a.fits")
    whole = science(tmp_path / "b.fits").read_bytes()
    (tmp_path / "b.fits").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "c.fits").write_text("no FITS")
    fits.PrimaryHDU().writeto(tmp_path / "d.fits")
    (tmp_path / "e.fits").mkdir()
    files, refused = sort_files(tmp_path.glob("*.fits"))
    assert [one.name for one in files] == ["a.fits"]
    assert len(refused) == 4
    for error, name in zip(refused, "bcde", strict=True):
        assert isinstance(error, AstrolibError)
        assert f"{name}.fits" in str(error)
        assert "\n" not in str(error)


def test_pixels_that_are_not_finite_are_no_error(tmp_path):
    data = np.full((64, 64), np.nan, np.float32)
    fits.PrimaryHDU(data).writeto(tmp_path / "a.fits")
    assert np.isnan(sort_file(tmp_path / "a.fits").level)
    data[:, ::2] = 100
    fits.PrimaryHDU(data).writeto(tmp_path / "b.fits")
    assert sort_file(tmp_path / "b.fits").level == 100


def test_the_frames_of_a_folder_and_those_below(tmp_path):
    for name in ("b.fits", "a/c.fit", "a/d.FTS", "note.txt", "e.fits.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [one.name for one in frames_in(tmp_path)] == ["c.fit", "d.FTS", "b.fits", "e.fits.gz"]


# ---- real files -----------------------------------------------------------------------------------------


def test_real_ccd_files_are_sorted_or_asked_about(shared):
    files, refused = sort_files((shared / "data" / "ccd").glob("*.fit"))
    assert refused == []
    sure = {one.name: (one.kind, one.filter) for one in files if not one.doubts}
    assert sure == {
        "aspen_trimmed.fit": ("flat", "R"),
        **{f"biastest{n}.fit": ("bias", "") for n in (1, 2, 3)},
        **{f"darktest{n}.fit": ("dark", "") for n in (1, 2, 3)},
        "maximdl_5_23_header.fit": ("science", "B"),
        "uint16.fit": ("science", "R"),
    }
    asked = {one.name: [doubt.rule for doubt in one.doubts] for one in files if one.doubts}
    assert asked == {
        "flattest.fit": ["name disagrees"],
        "maximdl_5_21_header.fit": ["not raw"],
        "uint16_missing_filter.fit": ["no filter"],
        "uint16_not_m101.fit": ["pointings disagree"],
    }


def test_real_wise_frames_are_sorted(shared):
    files, refused = sort_files((shared / "data" / "asteroids" / "neowise").glob("9*.fits*"))
    assert refused == []
    assert {(one.kind, one.header_map, one.station, one.doubts) for one in files} == {
        ("science", "wise", "C51", ())
    }


def test_what_is_fits_by_its_name_and_cannot_be_read_is_named(tmp_path):
    (tmp_path / "a.fits.bz2").write_bytes(b"BZh9")
    (tmp_path / "b.fits").symlink_to(tmp_path / "moved away.fits")
    (tmp_path / "c.fits").mkdir()
    (tmp_path / "notes.txt").touch()
    assert [str(error) for error in unread(tmp_path.iterdir())] == [
        "a.fits.bz2: packed as .bz2; unpack it, or pack it by gzip or fpack",
        "b.fits: no file is behind this name; bring the file to where the link leads",
    ]
    assert frames_in(tmp_path) == []


def test_an_image_of_three_axes_is_refused_with_its_size(tmp_path):
    fits.PrimaryHDU(np.zeros((3, 20, 30), dtype=np.float32)).writeto(tmp_path / "rgb.fits")
    with pytest.raises(
        AstrolibError, match=r"^rgb\.fits: no image with two axes \(30 x 20 x 3\); write each"
    ):
        sort_file(tmp_path / "rgb.fits")
