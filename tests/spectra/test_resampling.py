"""Resampling keeps what it says it keeps, and knows what it does not know."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import ParameterError
from astrolib.spectra import resample
from astrolib.spectra.resampling import pixel_edges

LAMOST = 10 ** (3.5682 + 1e-4 * np.arange(3909))
GRID = np.linspace(6519, 6732, 140)


def noise(count: int, pixels: int) -> np.ndarray:
    return np.random.default_rng(5).normal(1, 0.1, (count, pixels))


@pytest.mark.parametrize("grid", [GRID, np.linspace(3800, 9000, 140), np.linspace(6550, 6580, 500)])
def test_the_same_as_specutils_away_from_the_edges(grid):
    from specutils import Spectrum
    from specutils.manipulation import FluxConservingResampler

    flux = noise(3, LAMOST.size)
    theirs = [
        FluxConservingResampler()(Spectrum(spectral_axis=LAMOST * u.AA, flux=one * u.Jy), grid * u.AA)
        for one in flux
    ]
    ours = resample(LAMOST, flux, grid).flux
    np.testing.assert_allclose(ours[:, 1:-1], [one.flux.value[1:-1] for one in theirs], rtol=1e-6)


@given(pixels=st.integers(2, 60), wanted=st.integers(2, 60), seed=st.integers(0, 99))
def test_the_light_within_stays(pixels, wanted, seed):
    """Wanted pixels that cover the spectrum to its edges hold all of its light."""
    rng = np.random.default_rng(seed)
    have = np.sort(rng.uniform(5000, 6000, pixels)) + np.arange(pixels)
    edges = pixel_edges(have)
    step = (edges[-1] - edges[0]) / wanted
    grid = edges[0] + step * (np.arange(wanted) + 0.5)
    flux = rng.uniform(1, 2, pixels)
    found = resample(have, flux, grid)
    assert not found.mask.any()
    assert (found.flux * step).sum() == pytest.approx((flux * np.diff(edges)).sum())


def test_linear_is_the_straight_line_between_neighbours():
    flux = noise(4, LAMOST.size)
    expected = [np.interp(GRID, LAMOST, one) for one in flux]
    np.testing.assert_allclose(resample(LAMOST, flux, GRID, method="linear").flux, expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["linear", "conserving"])
def test_outside_the_range_nothing_is_invented(method):
    found = resample(GRID, np.ones(140), np.linspace(6000, 7000, 50), method=method, ivar=np.ones(140))
    inside = ~found.mask
    assert 0 < inside.sum() < 15
    assert np.isnan(found.flux[found.mask]).all()
    assert (found.ivar[found.mask] == 0).all()
    np.testing.assert_allclose(found.flux[inside], 1)


def test_joined_pixels_are_surer():
    wave = np.arange(1000.0)
    found = resample(wave, np.ones(1000), np.arange(9.5, 980, 20), ivar=np.full(1000, 4.0))
    np.testing.assert_allclose(found.ivar, 80)


def test_noise_is_as_the_inverse_variance_says():
    sigma = 0.1
    flux = np.random.default_rng(1).normal(1, sigma, (4000, LAMOST.size))
    found = resample(LAMOST, flux, GRID, ivar=np.full(flux.shape, sigma**-2))
    np.testing.assert_allclose(found.flux.std(axis=0), found.ivar[0] ** -0.5, rtol=0.06)


def test_masked_and_missing_pixels_are_left_out():
    wave = np.arange(100.0)
    flux, mask = np.full((2, 100), 3.0), np.zeros((2, 100), dtype=bool)
    flux[0, 41], flux[1, 40:50], mask[0, 20], mask[1, 40:50] = np.nan, 1e9, True, True
    flux[0, 20] = -1e9
    found = resample(wave, flux, np.arange(4.5, 100, 10), mask=mask)
    assert np.flatnonzero(found.mask[1]).tolist() == [4]
    assert not found.mask[0].any()
    np.testing.assert_allclose(found.flux[~found.mask], 3)


def test_an_inverse_variance_of_zero_leaves_the_flux():
    """Archives give it to strong emission lines that they took for cosmic hits."""
    ivar = np.ones(100)
    ivar[40:50] = 0
    found = resample(np.arange(100.0), np.full(100, 3.0), np.arange(4.5, 100, 10), ivar=ivar)
    assert found.flux[4] == pytest.approx(3)
    assert found.ivar[4] == 0
    assert not found.mask.any()


def test_unknown_method():
    with pytest.raises(ParameterError, match="cubic"):
        resample(LAMOST, LAMOST, GRID, method="cubic")
