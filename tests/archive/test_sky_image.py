"""A picture of the sky: found, none or failed, and always of the place that was asked for."""

from __future__ import annotations

import io

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits

from astrolib.archive import sky_image
from astrolib.core.errors import RefusedError
from astrolib.core.settings import Settings

HERE = SkyCoord(14.2, 60.7, unit="deg")
FOV, SIZE = 100 * u.arcsec, 50


def picture(data=None, **cards):
    step = 100 / 3600 / SIZE
    data = np.arange(SIZE * SIZE, dtype=np.float32).reshape(SIZE, SIZE) if data is None else data
    hdu = fits.PrimaryHDU(data)
    told = {"CRVAL1": 14.2, "CRVAL2": 60.7, "CDELT1": -step, "CDELT2": step, "CRPIX1": 25.5, "CRPIX2": 25.5}
    hdu.header.update(told | cards)
    stream = io.BytesIO()
    hdu.writeto(stream)
    return stream.getvalue()


@pytest.fixture
def asked(serve, monkeypatch):
    """Return a function: body -> the image that comes of it."""

    def ask(body, status=200):
        server = serve(lambda request: request.reply(status, body, "image/fits"))
        monkeypatch.setenv("ASTROLIB_LOCAL_HIPS2FITS", server.address)
        image = sky_image(HERE, FOV, SIZE, Settings(deadline=5, retries=0))
        return image, server

    return ask


def test_found(asked):
    image, server = asked(picture())
    assert (image.status, image.fov) == ("found", 100.0)
    assert image.pixels.shape == (SIZE, SIZE)
    assert "fov=0.02777778" in server.asked[0]
    assert "format=fits" in server.asked[0]


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_outside_the_survey_there_is_none(asked, value):
    assert asked(picture(np.full((SIZE, SIZE), value, np.float32)))[0].status == "none"


@pytest.mark.parametrize(
    "body",
    [
        picture(CRVAL1=15.0),
        picture(CDELT1=100 / 3600 / SIZE),
        picture(CDELT2=0.5),
        picture(CRVAL1="here"),
        picture(np.zeros((3, SIZE, SIZE), np.float32)),
        picture()[:3000],
        b"<html>busy</html>",
        b"not FITS at all",
    ],
)
def test_a_picture_that_is_not_what_was_asked_for_failed(asked, body):
    image, _ = asked(body)
    assert image.status == "failed"
    assert image.pixels is None
    assert image.reason


def test_a_service_that_is_busy_failed(asked):
    assert asked(b"", 503)[0].status == "failed"


def test_without_a_local_archive_it_failed_and_says_what_to_do():
    assert "astrolib sky serve" in sky_image(HERE, FOV, SIZE, Settings(deadline=5)).reason


@pytest.mark.parametrize(("fov", "size"), [(2 * u.deg, 50), (FOV, 0), (FOV, 5000)])
def test_what_nobody_could_draw_is_refused(fov, size):
    with pytest.raises(RefusedError):
        sky_image(HERE, fov, size)
