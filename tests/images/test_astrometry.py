"""Frames are placed on the sky from a rough WCS; stars are where they were at the time of the frame."""

from __future__ import annotations

import re
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from astropy.table import Table
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import UnreadableFileError
from astrolib.images import read_reference, solve
from astrolib.images.matching import pairs, similarity
from astrolib.images.reference import Reference
from astrolib.images.tangent import deproject, gnomonic

MID = Time("2026-11-21T03:00:00", scale="utc")
SHAPE = (1500, 1000)
BEND = 2e-9  # outward displacement over the third power of the distance [pixel^-2]


def sky(projection, x, y, ra=150.0, dec=20.0):
    """Return true places of pixels through a distorted projection."""
    wcs = projection(ra, dec, turn=2.0, side=SHAPE)
    u, v = x - SHAPE[1] / 2 - 300, y - SHAPE[0] / 2
    bend = BEND * (u**2 + v**2)
    return wcs.all_pix2world(x + u * bend, y + v * bend, 0)


def field(projection, seed=1, count=300, moving=30.0, **place):
    """Return places, errors and the reference catalogue of a field, a third of the sources unknown."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-200, SHAPE[1] + 200, count), rng.uniform(-200, SHAPE[0] + 200, count)
    ra, dec = sky(projection, x, y, **place)
    mag = rng.uniform(14, 20, count)
    pmra, pmdec = rng.normal(0, moving, (2, count))
    years = MID.tcb.jyear - 2016.0
    then = ra - pmra * years / 3.6e6 / np.cos(np.radians(dec)), dec - pmdec * years / 3.6e6
    known = {"phot_g_mean_mag": mag}
    reference = Reference(then[0] % 360, then[1], pmra, pmdec, np.full(count, 2016.0), known)
    inside = (x > 0) & (y > 0) & (x < SHAPE[1]) & (y < SHAPE[0]) & (rng.random(count) < 0.8)
    error = 0.03 * 10 ** (0.2 * (mag[inside] - 16))
    places = np.c_[x, y][inside] + rng.normal(0, 1, (inside.sum(), 2)) * error[:, None]
    strangers = rng.uniform(0, 1, (inside.sum() // 3, 2)) * SHAPE[::-1]
    order = np.argsort(np.r_[mag[inside], rng.uniform(14, 20, len(strangers))])
    errors = np.r_[error, np.full(len(strangers), 0.1)]
    return np.r_[places, strangers][order], errors[order], reference


def rough(projection, east=0.0, north=0.0, turn=0.0, scale=1.0, ra=150.0, dec=20.0):
    wcs = projection(ra + east / 3600 / np.cos(np.radians(dec)), dec + north / 3600, 2.0 + turn, SHAPE)
    wcs.wcs.cd *= scale
    wcs.wcs.set()
    return wcs


WRONG: dict[str, dict[str, Any]] = {
    "right": {},
    "an arcminute off": {"east": 60.0, "north": -45.0},
    "turned and scaled": {"east": 20.0, "turn": 1.5, "scale": 1.01},
    "far off": {"east": -120.0, "north": 100.0, "turn": -3.0, "scale": 0.97},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_frame_is_placed_from_a_rough_wcs(projection, wrong):
    places, errors, reference = field(projection)
    found = solve(places, errors, reference, rough(projection, **WRONG[wrong]), MID, SHAPE, "a.fits")
    x, y = (each.ravel() for each in np.meshgrid(np.linspace(0, 999, 9), np.linspace(0, 1499, 9)))
    ra, dec = sky(projection, x, y)
    got = found.wcs.all_pix2world(x, y, 0)
    away = np.r_[(got[0] - ra) * np.cos(np.radians(dec)), got[1] - dec] * 3600
    assert np.sqrt(np.mean(away**2)) < 0.02
    assert found.order == 3
    assert found.rms < 0.05
    back = found.wcs.all_world2pix(*got, 0)
    assert np.abs(np.r_[back[0] - x, back[1] - y]).max() < 1e-3


def test_the_inverse_distortion_is_good_to_a_twentieth_of_a_pixel(projection):
    places, errors, reference = field(projection)
    wcs = solve(places, errors, reference, rough(projection), MID, SHAPE, "a.fits").wcs
    x, y = np.array([5.0, 990, 500]), np.array([10.0, 1490, 20])
    flat = np.array(wcs.wcs_world2pix(*wcs.all_pix2world(x, y, 0), 0)).T
    offset = flat - (wcs.wcs.crpix - 1)
    bent = [np.polynomial.polynomial.polyval2d(*offset.T, each) for each in (wcs.sip.ap, wcs.sip.bp)]
    assert np.abs(flat + np.array(bent).T - np.c_[x, y]).max() < 0.05


@pytest.mark.parametrize(("ra", "dec"), [(0.001, 5.0), (359.99, -60.0), (200.0, 85.0)])
def test_anywhere_on_the_sky(projection, ra, dec):
    places, errors, reference = field(projection, ra=ra, dec=dec)
    found = solve(places, errors, reference, rough(projection, 30.0, ra=ra, dec=dec), MID, SHAPE, "a.fits")
    assert found.rms < 0.05
    assert len(found.star) > 100


def test_proper_motions_are_needed(projection):
    places, errors, reference = field(projection, moving=60.0)
    still = Reference(**{**vars(reference), "pmra": 0 * reference.ra, "pmdec": 0 * reference.ra})
    with_motion, without = (
        solve(places, errors, each, rough(projection), MID, SHAPE, "a.fits") for each in (reference, still)
    )
    assert with_motion.rms < 0.05 < without.rms


def test_few_stars_give_a_simple_solution(projection):
    places, errors, reference = field(projection, count=40)
    found = solve(places, errors, reference, rough(projection), MID, SHAPE, "a.fits")
    assert found.order == 1
    assert found.wcs.sip is None


def test_a_bright_star_that_is_wrong_does_not_lead(projection):
    for seed in range(1, 7):
        places, errors, reference = field(projection, count=75, seed=seed)
        places[0] += [1.6, -1.2]  # it bleeds, or is double, and claims to be known best
        errors[0] = 0.005
        found = solve(places, errors, reference, rough(projection, 20.0), MID, SHAPE, "a.fits")
        assert 0 not in found.source
        assert found.rms < 0.06


def test_a_crowd_whose_brightest_stars_are_saturated_is_matched():
    rng = np.random.default_rng(5)
    stars = rng.uniform(0, 1000, (700, 2))  # the brightest first
    measured = stars[150:400] + np.array([12.0, -7.0])
    found = similarity(measured, stars, 50.0)
    assert found is not None
    assert np.allclose(found(stars[150:400]), measured, atol=1e-6)


def test_another_field_is_refused(projection):
    places, errors, _ = field(projection)
    _, _, other = field(projection, seed=2)
    with pytest.raises(UnreadableFileError, match=r"^a.fits: its \d+ sources match no stars"):
        solve(places, errors, other, rough(projection), MID, SHAPE, "a.fits")
    far = Reference(**{**vars(other), "ra": other.ra + 5})
    with pytest.raises(UnreadableFileError, match=r"^a.fits: 0 stars of the catalogue about it; check"):
        solve(places, errors, far, rough(projection), MID, SHAPE, "a.fits")


def test_noise_matches_nothing():
    rng = np.random.default_rng(3)
    for _ in range(20):
        sources, stars = rng.uniform(0, 1000, (2, 150, 2))
        assert similarity(sources, stars, 300.0) is None


def test_pairs_are_each_others_nearest():
    stars = np.array([[0.0, 0.0], [1.0, 0.0], [50.0, 50.0]])
    sources = np.array([[0.9, 0.0], [80.0, 80.0]])
    star, source = pairs(stars, sources, 3.0)
    assert (star.tolist(), source.tolist()) == ([1], [0])


@given(st.floats(0, 360, exclude_max=True), st.floats(-89, 89), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_tangent_plane_is_left_as_it_was_entered(ra, dec, xi, eta):
    origin = np.array([ra, dec])
    place = deproject(np.array([xi, eta]), origin)
    assert np.allclose(gnomonic(place[:1], place[1:], origin)[0], [xi, eta], atol=1e-9)


@pytest.mark.parametrize("form", ["ascii.ecsv", "ascii.csv", "votable", "fits"])
def test_catalogues_of_every_form_are_read(tmp_path, form):
    table = Table({"source_id": [1, 2, 3], "RA": [10.0, 11.0, np.nan], "DEC": [1.0, 2.0, 3.0]})
    table["pmra"], table["pmdec"] = [100.0, np.nan, 0.0], [-50.0, 0.0, 0.0]
    table["ref_epoch"], table["r_mag"] = [2016.0, 2016.0, 2016.0], [15.0, 16.0, 17.0]
    path = tmp_path / "stars"
    table.write(path, format=form)
    found = read_reference(path)
    ra, dec = found.at(Time(2026.0, format="jyear", scale="tcb"))
    assert len(found) == 2  # the third has no place
    assert np.allclose(ra, [10 + 1000 / 3.6e6 / np.cos(np.radians(1)), 11], atol=1e-10)
    assert np.allclose(dec, [1 - 500 / 3.6e6, 2], atol=1e-10)
    assert found.magnitude("r")[1] == "r_mag"
    assert found.magnitude("i")[1] == ""


def test_a_catalogue_of_vizier_in_other_units_is_read(tmp_path):
    table = Table({"RA_ICRS": [0.5] * u.rad, "DE_ICRS": [0.1] * u.rad, "pmDE": [0.1] * u.arcsec / u.yr})
    table["Gmag"], table["BP-RP"] = [15.0], [0.8]
    table.write(tmp_path / "stars.vot", format="votable")
    found = read_reference(tmp_path / "stars.vot")
    assert np.allclose([found.ra, found.dec], np.degrees([[0.5], [0.1]]))
    assert found.pmdec == pytest.approx(100)
    assert found.magnitude("r")[1] == "r from G and BP - RP"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ra,dec\n", "none of its 0 rows has a place"),
        ("ra,dec\n10,200\n", "none of its 1 rows has a place"),
        ("ra,dec,ref_epoch\n10,20,2457389\n", "an epoch (ref_epoch) that can be; give degrees, and Julian"),
        ("ra,dec\n10h,20d\n", "no numbers in ra and dec"),
    ],
)
def test_a_catalogue_without_a_place_is_refused_before_anything_is_reduced(tmp_path, text, said):
    (tmp_path / "stars.csv").write_text(text)
    with pytest.raises(UnreadableFileError, match=re.escape(said)):
        read_reference(tmp_path / "stars.csv")


def test_a_catalogue_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file; give the file of a catalogue"):
        read_reference(tmp_path)


def test_a_magnitude_in_r_follows_from_gaias():
    known = {"phot_g_mean_mag": np.array([15.0, 15.0]), "bp_rp": np.array([0.8, 9.0])}
    zeros = np.zeros(2)
    reference = Reference(zeros, zeros, zeros, zeros, zeros + 2016, known)
    magnitude, origin = reference.magnitude("Sloan r")
    assert origin == "r from G and BP - RP"
    assert magnitude[0] == pytest.approx(
        15 + 0.09837 - 0.08592 * 0.8 - 0.1907 * 0.64 + 0.1701 * 0.512 - 0.02263 * 0.4096
    )
    assert np.isnan(magnitude[1])


@pytest.mark.parametrize("content", [b"", b"ra\n1\n", b"<VOTABLE><broken", b"SIMPLE  = T", b"\x00\x01\x02"])
def test_what_is_no_catalogue_is_refused(tmp_path, content):
    path = tmp_path / "stars.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=r"^stars\.csv: "):
        read_reference(path)
