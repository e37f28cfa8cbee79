"""A simulated raw night is reduced as well as its truth allows; bad files are lines, and the others go on."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import QTable, Table
from scipy.ndimage import binary_dilation
from scipy.spatial import cKDTree

from astrolib.collection.nights import Ledger
from astrolib.core.errors import RefusedError
from astrolib.images import (
    detect,
    read_frame,
    read_frames,
    reduce_night,
    write_page,
    write_record,
)
from astrolib.images.drawing import Series, over_the_night
from astrolib.images.page import png
from astrolib.sky.nights.night import make_night

pytestmark = pytest.mark.slow

HOSTILE = "<img src=x onerror=alert(1)>.fits"


def rng_noise(shape: tuple[int, int]) -> np.ndarray:
    """Return a sky without stars, as behind clouds."""
    return np.random.default_rng(2).normal(1500, 20, shape).astype(np.float32)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a night with its truth, and spoil copies of two of its frames."""
    folder = tmp_path_factory.mktemp("night")
    make_night(folder, seed=11, fields=2, frames=2, movers=3)
    raw = folder / "raw"
    (raw / "cut.fits").write_bytes((raw / "field1-01.fits").read_bytes()[:500_000])
    shutil.copy(raw / "field1-01.fits", raw / HOSTILE)
    with fits.open(raw / HOSTILE, mode="update") as hdus:
        hdus[0].header["CRVAL1"] += 20.0  # a field of which no star is in the catalogue
        hdus[0].header["RA"] = "11:29:14.00"
        hdus[0].header["OBJECT"] = "<script>alert(2)</script>"
    with fits.open(raw / "field2-02.fits") as hdus:
        pixels, header = hdus[0].data.astype(np.float32), hdus[0].header
        header["OBJECT"] = "gaps"
        pixels[np.random.default_rng(1).random(pixels.shape) < 0.01] = np.nan
        fits.PrimaryHDU(pixels, header).writeto(raw / "gaps.fits")
        fits.PrimaryHDU(np.where(np.isnan(pixels), 0, rng_noise(pixels.shape)), header).writeto(
            raw / "noise.fits"
        )
    shutil.copy(raw / "field1-02.fits", raw / "nogain.fits")
    with fits.open(raw / "nogain.fits", mode="update") as hdus:
        del hdus[0].header["GAIN"]
    return folder


