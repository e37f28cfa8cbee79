"""The velocity frame: the value, its sign, once and never silently."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import SkyCoord

from astrolib.core.errors import ParameterError
from astrolib.spectra import barycentric_correction, middle_of_exposure, site, velocity_to_add
from astrolib.spectra.frame import shifted, velocities_to_add

EPOCH = {"obstime": "2015-03-20T22:00:00", "time_scale": "UTC", "time_ref": "middle", "exptime": np.nan}
KNOWN = {"instrument": "Ondrejov CCD700", "ra": 180.0, "dec": 0.0, **EPOCH}


@pytest.mark.parametrize("have", ["topocentric", "heliocentric", "barycentric", "unknown"])
def test_as_given_stays(have):
    assert velocity_to_add(KNOWN | {"rest_frame": have}, "as given") == (have, 0)


@pytest.mark.parametrize("wanted", ["heliocentric", "barycentric"])
def test_what_was_applied_is_not_applied_again(wanted):
    assert velocity_to_add(KNOWN | {"rest_frame": wanted}, wanted) == (wanted, 0)


@pytest.mark.parametrize("wanted", ["heliocentric", "barycentric"])
def test_from_the_observatory(wanted):
    frame, value = velocity_to_add(KNOWN | {"rest_frame": "topocentric"}, wanted)
    middle = middle_of_exposure("2015-03-20T22:00:00", "UTC", "middle", np.nan)
    expected = barycentric_correction(SkyCoord(180, 0, unit="deg"), site("ondrejov"), middle, wanted)
    assert (frame, value) == (wanted, expected)


def test_the_sign():
    """Before dawn the Earth moves towards the stars on the meridian: their lines look too blue."""
    toward = KNOWN | {"rest_frame": "topocentric", "obstime": "2015-12-21T05:00:00"}
    _, value = velocity_to_add(toward, "barycentric")
    assert 25 < value < 31
    assert shifted(np.array([6564.6]), value)[0] == pytest.approx(6564.6 + 6564.6 * value / 299792.458)


def test_from_the_sun_to_the_barycentre_is_little():
    frame, value = velocity_to_add(
        KNOWN | {"rest_frame": "heliocentric", "instrument": "anything"}, "barycentric"
    )
    assert frame == "barycentric"
    assert 0 < abs(value) < 0.02


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rest_frame": "unknown"}, "wavelengths are unknown"),
        ({"rest_frame": "barycentric"}, "wavelengths are barycentric"),
        ({"rest_frame": "topocentric", "ra": np.nan}, "position is not known"),
        ({"rest_frame": "topocentric", "obstime": ""}, "epoch"),
        ({"rest_frame": "topocentric", "instrument": "my camera"}, "site of 'my camera'"),
    ],
)
def test_what_cannot_be_known_is_refused(change, told):
    with pytest.raises(ParameterError, match=told):
        velocity_to_add(KNOWN | change, "heliocentric")


def test_many_at_once_are_as_one_by_one():
    rng = np.random.default_rng(2)
    frames = ["topocentric", "heliocentric", "barycentric", "unknown"]
    sites = ["Ondrejov CCD700", "LAMOST LRS", "my camera"]
    many = [
        KNOWN
        | {"rest_frame": frames[n % 4], "instrument": sites[n % 3], "ra": rng.uniform(0, 360)}
        | {"obstime": f"20{n:02d}-03-20T22:00:00", "time_scale": ("UTC", "TAI")[n % 2]}
        for n in range(24)
    ]
    found = velocities_to_add(many, "barycentric")
    assert sum(isinstance(each, ParameterError) for each in found) == 8
    for known, each in zip(many, found, strict=True):
        if isinstance(each, ParameterError):
            with pytest.raises(ParameterError, match=each.what):
                velocity_to_add(known, "barycentric")
        else:
            frame, value = velocity_to_add(known, "barycentric")
            assert each == (frame, pytest.approx(value, abs=1e-6))


@pytest.mark.parametrize("written", ["2015-03-20T22", "20150320T220000", "2015-03-20 22:00"])
def test_dates_are_read_as_a_spectrum_takes_them(written):
    known = KNOWN | {"rest_frame": "topocentric"}
    assert velocity_to_add(known | {"obstime": written}, "barycentric") == velocity_to_add(
        known, "barycentric"
    )
