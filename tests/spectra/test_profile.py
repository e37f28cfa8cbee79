"""H-alpha profiles in numbers, against the truth of simulated stars."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.sky import LAMOST, ONDREJOV
from astrolib.sky.spectra.stars import draw_stars, state_at
from astrolib.sky.spectra.truth import measure, seen_profiles
from astrolib.spectra import air_to_vacuum, line, measure_profile, resample, wavelength_at

H_ALPHA = line("H-alpha", "vacuum")
STARS = 300


def observed(instrument, snr):
    """Return the measurements and the truth of stars seen with an instrument."""
    rng = np.random.default_rng(3)
    classes = {"single peak": 0.3, "double peak": 0.5, "shell": 0.1, "absorption": 0.1}
    stars = draw_stars(STARS, rng, classes)
    state = state_at(stars, np.full(STARS, 56000.0))
    speed, flux, _ = seen_profiles(state, instrument)
    truth = measure(state, np.asarray(stars["kind"]), np.full(STARS, snr), instrument)
    air = instrument.medium == "air"
    wavelength = air_to_vacuum(instrument.wavelength) if air else instrument.wavelength
    wavelength = wavelength[np.abs(wavelength - H_ALPHA) < 75]
    flux = resample(wavelength_at(speed, H_ALPHA), flux, wavelength).flux
    ivar = snr**2 / flux
    flux = flux + rng.normal(size=flux.shape) / np.sqrt(ivar)
    return measure_profile(wavelength, flux, H_ALPHA, instrument.resolving_power, ivar=ivar), truth


@pytest.fixture(scope="module", params=[(ONDREJOV, 120.0), (LAMOST, 80.0)], ids=["ondrejov", "lamost"])
def both(request):
    return observed(*request.param)


def clear(truth):
    """Return which doubles anybody could tell."""
    return np.isfinite(truth["separation"]) & (truth["dip_sigma"] > 8) & (truth["peak"] > 1.1)


def test_the_equivalent_width(both):
    found, truth = both
    error = found["equivalent_width_error"].value
    off = np.abs(found["equivalent_width"].value - truth["equivalent_width"])
    assert np.mean(off < 2 * error + 0.3) > 0.95  # beyond 3000 km/s there is a little left


def test_the_error_of_the_equivalent_width_is_the_scatter():
    wavelength = np.arange(6500.0, 6630, 0.5)
    flux = np.random.default_rng(0).normal(1, 0.02, (2000, wavelength.size))
    found = measure_profile(wavelength, flux, H_ALPHA, 5000, ivar=np.full(flux.shape, 2500.0))
    error = found["equivalent_width_error"][0].value
    assert found["equivalent_width"].value.std() == pytest.approx(error, rel=0.05)
    with_continuum = measure_profile(wavelength, flux[:1], H_ALPHA, 5000, continuum_error=0.01)
    assert with_continuum["equivalent_width_error"][0].value == pytest.approx(1.3, rel=0.1)


def test_doubles_are_found_and_singles_are_not_split(both):
    found, truth = both
    double = np.isfinite(found["separation"].value)
    assert np.mean(double[clear(truth)]) > 0.85
    assert np.mean(double[np.isnan(truth["separation"])]) < 0.02


def test_separation_and_its_error(both):
    found, truth = both
    rows = clear(truth) & np.isfinite(found["separation"].value)
    off = found["separation"].value[rows] - truth["separation"][rows]
    assert np.median(np.abs(off) / truth["separation"][rows]) < 0.08
    assert np.mean(np.abs(off) < 2 * found["separation_error"].value[rows]) > 0.85


def test_peak_ratio_and_its_error(both):
    found, truth = both
    rows = clear(truth) & np.isfinite(found["peak_ratio"])
    off = np.abs(found["peak_ratio"][rows] - truth["peak_ratio"][rows])
    assert np.median(off) < 0.02
    assert np.mean(off < 2 * found["peak_ratio_error"][rows]) > 0.85


def test_the_bluer_peak_is_v():
    wavelength = np.arange(6540.0, 6590, 0.25)
    speed = (wavelength / H_ALPHA - 1) * 299792.458
    flux = 1 + sum(h * np.exp(-0.5 * ((speed - v) / 60) ** 2) for h, v in ((1.0, -150), (0.5, 150)))
    found = measure_profile(wavelength, flux, H_ALPHA, 13000, ivar=np.full(flux.shape, 1e4))
    assert found["peak_ratio"][0] == pytest.approx(2 / 1.5, rel=0.02)
    assert found["separation"][0].to_value("km/s") == pytest.approx(300, abs=5)
    assert found["peak"][0] == pytest.approx(2, rel=0.01)


def test_absorption_has_no_peaks(both):
    found, truth = both
    absorption = truth["label"] == "absorption"
    assert np.isnan(found["peak"][absorption]).mean() > 0.97


def test_without_an_inverse_variance_the_scatter_tells():
    wavelength = np.arange(6500.0, 6630, 0.25)
    flux = np.random.default_rng(0).normal(1, 0.02, wavelength.size)
    found = measure_profile(wavelength, flux, H_ALPHA, 13000)
    expected = 0.02 * 0.25 * np.sqrt(wavelength.size)
    assert found["equivalent_width_error"][0].value == pytest.approx(expected, rel=0.15)


def test_a_line_that_was_taken_for_a_cosmic_hit_is_measured():
    """LAMOST gives strong emission an inverse variance of 0."""
    wavelength = np.arange(6450.0, 6680, 1.5)
    speed = (wavelength / H_ALPHA - 1) * 299792.458
    flux = 1 + 3 * np.exp(-0.5 * (speed / 120) ** 2)
    flux = flux + np.random.default_rng(1).normal(0, 0.01, (2, wavelength.size))
    stated = np.full(flux.shape, 1e4)
    stated[0, np.abs(speed) < 500] = 0
    found = measure_profile(wavelength, flux, H_ALPHA, 1800, ivar=stated)
    assert found["peak"] == pytest.approx([4, 4], rel=0.02)
    errors = found["equivalent_width_error"].value
    assert errors[0] == pytest.approx(errors[1], rel=0.2)


def test_a_line_that_is_not_there_is_no_empty_answer():
    with pytest.raises(ParameterError, match=r"no line at 6564\.61 angstrom among 6600\.0 to 6699\.0"):
        measure_profile(np.arange(6600.0, 6700), np.ones(100), H_ALPHA, 1800)
