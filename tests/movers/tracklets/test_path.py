"""Paths of moving objects: straight, curved, over the pole."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.movers.tracklets.path import fit_path, plane_at, sky_at

MINUTES = np.arange(5) * 8.5


def _places(ra0: float, dec0: float, rate: float, angle: float, bend: float = 0.0):
    """Return ra and dec of motion at a rate [arcsec/min] and position angle [deg], bent to its right."""
    time = MINUTES - MINUTES.mean()
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    along, across = rate * time, bend * time**2 / 2
    return sky_at(along * sine + across * cosine, along * cosine - across * sine, ra0, dec0)


@pytest.mark.parametrize("angle", [0.0, 37.0, 123.0, 270.0, 359.0])
@pytest.mark.parametrize(("ra", "dec"), [(10.0, 20.0), (0.001, -45.0), (180.0, 89.9)])
def test_rate_and_position_angle(ra: float, dec: float, angle: float) -> None:
    places = _places(ra, dec, 1.5, angle)
    path = fit_path(MINUTES, *places, np.full(5, 0.05))
    assert path.rate == pytest.approx(1.5, rel=1e-4)
    if dec < 80:
        assert abs((path.position_angle - angle + 180) % 360 - 180) < 0.1
    assert path.rms < 1e-3
    assert not path.curved


def test_curvature_and_its_sign() -> None:
    path = fit_path(MINUTES, *_places(30.0, 10.0, 2.0, 0.0, bend=0.01), np.full(5, 0.05))
    assert path.curvature == pytest.approx(0.01, rel=0.02)
    assert path.curved
    assert path.rms > 10 * path.rms_curved


def test_unequal_errors_do_not_change_the_motion_of_a_bent_path() -> None:
    places = _places(30.0, 10.0, 2.0, 0.0, bend=0.01)
    path = fit_path(MINUTES, *places, np.array([1.0, 0.05, 0.05, 0.05, 0.05]))
    assert path.rate == pytest.approx(2.0, rel=1e-3)
    assert abs((path.position_angle + 180) % 360 - 180) < 0.1


def test_errors_cover_the_scatter() -> None:
    rng = np.random.default_rng(5)
    pulls = []
    for _ in range(200):
        ra, dec = _places(50.0, 0.0, 1.0, 90.0)
        noisy = ra + rng.normal(0, 0.1, 5) / 3600, dec + rng.normal(0, 0.1, 5) / 3600
        path = fit_path(MINUTES, *noisy, np.full(5, 0.1))
        pulls.append((path.rate - 1.0) / path.rate_err)
    assert 0.5 < np.std(pulls) < 1.2


def test_a_path_is_followed() -> None:
    ra, dec = _places(200.0, -30.0, 1.0, 45.0)
    path = fit_path(MINUTES, ra, dec, np.full(5, 0.05))
    np.testing.assert_allclose(path.at(MINUTES), (ra, dec), atol=1e-6)


def test_three_times_say_nothing_of_curvature() -> None:
    ra, dec = _places(10.0, 0.0, 1.0, 45.0)
    path = fit_path(MINUTES[:3], ra[:3], dec[:3], np.full(3, 0.05))
    assert np.isnan(path.curvature)
    assert np.isnan(path.rms_curved)
    assert not path.curved


def test_the_plane_and_back() -> None:
    east, north = plane_at(np.array([10.01]), np.array([20.02]), 10.0, 20.0)
    assert sky_at(east, north, 10.0, 20.0)[0][0] == pytest.approx(10.01, abs=1e-10)
    assert north[0] == pytest.approx(72.0, abs=0.05)
