"""What stands about the simulated stars, and the picture of it."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import pyvo
import requests
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from astrolib.sky import Index
from astrolib.sky.archive.catalogue import TRAP_SEPARATION, Catalogue, surroundings

SPOILT = [("SIM 0066", 14.3, 60.6, 10.1), ("SIM 0112", 52.6, 40.3, 8.62)]
"""Stars whose name gives them a bright neighbour."""


def apart(one, other):
    return SkyCoord(one.ra, one.dec, unit="deg").separation(SkyCoord(other.ra, other.dec, unit="deg")).arcsec


@pytest.mark.parametrize("star", SPOILT)
def test_a_trap_is_a_much_brighter_star_22_arcsec_away(star):
    own, trap = surroundings(*star)[:2]
    assert trap.g < own.g - 2
    assert trap.name.startswith("SIM HD")
    assert apart(own, trap) == pytest.approx(TRAP_SEPARATION, abs=0.01)


def test_only_some_stars_have_one_and_bright_stars_never():
    def spoilt(mag):
        fields = [surroundings(f"star {number}", 10, 20, mag) for number in range(300)]
        return np.mean([any(source.g < field[0].g - 1 for source in field[1:]) for field in fields])

    assert 0.1 < spoilt(11.0) < 0.3
    assert spoilt(6.0) == 0


def test_the_sky_depends_on_the_star_alone():
    assert surroundings(*SPOILT[0]) == surroundings(*SPOILT[0])
    assert Catalogue.about([("nobody knows how bright", 1.0, 2.0, np.nan)]).sources == ()


@pytest.mark.parametrize("service", ["gaia", "simbad"])
def test_a_cone_holds_what_stands_within_it(address: str, index: Index, service):
    star = index.stars[0]
    centre = SkyCoord(star.ra, star.dec, unit="deg")
    found = pyvo.dal.SCSService(f"{address}/{service}?").search(centre, 30 / 3600).to_table()
    separations = centre.separation(SkyCoord(found["ra"], found["dec"], unit="deg")).arcsec
    assert len(found) >= 1
    assert separations.max() <= 31
    if service == "simbad":
        assert star.name in list(found["main_id"])
    else:
        assert set(found["ref_epoch"]) == {2016.0}


@pytest.mark.parametrize("query", ["", "RA=x&DEC=2&SR=1", "RA=1&DEC=91&SR=1"])
@pytest.mark.parametrize("service", ["gaia", "simbad"])
def test_a_cone_that_cannot_be_understood_is_refused_in_a_votable(address: str, service, query):
    assert b'name="Error"' in requests.get(f"{address}/{service}?{query}", timeout=20).content


def test_more_rows_than_allowed_overflow(address: str, index: Index):
    star = index.stars[0]
    answer = requests.get(f"{address}/gaia?RA={star.ra}&DEC={star.dec}&SR=0.02&MAXREC=1", timeout=20)
    assert b"OVERFLOW" in answer.content
    assert answer.content.count(b"<TR>") == 1


def test_the_picture_has_the_stars_where_its_wcs_says(address: str, index: Index):
    star = index.stars[0]
    asked = {"hips": "any", "ra": star.ra, "dec": star.dec, "fov": 0.02, "width": 240, "height": 240}
    content = requests.get(f"{address}/hips2fits", asked, timeout=20).content
    with fits.open(io.BytesIO(content)) as hdus:
        data, wcs = hdus[0].data, WCS(hdus[0].header)
    brightest = max(surroundings(star.name, star.ra, star.dec, star.mag), key=lambda source: -source.g)
    x, y = wcs.world_to_pixel(SkyCoord(brightest.ra, brightest.dec, unit="deg"))
    peak = np.unravel_index(np.argmax(data), data.shape)
    assert np.hypot(peak[1] - x, peak[0] - y) < 8
    assert wcs.pixel_to_world(0, 0).ra > wcs.pixel_to_world(200, 0).ra


def test_where_no_star_is_there_are_no_plates(address: str):
    asked = {"hips": "any", "ra": 200, "dec": -70, "fov": 0.02}
    with fits.open(io.BytesIO(requests.get(f"{address}/hips2fits", asked, timeout=20).content)) as hdus:
        assert np.isnan(hdus[0].data).all()


def test_a_png_is_one(address: str, index: Index):
    star = index.stars[0]
    asked = {"ra": star.ra, "dec": star.dec, "fov": 0.02, "width": 60, "height": 40, "format": "png"}
    answer = requests.get(f"{address}/hips2fits", asked, timeout=20)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", answer.content[16:24]) == (60, 40)
    length = struct.unpack(">I", answer.content[33:37])[0]
    assert len(zlib.decompress(answer.content[41 : 41 + length])) == 40 * 61


@pytest.mark.parametrize(
    "wrong", [{"ra": "x"}, {"fov": 400}, {"format": "jpg"}, {"projection": "AIT"}, {"width": 100_000}]
)
def test_a_picture_that_cannot_be_drawn_is_refused(address: str, wrong):
    asked = {"ra": 14.2, "dec": 60.7, "fov": 0.02} | wrong
    answer = requests.get(f"{address}/hips2fits", asked, timeout=20)
    assert answer.status_code == 400
    assert answer.text.startswith("UsageFault")
