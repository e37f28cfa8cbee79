"""A continuum that a line in the middle does not bend."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.spectra import fit_continuum

WAVE = np.linspace(6519, 6732, 140)
SLOPE = 1000 * (WAVE / 6600) ** -4


def line(depth: float, sigma: float) -> np.ndarray:
    return 1 + depth * np.exp(-0.5 * ((WAVE - 6564.6) / sigma) ** 2)


@pytest.mark.parametrize(("method", "within"), [("polynomial", 0.02), ("spline", 0.03), ("quantile", 0.04)])
@pytest.mark.parametrize(("depth", "sigma"), [(0, 5), (3, 4), (-0.5, 6), (0.3, 8)])
def test_lines_do_not_bend_it(method, within, depth, sigma):
    noise = np.random.default_rng(1).normal(0, 5, (20, WAVE.size))
    near = np.tile(np.abs(WAVE - 6564.6) < 20, (20, 1))
    found = fit_continuum(WAVE, SLOPE * line(depth, sigma) + noise, method, mask=near)
    assert found.shape == (20, 140)
    assert np.abs(np.median(found / SLOPE, axis=0) - 1).max() < within


@pytest.mark.parametrize("method", ["polynomial", "spline"])
def test_hits_and_narrow_lines_are_clipped(method):
    rng = np.random.default_rng(2)
    flux = np.tile(SLOPE, (20, 1)) + rng.normal(0, 5, (20, WAVE.size))
    flux[:, [20, 90, 91]] *= np.array([3, 0.4, 0.5])
    assert np.abs(fit_continuum(WAVE, flux, method) / SLOPE - 1).max() < 0.015


@pytest.mark.parametrize("method", ["polynomial", "spline"])
def test_masked_pixels_do_not_count(method):
    flux, mask = np.tile(SLOPE, (2, 1)), np.zeros((2, 140), dtype=bool)
    flux[1, 60:100], mask[1, 60:100] = -1e6, True
    np.testing.assert_allclose(
        fit_continuum(WAVE, flux, method, mask=mask), np.tile(SLOPE, (2, 1)), rtol=2e-3
    )


@pytest.mark.parametrize("method", ["polynomial", "spline", "quantile"])
def test_each_spectrum_by_itself(method):
    """A spectrum gets the same continuum alone as among others."""
    flux = (
        SLOPE * np.random.default_rng(3).normal(1, 0.05, (5, 140)) * np.array([[1], [9], [0.1], [1e4], [2]])
    )
    together = fit_continuum(WAVE, flux, method)
    np.testing.assert_allclose(together, [fit_continuum(WAVE, one, method) for one in flux], rtol=1e-9)


def test_none_is_one_and_others_are_refused():
    assert (fit_continuum(WAVE, SLOPE, "none") == 1).all()
    with pytest.raises(ParameterError, match="wavelet"):
        fit_continuum(WAVE, SLOPE, "wavelet")