@pytest.fixture(scope="module")
def reduced(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return out, reduce_night(made / "raw", out, made / "catalogue.ecsv", night="sim/test/2025-03-04")


@pytest.fixture(scope="module")
def truth(made):
    tables = {name: QTable.read(made / "truth" / f"{name}.ecsv") for name in ("frames", "stars")}
    return tables | {name: Table.read(made / "truth" / f"{name}.fits") for name in ("places", "hits")}


def _of(table, name):
    return table[np.char.strip(np.asarray(table["frame"], dtype=str)) == name]


def _known(done):
    return [one for one in done.frames if one.name != "gaps.fits"]


def test_pixels_that_are_no_numbers_are_masked(reduced):
    out, done = reduced
    (one,) = (one for one in done.frames if one.name == "gaps.fits")
    frame = read_frame(out / "frames" / one.name)
    assert 0.01 < frame.mask.mean() < 0.03
    assert np.isfinite(frame.data).all()
    assert one.rms < 0.06


def test_every_good_exposure_is_reduced(reduced, truth):
    out, done = reduced
    assert sorted(one.name for one in done.frames) == sorted([*truth["frames"]["frame"], "gaps.fits"])
    frames, rejected = read_frames([out / "frames" / name for name in truth["frames"]["frame"]])
    assert len(frames) == 4
    assert len(rejected) == 0
    assert {frame.station for frame in frames} == {"950"}
    told = {row["frame"]: row["obstime"] for row in truth["frames"]}
    for frame in frames:
        assert abs((frame.mid - type(frame.mid)(told[frame.name], scale="utc")).to_value("s")) < 0.01
        assert np.median(frame.uncertainty) > 0
        assert 0 < frame.mask.mean() < 0.02


def test_bad_files_are_one_line_each(reduced):
    _, done = reduced
    rows = {str(row["file"]): str(row["reason"]) for row in done.rejected}
    assert "cut short" in rows["cut.fits"]
    assert "catalogue" in rows[HOSTILE]
    assert "no gain" in rows["nogain.fits"]
    assert "match no stars of the catalogue" in rows["noise.fits"] or "asked" in rows["noise.fits"]
    assert all("\n" not in reason and "; " in reason for reason in rows.values())


def test_the_flat_is_right_to_half_a_per_cent(reduced, made):
    out, _ = reduced
    with (
        fits.open(out / "masters" / "flat-r.fits") as flat,
        fits.open(made / "truth" / "flat-CCD1.fits") as true,
    ):
        good = true["BAD"].data == 0
        share = flat[0].data[good] / true[0].data[good]
        assert np.std(share) < 0.005
        assert abs(np.mean(share) - 1) < 0.005
        assert flat["MASK"].data[~good].mean() > 0.99
        assert flat["MASK"].data[good].mean() < 0.001


def test_places_are_right_to_a_twentieth_of_an_arcsecond(reduced, truth):
    out, done = reduced
    for one in _known(done):
        frame, places = read_frame(out / "frames" / one.name), _of(truth["places"], one.name)
        stars = truth["stars"][truth["stars"]["field"] == one.field]
        table = detect(frame)
        table = table[(table["flags"] == 0) & (table["snr"] > 30)]
        away, row = cKDTree(np.c_[places["x"], places["y"]]).query(np.c_[table["x"].value, table["y"].value])
        near = away < 1.5
        star = stars[np.asarray(places["star"])[row[near]]]
        assert near.sum() > 40
        dec = table["dec"][near].to_value("deg")
        east = (table["ra"][near] - star["ra"]).to_value("arcsec") * np.cos(np.radians(dec))
        north = (table["dec"][near] - star["dec"]).to_value("arcsec")
        assert np.sqrt(np.mean(np.r_[east, north] ** 2)) < 0.05
        assert one.rms < 0.05


def test_zero_points_and_seeing_are_right(reduced, truth):
    _, done = reduced
    for one in _known(done):
        (row,) = truth["frames"][truth["frames"]["frame"] == one.name]
        assert abs(one.zero_point - row["zero_point"].value) < 0.02
        assert one.seeing == pytest.approx(row["fwhm"].value * 0.333, rel=0.04)
        assert one.ellipticity == pytest.approx(row["ellipticity"], abs=0.02)


def test_hits_are_masked_and_stars_are_not(reduced, truth):
    out, done = reduced
    found, of_stars = [], []
    for one in _known(done):
        frame, hits, places = (
            read_frame(out / "frames" / one.name),
            _of(truth["hits"], one.name),
            _of(truth["places"], one.name),
        )
        (row,) = truth["frames"][truth["frames"]["frame"] == one.name]
        noise = np.sqrt(row["sky"].value * frame.gain + frame.read_noise**2)
        strong = hits[hits["electrons"] > 5 * noise]
        found.append(frame.mask[strong["y"], strong["x"]])
        hit = np.zeros(frame.data.shape, dtype=bool)
        hit[hits["y"], hits["x"]] = True
        with fits.open(out / "masters" / "flat-r.fits") as flat:
            hit |= flat["MASK"].data > 0
        star = np.zeros(frame.data.shape, dtype=bool)
        bright = places[(places["adu"] > 3000) & (places["adu"] < 3e5)]
        for x, y in zip(np.rint(bright["x"]).astype(int), np.rint(bright["y"]).astype(int), strict=True):
            star[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4] = True
        of_stars.append(frame.mask[star & ~binary_dilation(hit, np.ones((3, 3)))])
    assert np.mean(np.concatenate(found)) >= 0.95
    assert np.mean(np.concatenate(of_stars)) < 1e-3


def test_the_page_stands_alone_and_shows_hostile_names_as_text(reduced):
    out, done = reduced
    write_page(done, out / "night.html")
    page = (out / "night.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;.fits" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    assert page.count("<details>") == len(done.frames)
    assert "prefers-color-scheme: dark" in page


def test_what_could_not_be_measured_of_one_frame_is_no_figure_of_the_night(reduced, tmp_path):
    _, done = reduced
    lost = replace(done.frames[0], seeing=np.nan, depth=np.nan, ellipticity=np.nan, sky=np.inf)
    write_page(replace(done, frames=[lost, *done.frames[1:]]), tmp_path / "night.html")
    page = (tmp_path / "night.html").read_text()
    assert not re.search(r"\b(nan|inf)\b", page)
    assert "<dt>seeing</dt><dd>-</dd>" in page


def test_the_ledger_takes_the_night_in_once(reduced, tmp_path):
    _, done = reduced
    write_record(done, tmp_path / "ledger.sqlite")
    ledger = Ledger(tmp_path / "nights.sqlite")
    assert ledger.take_in(tmp_path / "ledger.sqlite") > 0
    assert ledger.take_in(tmp_path / "ledger.sqlite") == 0
    night = ledger.night("sim/test/2025-03-04", "somebody")
    frames = {frame.name: frame for frame in ledger.frames(night)}
    assert frames["field1-01.fits"].state == "reduced"
    assert frames["field1-01.fits"].facts["products"] == ["field1-01.fits"]
    assert frames["bias-01.fits"].state == "loaded"
    assert "no gain" in frames["nogain.fits"].facts["rejected"]
    assert ledger.entry(night).state == "reduced"


def test_raw_files_of_one_name_are_told_apart(made, tmp_path):
    for number in (1, 2):
        (tmp_path / f"night {number}").mkdir()
        shutil.copy(made / "raw" / f"field1-0{number}.fits", tmp_path / f"night {number}" / "a b.fits")
    shutil.copy(made / "raw" / "nogain.fits", tmp_path / "no gain.fits")
    done = reduce_night(tmp_path, tmp_path / "out", made / "catalogue.ecsv")
    write_record(done, tmp_path / "ledger.sqlite")
    ledger = Ledger(tmp_path / "nights.sqlite")
    ledger.take_in(tmp_path / "ledger.sqlite")
    frames = ledger.frames(ledger.night(done.name, "somebody"))
    assert [one.facts.get("products") for one in frames if one.name == "a b.fits"] in (
        [["a_b.fits"], ["a_b-2.fits"]],
        [["a_b-2.fits"], ["a_b.fits"]],
    )
    assert ["no gain" in one.facts["rejected"] for one in frames if one.name == "no gain.fits"] == [True]


def test_a_folder_without_frames_is_refused(made, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RefusedError, match="no FITS files"):
        reduce_night(tmp_path / "empty", tmp_path / "out", made / "catalogue.ecsv")
    assert not (tmp_path / "out").exists()


def test_a_night_without_calibrations_says_so(made, tmp_path):
    (tmp_path / "raw").mkdir()
    shutil.copy(made / "raw" / "field1-01.fits", tmp_path / "raw")
    done = reduce_night(tmp_path / "raw", tmp_path / "out", made / "catalogue.ecsv")
    (frame,) = done.frames
    assert frame.notes == ("no bias", "no dark", "no flat in r")
    assert len(done.masters) == 0


@pytest.mark.parametrize("flip", [False, True])
def test_a_pointing_and_the_size_of_a_pixel_are_enough(made, tmp_path, flip):
    (tmp_path / "raw").mkdir()
    with fits.open(made / "raw" / "field1-01.fits") as hdus:
        pixels, header = hdus[0].data.copy(), hdus[0].header.copy()
    for key in [key for key in header if key.startswith(("CTYPE", "CRVAL", "CRPIX", "PC", "CD", "CUNIT"))]:
        del header[key]
    header["XPIXSZ"], header["FOCALLEN"] = 9.0, 9.0 / 1000 / 0.333 * 206_264.8
    pixels = pixels[:, ::-1] if flip else pixels
    if flip:
        header["TRIMSEC"], header["BIASSEC"] = "[41:1064,1:1024]", "[1:40,1:1024]"
    fits.PrimaryHDU(pixels, header).writeto(tmp_path / "raw" / "a.fits")
    done = reduce_night(tmp_path / "raw", tmp_path / "out", made / "catalogue.ecsv")
    (frame,) = done.frames
    assert frame.rms < 0.05
    header.remove("XPIXSZ")
    fits.PrimaryHDU(pixels, header).writeto(tmp_path / "raw" / "b.fits")
    done = reduce_night(tmp_path / "raw", tmp_path / "out", made / "catalogue.ecsv")
    assert [frame.raw for frame in done.frames] == ["a.fits"]
    assert "no WCS (CTYPE1, CTYPE2), and no pointing" in str(done.rejected["reason"][0])


def test_figures_are_drawn_of_few_and_of_unknown_values():
    one = Series("<r>", np.array([1.0]), np.array([np.nan]), np.array([np.nan]))
    assert "<circle" not in over_the_night([one], "seeing")
    assert (
        over_the_night([Series("r", np.array([1.0, 2.0]), np.array([3.0, 3.0]))], "depth").count("<circle")
        == 2
    )


def test_a_small_picture_is_a_png():
    content = png(np.arange(12, dtype=np.uint8).reshape(3, 4))
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content[16:24] == b"\x00\x00\x00\x04\x00\x00\x00\x03"
