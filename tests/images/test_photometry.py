"""Zero points and depths."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.images import zero_point
from astrolib.images.photometry import depth


def _stars(count=80, scatter=0.01, seed=1):
    rng = np.random.default_rng(seed)
    magnitude = rng.uniform(15, 20, count)
    flux = 10 ** (0.4 * (29.3 - magnitude))
    error = np.sqrt(flux / 2 + 200.0**2)
    return flux * 10 ** (0.4 * rng.normal(0, scatter, count)) + rng.normal(0, error), error, magnitude


def test_the_zero_point_is_found_with_its_error():
    pulls = []
    for seed in range(30):
        flux, error, magnitude = _stars(seed=seed)
        alike = np.random.default_rng(seed + 100).normal(0, 0.005)  # of the flat and the aperture
        found = zero_point(flux, error, magnitude + alike, "r_mag")
        assert abs(found.value - alike - 29.3) < 0.01
        pulls.append((found.value - 29.3) / found.error)
    assert 0.6 < np.std(pulls) < 1.5
    assert found.origin == "r_mag"


def test_no_number_of_stars_makes_the_zero_point_better_than_the_flat():
    assert 0.005 < zero_point(*_stars(count=20_000)).error < 0.006


def test_variables_and_strangers_are_clipped():
    flux, error, magnitude = _stars()
    magnitude[:16] += np.random.default_rng(2).uniform(-2, 2, 16)
    magnitude[20] = np.nan
    found = zero_point(flux, error, magnitude)
    assert abs(found.value - 29.3) < 0.01
    assert found.stars < 70


def test_too_few_stars_give_none():
    found = zero_point(*(column[:4] for column in _stars()))
    assert np.isnan(found.value)
    assert found.stars == 4


def test_depth_is_that_of_a_star_of_the_ratio():
    noise, fwhm, inside = 25.0, 3.6, 0.54
    flux = 10 ** (0.4 * (29.3 - depth(noise, fwhm, 29.3, inside)))
    assert flux * inside / (noise * np.sqrt(np.pi) * 0.68 * fwhm) == pytest.approx(5.0)
