"""What is told of a simulated night is true of its raw frames."""

from __future__ import annotations

from dataclasses import replace

import astropy.units as u
import numpy as np
import pytest
import sep
from astropy.io import fits
from astropy.table import QTable, Table
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.collection.nights import sort_files
from astrolib.core.errors import RefusedError
from astrolib.images import read_frame
from astrolib.sky import make_night
from astrolib.sky.nights.cameras import CAMERAS, MOSAIC, chip_wcs, corners

SIDE = 1024


@pytest.fixture(scope="session")
def frames(night):
    return QTable.read(night / "truth" / "frames.ecsv")


@pytest.fixture(scope="session")
def flat(night):
    return fits.getdata(night / "truth" / "flat-CCD1.fits")


def raw(night, name):
    """Return a raw frame without overscan [ADU over its level]."""
    pixels = fits.getdata(night / "raw" / name).astype(np.float32)
    return pixels[:, :SIDE] - np.median(pixels[:, SIDE:], axis=1, keepdims=True)


def test_a_single_exposure_is_a_night(tmp_path):
    assert len(make_night(tmp_path, fields=1, frames=1, movers=3)) == 1


def test_the_files_are_what_they_say(night):
    sorted_files, bad = sort_files(sorted((night / "raw").glob("*.fits")))
    kinds = [file.kind for file in sorted_files]
    assert not bad
    assert not [file.name for file in sorted_files if file.doubts]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"bias": 7, "dark": 5, "flat": 7, "science": 6}


def test_the_flats_of_the_twilight_are_the_true_flat(night, flat):
    flats = [raw(night, f"flat-{number:02d}.fits") for number in range(1, 8)]
    bias = np.median([raw(night, f"bias-{number:02d}.fits") for number in range(1, 8)], axis=0)
    master = np.median([(one - bias) / np.median(one - bias) for one in flats], axis=0)
    good = fits.getdata(night / "truth" / "flat-CCD1.fits", "BAD") == 0
    ratio = (master / flat)[good]
    assert np.std(ratio / np.median(ratio)) < 0.006
    assert np.percentile(flat[good], 1) < 0.95  # vignetting


def test_stars_are_where_and_as_bright_as_the_truth_says(night, frames):
    places = Table.read(night / "truth" / "places.fits")
    stars = QTable.read(night / "truth" / "stars.ecsv")
    row = frames[frames["field"] == "field1"][0]
    frame = read_frame(night / "reduced" / "field1" / row["frame"])
    here = places[(np.char.decode(places["frame"].data.astype("S")) == row["frame"]) & (places["mag"] < 18.5)]
    kinds = np.asarray(stars[stars["field"] == "field1"]["kind"])[here["star"]]
    here = here[(kinds == "star") & (here["mag"] > 15.5)]
    pixels = frame.data - sep.Background(frame.data.copy(), mask=frame.mask).back()
    x, y = np.asarray(here["x"], float), np.asarray(here["y"], float)
    flux, _, _ = sep.sum_circle(pixels, x, y, 15.0, mask=frame.mask)
    found_x, found_y, _ = sep.winpos(pixels, x, y, float(row["fwhm"].value) / 2.35)
    assert len(here) > 15
    assert abs(np.median(-2.5 * np.log10(flux / here["adu"]))) < 0.02
    assert np.median(np.hypot(found_x - x, found_y - y)) < 0.05


def test_the_sky_of_the_truth_falls_on_its_pixels(night, frames):
    places = Table.read(night / "truth" / "places.fits")
    stars = QTable.read(night / "truth" / "stars.ecsv")
    names = np.char.decode(places["frame"].data.astype("S"))
    row = frames[0]
    here = places[names == row["frame"]]
    true = chip_wcs(
        CAMERAS["small"],
        CAMERAS["small"].chips[0],
        (row["axis_ra"].value, row["axis_dec"].value),
        row["turn"].value,
    )
    field = stars[stars["field"] == row["field"]][here["star"]]
    x, y = true.all_world2pix(field["ra"].value, field["dec"].value, 0)
    assert np.abs(x - here["x"]).max() < 1e-3
    straight = true.wcs_world2pix(field["ra"].value, field["dec"].value, 0)  # without the distortion
    bent = np.hypot(*(np.array(straight) - [x, y]))
    assert 0.2 < bent.max() < 1.5


@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_raw_headers_know_the_place_roughly(night, frames):
    for row in frames:
        header = fits.getheader(night / "raw" / row["raw"])
        believed = WCS(header).pixel_to_world((SIDE - 1) / 2, (SIDE - 1) / 2)
        away = believed.separation(believed.__class__(row["ra"], row["dec"])).arcsec
        assert 0.01 < away < 20
        start = Time(header["DATE-OBS"]) + header["EXPTIME"] / 2 * u.s
        assert abs((start - Time(row["obstime"])).sec) < 0.002


def test_hits_are_in_the_raw_frame(night, frames):
    hits = Table.read(night / "truth" / "hits.fits")
    names = np.char.decode(hits["frame"].data.astype("S"))
    row = frames[0]
    strong = hits[(names == row["frame"]) & (hits["electrons"] > 1500) & (hits["x"] > 1) & (hits["y"] > 1)]
    pixels = raw(night, row["raw"])
    height = pixels[strong["y"], strong["x"]] - np.median(pixels)
    assert len(np.unique(hits["hit"][names == row["frame"]])) > 20
    assert np.mean(height > 0.8 * strong["electrons"] / 1.5 - 100) > 0.95


