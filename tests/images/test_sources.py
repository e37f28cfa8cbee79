"""Sources: places, fluxes, widths and shapes as they were drawn."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from astropy.time import Time
from scipy.spatial import cKDTree

from astrolib.images import background, detect, find_sources, read_frame
from astrolib.images.mesh import background_between
from astrolib.images.source_table import SOURCE
from astrolib.images.sources import EDGE, SATURATED
from astrolib.sky.nights.psf import Psf


def _matched(found, stars):
    distance, star = cKDTree(np.c_[stars.x, stars.y]).query(np.c_[found.shape.x, found.shape.y])
    near = (distance < 1.5) & found.stars
    return np.flatnonzero(near), star[near]


@pytest.mark.parametrize(
    "psf",
    [Psf(3.2, 0.02, 0.3, 30.0), Psf(3.6, 0.15, 2.0, 2.5), Psf(4.6, 0.10, 0.7, 4.0), Psf(2.6, 0.0, 0.0, 3.0)],
    ids=["Gaussian", "wings", "wide", "sharp"],
)
def test_stars_are_measured_as_they_were_drawn(stars, psf):
    drawn = stars(psf)
    noise = np.full(drawn.data.shape, drawn.noise, dtype=np.float32)
    found = find_sources(drawn.data, noise, gain=2.0)
    rows, star = _matched(found, drawn)
    assert len(rows) > 80
    assert found.fwhm == pytest.approx(psf.fwhm, rel=0.03)
    bright = drawn.flux[star] > 10_000
    assert np.median(found.shape.ellipticity[rows][bright]) == pytest.approx(psf.ellipticity, abs=0.02)
    if psf.ellipticity > 0.05:
        turned = found.shape.theta[rows][bright] - psf.theta
        assert abs(np.degrees(np.angle(np.mean(np.exp(2j * turned))) / 2)) < 3
    away = np.r_[found.shape.x[rows] - drawn.x[star], found.shape.y[rows] - drawn.y[star]]
    assert np.median(np.abs(away)) < 0.03
    assert np.median(found.flux[rows] / drawn.flux[star]) == pytest.approx(1, abs=0.02)


def test_errors_of_fluxes_are_honest(stars):
    drawn = stars(Psf(3.4, 0.05, 1.0, 3.5), count=120, faintest=2.8)
    noise = np.full(drawn.data.shape, drawn.noise, dtype=np.float32)
    found = find_sources(drawn.data, noise, gain=2.0)
    rows, star = _matched(found, drawn)
    pull = (found.flux[rows] - drawn.flux[star]) / found.flux_err[rows]
    assert 0.6 < 1.4826 * np.median(np.abs(pull - np.median(pull))) < 1.7


def test_angles_run_east_of_north_and_widths_are_on_the_sky(stars, frame, projection):
    drawn = stars(Psf(4.0, 0.3, np.radians(30), 4.0), count=60)
    for turn in (0.0, 70.0):
        made = frame(drawn.data + 400, projection(turn=turn, side=drawn.data.shape))
        table = SOURCE.check(detect(made))
        bright = table[(table["flags"] == 0) & (table["snr"] > 100)]
        # east is left: 30 degrees from +x towards +y is 60 from north towards the west, 120 east of north
        mean = np.degrees(np.angle(np.mean(np.exp(2j * bright["theta"].to_value("rad")))) / 2) % 180
        assert abs((mean - (120 + turn) + 90) % 180 - 90) < 3
        assert np.median(bright["fwhm"].to_value("arcsec")) == pytest.approx(4.0 * 0.333, rel=0.05)
        assert np.allclose(bright["mag"].value, 29 - 2.5 * np.log10(bright["flux"].value))


def test_saturated_and_cut_sources_are_flagged(stars, frame):
    drawn = stars(Psf(3.5, 0.0, 0.0, 3.0), count=80)
    noise = np.full(drawn.data.shape, drawn.noise, dtype=np.float32)
    found = find_sources(drawn.data[:, 3:].copy(), noise[:, 3:].copy(), gain=2.0, saturate=3000.0)
    assert (found.flags[found.peak > 3000] & SATURATED).all()
    assert not (found.flags[found.peak < 2000] & SATURATED).any()
    cut = np.abs(found.shape.x - (drawn.x.min() - 3)) < 1
    assert (drawn.x.min() > 8) or (found.flags[cut] & EDGE).any()


def test_an_empty_frame_has_no_sources(frame):
    data = np.random.default_rng(1).normal(300, 5, (200, 200)).astype(np.float32)
    table = detect(frame(data), threshold=6.0)
    assert len(SOURCE.check(table)) == 0


def test_the_sky_follows_a_gradient():
    y, x = np.mgrid[:512, :512]
    true = 300 + 0.05 * x + 0.02 * y
    data = np.random.default_rng(2).normal(true, 7).astype(np.float32)
    level, noise = background(data)
    assert np.abs(level - true)[64:-64, 64:-64].max() < 3
    assert np.median(noise) == pytest.approx(7, rel=0.05)


def test_asteroids_are_where_they_were(shared):
    folder = shared / "data" / "asteroids"
    with (folder / "truth_shared.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 4
    for row in rows:
        frame = read_frame(folder / "neowise" / row["frame"])
        table = detect(frame)
        x, y = (float(row[name]) for name in ("x0_pred", "y0_pred"))
        away = np.hypot(table["x"].value - x, table["y"].value - y)
        assert away.min() < 0.5
        assert table["snr"][np.argmin(away)] > 8
        told = Time(row["mid_utc"].replace(" ", "T"), scale="utc")
        assert abs((frame.mid - told).to_value("s")) < 0.01


@pytest.mark.parametrize("beta", [2.5, 4.0])
def test_the_light_in_the_aperture_is_that_of_the_stars_and_not_of_a_gaussian(stars, beta):
    made = stars(Psf(3.6, 0.05, 0.0, beta), faintest=4.0)
    noise = np.full_like(made.data, made.noise)
    found = find_sources(made.data, noise, gain=2.0)
    alpha2 = (3.6 / 2) ** 2 / (2 ** (1 / beta) - 1)
    inside = 1 - (1 + (0.68 * 3.6) ** 2 / alpha2) ** (1 - beta)
    assert abs(found.inside - inside) < 0.03


@pytest.mark.parametrize("count", [6, 12])
def test_few_stars_are_as_wide_and_have_the_wings_that_stars_usually_have(stars, count):
    ratios = []
    for seed in range(6):
        drawn = stars(Psf(3.6, 0.05, 0.3, 3.0), count=count, seed=seed, side=300, faintest=4.0)
        found = find_sources(drawn.data, np.full_like(drawn.data, drawn.noise), gain=2.0)
        rows, star = _matched(found, drawn)
        assert found.fwhm == pytest.approx(3.65, rel=0.04)
        ratios.append(found.flux[rows] / drawn.flux[star])
    assert abs(np.median(np.concatenate(ratios)) - 1) < 0.03


def test_the_sky_between_many_stars_is_not_too_high(stars):
    drawn = stars(Psf(2.9, 0.05, 0.0, 3.0), count=450, faintest=2.5)
    nothing = np.zeros(drawn.data.shape, dtype=bool)
    first = background(drawn.data)
    level, noise = background_between(drawn.data, nothing, first, 2.9)
    assert abs(np.median(level)) < 0.5 * np.median(first[0])
    assert abs(np.median(level)) < 0.03 * drawn.noise
    assert np.median(noise) == pytest.approx(drawn.noise, rel=0.03)


def test_where_stars_cover_the_frame_the_sky_is_that_of_all_pixels(stars):
    drawn = stars(Psf(4.0, 0.0, 0.0, 3.0), count=9000, faintest=2.5)
    first = background(drawn.data)
    assert background_between(drawn.data, np.zeros(drawn.data.shape, dtype=bool), first, 4.0) is first
