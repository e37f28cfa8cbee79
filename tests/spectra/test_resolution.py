"""A line that was as wide as one end's resolution is as wide as the other end's afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from astrolib.core.errors import ParameterError
from astrolib.spectra import degrade
from astrolib.spectra.resolution import FWHM, gaussian_weights, sampled_gaussian_weights

LINE = 6564.6


def width(wavelength: np.ndarray, profile: np.ndarray) -> float:
    """Return the standard deviation [angstrom] of a line above 0."""
    mean = np.average(wavelength, weights=profile)
    return float(np.sqrt(np.average((wavelength - mean) ** 2, weights=profile)))


@pytest.mark.parametrize("sampling", ["fine", "coarse", "logarithmic"])
@pytest.mark.parametrize(("have", "want"), [(13000, 1800), (1800, 1700), (1800, 1500), (2000, 1000)])
def test_widths_add_in_squares(sampling, have, want):
    wavelength = {
        "fine": np.arange(6464, 6664, 0.05),
        "coarse": np.arange(6464, 6664, 0.8),
        "logarithmic": 10 ** np.arange(3.811, 3.824, 1e-4),
    }[sampling]
    before = LINE / have / FWHM
    line = np.exp(-0.5 * ((wavelength - LINE) / before) ** 2)
    start = width(wavelength, line)
    after = degrade(wavelength, line, have, want).flux
    added = (LINE / want / FWHM) ** 2 - before**2
    assert width(wavelength, after) == pytest.approx(np.sqrt(start**2 + added), rel=2e-3)
    assert after.sum() == pytest.approx(line.sum(), rel=2e-3)


def test_nearly_the_same_stays_and_lower_is_refused():
    wavelength, flux = np.arange(6500.0, 6600), np.random.default_rng(0).normal(1, 0.1, 100)
    np.testing.assert_allclose(degrade(wavelength, flux, 1800, 1800).flux, flux)
    np.testing.assert_allclose(degrade(wavelength, flux, 1790, 1800).flux, flux)
    with pytest.raises(ParameterError, match="1000 does not reach 1800"):
        degrade(wavelength, flux, 1000, 1800)
    with pytest.raises(ParameterError, match="nan"):
        degrade(wavelength, flux, np.nan, 1800)


def test_a_constant_stays_to_the_ends():
    np.testing.assert_allclose(degrade(np.arange(6500.0, 6600), np.full(100, 2.5), 9000, 900).flux, 2.5)


@pytest.mark.parametrize("sigma", [0.0, 0.2, 0.5, 1.0, 7.0])
def test_the_kernel_has_the_variance_it_should(sigma):
    row = gaussian_weights(np.full(201, sigma))[[100], :].toarray()[0]
    assert row.sum() == pytest.approx(1)
    assert row @ (np.arange(201) - 100.0) ** 2 == pytest.approx(sigma**2, rel=1e-3, abs=1e-12)


def test_the_published_kernel_has_57_taps():
    flux = np.random.default_rng(0).normal(1, 0.1, 300)
    weights = sampled_gaussian_weights(300, 7)
    assert (weights[[150], :].toarray() > 0).sum() == 57
    np.testing.assert_allclose(weights @ flux, gaussian_filter1d(flux, 7, mode="nearest"), rtol=1e-12)
