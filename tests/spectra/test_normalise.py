"""Normalisation for looking: lines stay, the continuum goes."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.spectra import continuum, normalise

WAVELENGTH = np.linspace(6250, 6760, 2000)
SLOPE = 3e-14 * (WAVELENGTH / 6500) ** -4


def _noise(sigma: float) -> np.ndarray:
    return np.random.default_rng(7).normal(0, sigma, WAVELENGTH.size)


@pytest.mark.parametrize("height", [-0.6, 4.0])
def test_a_broad_line_does_not_bend_the_continuum(height):
    line = height * np.exp(-0.5 * ((WAVELENGTH - 6563) / 6) ** 2)
    flux = SLOPE * (1 + line + _noise(0.01))

    assert np.abs(continuum(WAVELENGTH, flux) / SLOPE - 1).max() < 0.02
    assert normalise(WAVELENGTH, flux)[1227] == pytest.approx(1 + line[1227], abs=0.1)


def test_cosmic_hits_and_gaps_do_no_harm():
    flux = SLOPE * (1 + _noise(0.01))
    flux[::97] *= 300
    flux[400:460] = np.nan

    found = continuum(WAVELENGTH, flux)

    assert np.isfinite(found).all()
    assert np.abs(found / SLOPE - 1).max() < 0.02


def test_the_unit_does_not_matter():
    flux = 1 + _noise(0.01)

    assert normalise(WAVELENGTH, 1e-17 * flux) == pytest.approx(normalise(WAVELENGTH, flux), rel=1e-6)


def test_without_any_flux_nothing_is_invented():
    assert np.isnan(normalise(WAVELENGTH, np.full(WAVELENGTH.size, np.nan))).all()


def test_a_continuum_that_is_not_positive_gives_no_number():
    assert np.isnan(normalise(WAVELENGTH, -1 + _noise(0.01))).all()


def test_a_hot_star_over_the_whole_optical_range_becomes_flat():
    wavelength = np.linspace(3700, 9100, 4000)
    throughput = np.exp(-(((wavelength - 6200) / 2600) ** 4))
    flux = (
        (wavelength / 5000) ** -4 * (0.1 + throughput) * (1 + np.random.default_rng(3).normal(0, 0.02, 4000))
    )

    medians = np.median(normalise(wavelength, flux).reshape(40, 100), axis=1)

    assert np.abs(medians - 1).max() < 0.06


@pytest.mark.parametrize("pixels", [2, 3, 150])
def test_short_spectra_are_normalised_too(pixels):
    wavelength = np.linspace(6500, 6600, pixels)

    assert normalise(wavelength, np.full(pixels, 5.0)) == pytest.approx(np.ones(pixels))
