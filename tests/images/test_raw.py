"""Raw files become chips, and the chips' calibration frames become masters."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from astrolib.collection.nights import read_header_map
from astrolib.core.errors import AstrolibError
from astrolib.images import make_masters, open_chips
from astrolib.images.master_files import check_calibration, masters_of, same_chip
from astrolib.images.overscan import overscan_level
from astrolib.images.raw import RawChip

NY, NX, STRIP = 120, 100, 20


def raw(path: Path, light: float, kind: str, *, seed: int = 0, chips: int = 1, **cards: object) -> Path:
    """Write a raw file: a level that rises along the rows, light, and a column that sees half of it."""
    rng = np.random.default_rng(seed)
    units: list[fits.PrimaryHDU | fits.ImageHDU] = [] if chips == 1 else [fits.PrimaryHDU()]
    for chip in range(chips):
        pixels = np.full((NY, NX + STRIP), 1000.0) + np.arange(NY)[:, None] * 0.2
        response = np.ones((NY, NX))
        response[:, 30] = 0.3
        pixels[:, :NX] += light * (chip + 1) * response
        pixels[:, 50] += 7  # a structure of the bias
        pixels += rng.normal(0, 2, pixels.shape)
        header = fits.Header(
            {"TRIMSEC": f"[1:{NX},1:{NY}]", "BIASSEC": f"[{NX + 1}:{NX + STRIP},1:{NY}]", "GAIN": 2.0}
        )
        values = np.clip(np.rint(pixels), 0, 65535).astype(np.uint16)
        unit = (
            fits.PrimaryHDU(values, header) if chips == 1 else fits.ImageHDU(values, header, name=f"C{chip}")
        )
        units.append(unit)
    units[0].header.update({"IMAGETYP": kind, "EXPTIME": 10.0, "FILTER": "r", **cards})
    fits.HDUList(units).writeto(path)
    return path


def test_the_level_of_the_electronics_is_gone(tmp_path):
    (chip,) = open_chips(raw(tmp_path / "a.fits", 500.0, "object"))
    assert chip.shape == (NY, NX)
    assert chip.name == ""
    pixels = chip[slice(None)]
    assert np.median(pixels, axis=1) == pytest.approx(np.full(NY, 500.0), abs=1.5)
    assert (chip[20:40] == pixels[20:40]).all()


def test_a_mosaic_is_its_chips_by_name(tmp_path):
    chips = open_chips(raw(tmp_path / "m.fits", 500.0, "object", chips=3))
    assert [chip.label for chip in chips] == ["m.fits C0", "m.fits C1", "m.fits C2"]
    assert [round(float(np.median(chip[:])), -1) for chip in chips] == [500, 1000, 1500]
    assert {chip.header.exposure for chip in chips} == {10.0}


def test_an_overscan_above_the_image_is_a_row():
    level = overscan_level(
        np.full((10, 80), 5.0, dtype=np.float32), (slice(60, 70), slice(0, 80)), (slice(0, 60), slice(10, 80))
    )
    assert level.shape == (1, 70)
    assert level == pytest.approx(5)


def test_each_amplifier_has_the_level_of_its_own_overscan(tmp_path):
    rng = np.random.default_rng(1)
    rows = np.arange(NY)[:, None]
    left, right = 1000 + 0.5 * rows, 1400 - 0.3 * rows
    parts = [(left, 10), (left + 200, NX // 2), (right + 200, NX // 2), (right, 10)]
    pixels = np.concatenate([np.broadcast_to(level, (NY, width)) for level, width in parts], axis=1)
    pixels = np.rint(pixels + rng.normal(0, 1, pixels.shape)).astype(np.uint16)
    cards = {"BSEC1": f"[1:10,1:{NY}]", "TSEC1": f"[11:60,1:{NY}]", "BSEC2": f"[111:120,{NY}:1]"}
    fits.PrimaryHDU(pixels, fits.Header({"IMAGETYP": "object", "GAIN": 2.0, **cards})).writeto(
        tmp_path / "two.fits"
    )
    (tmp_path / "mine.toml").write_text(
        f'extends = "standard"\n[detector]\namplifiers = [["BSEC1", "TSEC1"], ["BSEC2", "[61:110,1:{NY}]"]]\n'
    )
    (chip,) = open_chips(tmp_path / "two.fits", read_header_map(tmp_path / "mine.toml"))
    assert chip.shape == (NY, NX)
    assert chip[:].mean(axis=0) == pytest.approx(np.full(NX, 200.0), abs=1)
    assert chip[:].mean(axis=1) == pytest.approx(np.full(NY, 200.0), abs=1)
    assert (chip[33:50] == chip[:][33:50]).all()


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ('[["BSEC1", "TSEC1"]]', "an amplifier has 'BSEC1' and 'TSEC1'"),
        ('[["[101:110,1:120]", "[1:50,1:120]"], ["[111:120,1:120]", "[61:100,1:120]"]]', "leave a gap"),
        ('[["[101:110,1:120]", "[1:50,1:120]"], ["[111:130,1:120]", "[51:100,1:120]"]]', "reaches outside"),
    ],
)
def test_amplifiers_that_do_not_make_an_image_are_refused(tmp_path, pairs, said):
    (tmp_path / "mine.toml").write_text(f'extends = "standard"\n[detector]\namplifiers = {pairs}\n')
    path = raw(tmp_path / "a.fits", 500.0, "object")
    with pytest.raises(AstrolibError, match=said):
        open_chips(path, read_header_map(tmp_path / "mine.toml"))


def test_saturated_pixels_are_known(tmp_path):
    (chip,) = open_chips(raw(tmp_path / "s.fits", 59_500.0, "object", SATURATE=60_000.0))
    assert chip.saturated()[:, 31:49].all()
    assert not chip.saturated()[:, 30].any()


def test_sections_that_reach_outside_are_refused(tmp_path):
    path = raw(tmp_path / "a.fits", 500.0, "object", TRIMSEC=f"[1:{NX + 900},1:{NY}]")
    with pytest.raises(AstrolibError, match=r"^a.fits: its trim section reaches outside"):
        open_chips(path)


@pytest.mark.parametrize("section", ["garbage", "[0:0,0:0]", "[1:0,1:120]", "[1:20]"])
def test_an_overscan_that_cannot_be_read_is_not_taken_for_none(tmp_path, section):
    path = raw(tmp_path / "a.fits", 500.0, "object", BIASSEC=section)
    with pytest.raises(AstrolibError, match=r"^a\.fits: the overscan is '.*write it as \[x1:x2,y1:y2\]"):
        open_chips(path)


def test_a_frame_is_read_alike_however_it_is_packed(tmp_path):
    plain = raw(tmp_path / "a.fits", 500.0, "object")
    with fits.open(plain) as hdus:
        header = hdus[0].header.copy()
        for key in ("BZERO", "BSCALE"):
            header.remove(key, ignore_missing=True)
        packed = fits.CompImageHDU(hdus[0].data, header, compression_type="RICE_1")
        fits.HDUList([fits.PrimaryHDU(), packed]).writeto(tmp_path / "fpack-without-its-suffix.fits")
    (tmp_path / "gzip-without-its-suffix.fits").write_bytes(gzip.compress(plain.read_bytes()))
    (chip,) = open_chips(plain)
    for name in ("fpack-without-its-suffix.fits", "gzip-without-its-suffix.fits"):
        (other,) = open_chips(tmp_path / name)
        assert (other.name, same_chip(other)) == ("", same_chip(chip))
        assert (other[:] == chip[:]).all()


def test_chips_of_one_name_are_told_apart(tmp_path):
    path = raw(tmp_path / "m.fits", 500.0, "object", chips=2)
    with fits.open(path, mode="update") as hdus:
        for hdu in hdus[1:]:
            hdu.name = "CCD"
    assert [chip.name for chip in open_chips(path)] == ["CCD-0", "CCD-1"]


def test_frames_calibrate_those_of_their_binning_and_overscan_alone(tmp_path):
    (bias,) = open_chips(raw(tmp_path / "bias.fits", 0.0, "bias"))
    made = {same_chip(bias): make_masters([bias], [], {})}
    (alike,) = open_chips(raw(tmp_path / "a.fits", 500.0, "object", XBINNING=1, YBINNING=1))
    (binned,) = open_chips(raw(tmp_path / "b.fits", 500.0, "object", XBINNING=2, YBINNING=2))
    (whole,) = open_chips(raw(tmp_path / "c.fits", 500.0, "object", BIASSEC=""))
    assert masters_of(alike, made).bias is not None
    assert masters_of(binned, made).bias is None
    with pytest.raises(AstrolibError, match=r"^c\.fits: it has no overscan \(BIASSEC\).* have one; write"):
        masters_of(whole, made)


def test_chips_that_have_files_of_their_own_are_told_apart(tmp_path):
    (one,) = open_chips(raw(tmp_path / "a.fits", 500.0, "flat", **{"HIERARCH ESO DET CHIP1 ID": "CCID20-3"}))
    (other,) = open_chips(
        raw(tmp_path / "b.fits", 500.0, "flat", **{"HIERARCH ESO DET CHIP1 ID": "CCID20-6"})
    )
    assert same_chip(one) != same_chip(other)
    assert one.name == other.name == ""


def test_darks_that_hold_the_bias_are_not_scaled(tmp_path):
    def without_overscan(name: str, light: float, kind: str, seconds: float) -> RawChip:
        return open_chips(raw(tmp_path / name, light, kind, BIASSEC="", EXPTIME=seconds))[0]

    darks = [without_overscan(f"d{seconds:g}.fits", seconds, "dark", seconds) for seconds in (10.0, 60.0)]
    masters = make_masters([], darks, {})
    for seconds, said in ((60.0, []), (10.0, []), (50.0, ["no bias, and a dark of 60 s for 50 s"])):
        science = without_overscan(f"s{seconds:g}.fits", 300.0 + seconds, "object", seconds)
        assert np.median(masters.without_bias(science)) == pytest.approx(300, abs=12)
        assert masters.lacking(seconds) == said


def test_darks_of_flats_do_not_spoil_the_rate(tmp_path):
    def dark(number: int, light: float, seconds: float) -> RawChip:
        return open_chips(raw(tmp_path / f"{number}.fits", light, "dark", seed=number, EXPTIME=seconds))[0]

    bias = [open_chips(raw(tmp_path / f"b{n}.fits", 0.0, "bias", seed=50 + n))[0] for n in range(5)]
    darks = [dark(n, 50.0, 300.0) for n in range(3)] + [dark(10 + n, 0.2, 1.0) for n in range(9)]
    rate = make_masters(bias, darks, {}).dark.mean
    assert np.median(rate) == pytest.approx(50 / 300, abs=0.01)
    assert np.std(np.delete(rate, 30, axis=1)) < 0.02


def test_a_raw_file_that_was_cut_short_is_refused(tmp_path):
    path = raw(tmp_path / "a.fits", 500.0, "object")
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(AstrolibError, match="cut short"):
        open_chips(path)


@pytest.fixture
def calibrations(tmp_path):
    def chips(kind: str, light: list[float]) -> list:
        return [
            open_chips(raw(tmp_path / f"{kind}{number}.fits", level, kind, seed=number))[0]
            for number, level in enumerate(light)
        ]

    return chips


def test_masters_take_out_what_they_hold(calibrations, tmp_path):
    masters = make_masters(
        calibrations("bias", [0.0] * 7),
        calibrations("dark", [50.0] * 5),
        {"r": calibrations("flat", [20_000.0, 18_000, 16_000, 22_000, 19_000])},
    )
    assert np.median(masters.bias.mean[:, 50]) == pytest.approx(7, abs=1)
    assert np.median(masters.dark.mean) == pytest.approx(5.0, abs=0.1)  # ADU a second
    flat = masters.flats["r"].mean
    assert np.median(flat) == pytest.approx(1.0)
    assert np.std(np.delete(flat, 30, axis=1)) < 0.005
    assert masters.bad[:, 30].all()
    assert np.delete(masters.bad, 30, axis=1).mean() < 0.002
    (science,) = open_chips(raw(tmp_path / "a.fits", 550.0, "object", seed=99))
    assert np.median(masters.without_bias(science)) == pytest.approx(500, abs=1)


def test_a_column_of_no_numbers_is_bad_and_spoils_no_other(tmp_path):
    def spoilt(name: str, light: float, kind: str) -> RawChip:
        path = raw(tmp_path / name, light, kind)
        with fits.open(path) as hdus:
            pixels, header = hdus[0].data.astype(np.float32), hdus[0].header
            for key in ("BZERO", "BSCALE"):
                header.remove(key, ignore_missing=True)
            pixels[:, 60] = np.nan
            fits.PrimaryHDU(pixels, header).writeto(path, overwrite=True)
        return open_chips(path)[0]

    bias = [spoilt(f"b{number}.fits", 0.0, "bias") for number in range(3)]
    flat = [spoilt(f"f{number}.fits", 20_000.0, "flat") for number in range(3)]
    masters = make_masters(bias, [], {"r": flat})
    assert masters.bad[:, 60].all()
    assert not masters.bad[:, 70:].any()
    assert np.nanmedian(masters.flats["r"].mean) == pytest.approx(1)


def test_a_calibration_frame_without_a_number_is_refused(tmp_path):
    pixels = np.full((60, 50), np.nan, dtype=np.float32)
    fits.PrimaryHDU(pixels, fits.Header({"IMAGETYP": "bias", "EXPTIME": 0.0})).writeto(tmp_path / "n.fits")
    (chip,) = open_chips(tmp_path / "n.fits")
    with pytest.raises(AstrolibError, match=r"^n\.fits: no pixel is a finite number; leave it out"):
        check_calibration(chip)


def test_a_night_without_calibrations_has_empty_masters():
    masters = make_masters([], [], {})
    assert (masters.bias, masters.dark, masters.flats, masters.bad) == (None, None, {}, None)


def test_a_dark_without_an_exposure_and_a_flat_without_light_are_refused(tmp_path):
    (dark,) = open_chips(raw(tmp_path / "d.fits", 50.0, "dark", EXPTIME=0.0))
    with pytest.raises(AstrolibError, match=r"^d\.fits: a dark of 0\.0 s"):
        check_calibration(dark)
    (flat,) = open_chips(raw(tmp_path / "f.fits", -300.0, "flat"))
    with pytest.raises(AstrolibError, match=r"^f\.fits: a flat without light"):
        check_calibration(flat)
    check_calibration(open_chips(raw(tmp_path / "b.fits", 0.0, "bias", EXPTIME=0.0))[0])
