"""The barycentric correction, against what archives wrote into their headers."""

from __future__ import annotations

import socket

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.time import Time

from astrolib.collection import read_spectra
from astrolib.core.errors import ParameterError
from astrolib.core.spectrum import Spectrum
from astrolib.spectra import barycentric_correction, correction_of, middle_of_exposure, site

VEGA = SkyCoord(279.2347, 38.7837, unit="deg")


def test_the_correction_that_the_observatory_wrote_is_found_again(shared):
    """IRAF's rvcorrect wrote VHELIO = 9.76884 km/s into this header from the middle of the exposure."""
    spectrum = read_spectra(shared / "data" / "spectra" / "oe270005.fits")[0]
    middle = middle_of_exposure(spectrum.obstime, spectrum.time_scale, spectrum.time_ref, spectrum.exptime)
    place = SkyCoord(spectrum.ra, spectrum.dec, unit="deg")

    assert barycentric_correction(place, "ondrejov", middle, "heliocentric") == pytest.approx(
        9.76884, abs=0.02
    )


def test_no_network_is_asked(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    found = barycentric_correction(VEGA, "xinglong", Time("2026-11-01T12:00:00", scale="utc"))
    assert abs(found) < 31


def test_half_a_year_turns_the_sign():
    place = SkyCoord(10.0, 0.0, unit="deg")
    spring, autumn = (Time(day, scale="utc") for day in ("2020-06-30T02:00:00", "2020-12-30T20:00:00"))

    assert barycentric_correction(place, "ondrejov", spring) > 20
    assert barycentric_correction(place, "ondrejov", autumn) < -20


def test_a_start_is_moved_to_the_middle():
    middle = middle_of_exposure("2020-01-01T20:00:00", "UTC", "start", 1800.0)

    assert middle.isot == "2020-01-01T20:15:00.000"
    assert (
        middle_of_exposure("2020-01-01 20:00:00", "UTC", "middle", np.nan).isot == "2020-01-01T20:00:00.000"
    )


def test_the_scale_counts():
    utc, tai = (middle_of_exposure("2020-01-01T20:00:00", scale, "middle", 1.0) for scale in ("UTC", "TAI"))

    assert (utc - tai).sec == pytest.approx(37)


@pytest.mark.parametrize(
    ("epoch", "reason"),
    [
        (("", "UTC", "start", 10.0), "say all three"),
        (("2020-01-01T20:00:00", "", "middle", 10.0), "say all three"),
        (("2020-01-01T20:00:00", "UTC", "", 10.0), "say all three"),
        (("2020-01-01T20:00:00", "UTC", "start", np.nan), "exposure time is not known"),
    ],
)
def test_an_epoch_that_is_not_known_is_refused(epoch, reason):
    with pytest.raises(ParameterError, match=reason):
        middle_of_exposure(*epoch)


def test_only_topocentric_wavelengths_are_corrected():
    spectrum = Spectrum([1.0, 2.0], [1.0, 1.0], source="a.fits", rest_frame="heliocentric")

    with pytest.raises(ParameterError, match=r"a\.fits: its wavelengths are heliocentric"):
        correction_of(spectrum, "ondrejov")


def test_an_unknown_site_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError, match="ondrejov"):
        site("mars")