def test_stars_move_between_the_catalogues_epoch_and_the_night(night):
    catalogue = QTable.read(night / "catalogue.ecsv")
    stars = QTable.read(night / "truth" / "stars.ecsv")
    order = {number: row for row, number in enumerate(stars["source_id"])}
    true = stars[[order[number] for number in catalogue["source_id"]]]
    years = Time("2025-03-04T22:10:00").jyear - 2016
    moved = (
        catalogue["dec"] + catalogue["pmdec"] * years * catalogue["ref_epoch"].unit - true["dec"]
    ).to_value("mas")
    still = (catalogue["dec"] - true["dec"]).to_value("mas")
    known = np.isfinite(moved)
    assert np.median(np.abs(moved[known])) < 1.5
    assert np.max(np.abs(still)) > 300
    assert (np.asarray(true["kind"]) == "star").all()
    assert 0 < np.count_nonzero(~known) < 0.1 * len(catalogue)


def test_of_each_kind_of_mover_there_is_one_and_others_know_some(night):
    movers = QTable.read(night / "truth" / "movers.ecsv")
    known = QTable.read(night / "truth" / "ephemerides.ecsv")
    seen = known[known["mover"] >= 0]
    for field in ("field1", "field2"):
        here = seen[seen["field"] == field]
        assert set(here["kind"]) == {"main belt", "near Earth", "trailed", "very slow"}
        assert np.count_nonzero(here["known"]) == 6
    assert len(known) - len(seen) == 8
    assert set(movers["name"]) <= set(seen["name"])
    assert len(set(known["name"])) == len(known)


def test_a_night_is_made_once_and_another_refused(night, frames):
    before = (night / "truth" / "frames.ecsv").stat().st_mtime_ns
    again = make_night(night, seed=4, frames=3, movers=10)
    assert (night / "truth" / "frames.ecsv").stat().st_mtime_ns == before
    assert list(again["frame"]) == list(frames["frame"])
    with pytest.raises(RefusedError, match="another night"):
        make_night(night, seed=5, frames=3, movers=10)


@pytest.mark.parametrize(
    "wrong",
    [{"camera": "large"}, {"fields": 0}, {"fields": 5}, {"frames": 0}, {"movers": 0}, {"seed": -1}],
    ids=str,
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong):
    with pytest.raises(RefusedError):
        make_night(tmp_path / "night", **wrong)
    assert not (tmp_path / "night").exists()


def test_the_chips_of_the_mosaic_do_not_overlap():
    boxes = [corners(MOSAIC, chip) for chip in MOSAIC.chips]
    for number, box in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (box.min(axis=0) >= other.max(axis=0) - 4) | (other.min(axis=0) >= box.max(axis=0) - 4)
            assert apart.any()


def test_neighbouring_chips_see_neighbouring_sky():
    places = {chip.name: chip_wcs(MOSAIC, chip, (150.0, 10.0), 0.0) for chip in MOSAIC.chips}
    right = places["CCD4"].pixel_to_world(2047, 2047)
    left = places["CCD1"].pixel_to_world(0, 2047)
    assert right.separation(left).arcsec == pytest.approx((2100 - 2048) * 0.333, abs=6)
    assert right.ra < places["CCD4"].pixel_to_world(0, 2047).ra  # east is to the left


@pytest.fixture(scope="module")
def tiny_mosaic(tmp_path_factory):
    """A night of the mosaic, each chip a sixteenth as long and wide."""
    folder = tmp_path_factory.mktemp("mosaic") / "night"
    chips = tuple(replace(chip, place=(chip.place[0] / 16, chip.place[1] / 16)) for chip in MOSAIC.chips)
    small = replace(MOSAIC, chips=chips, shape=(256, 128), overscan=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CAMERAS, "mosaic", small)
        make_night(folder, camera="mosaic", seed=2, fields=1, frames=2, movers=6)
    return folder


def test_a_mosaic_has_a_unit_for_each_chip(tiny_mosaic):
    with fits.open(tiny_mosaic / "raw" / "field1-01.fits") as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "CCD1", "CCD2", "CCD3", "CCD4"]
        assert hdus[0].header["INSTRUME"] == "WFC"
        assert "T" not in hdus[0].header["DATE-OBS"]  # the clock stands in UTSTART
        assert {hdu.data.shape for hdu in hdus[1:]} == {(256, 148)}
    files, bad = sort_files([tiny_mosaic / "raw" / "field1-01.fits"])
    assert not bad
    assert (files[0].kind, files[0].filter, files[0].station) == ("science", "r", "950")
    assert files[0].start == "2025-03-04T22:10:00.000"


def test_each_chip_of_a_mosaic_has_its_truth(tiny_mosaic):
    frames = QTable.read(tiny_mosaic / "truth" / "frames.ecsv")
    assert len(frames) == 2 * 4
    for row in frames:
        frame = read_frame(tiny_mosaic / "reduced" / "field1" / row["frame"])
        middle = frame.wcs.pixel_to_world(63.5, 127.5)
        assert middle.separation(middle.__class__(row["ra"], row["dec"])).arcsec < 0.2
        assert frame.zero_point == pytest.approx(row["zero_point"].value)
    turned = frames[frames["chip"] == "CCD2"]["frame"][0]
    wcs = read_frame(tiny_mosaic / "reduced" / "field1" / turned).wcs
    assert abs(wcs.wcs.get_pc()[0, 1]) > abs(wcs.wcs.get_pc()[0, 0])
