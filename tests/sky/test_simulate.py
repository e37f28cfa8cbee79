"""Simulated spectra as matrices: reproducible, noisy as they say, and true to their truth."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.sky import CLASSES, LAMOST, ONDREJOV, SURVEY, Simulation, draw_stars, observe, simulate
from astrolib.sky.spectra import atmosphere
from astrolib.sky.spectra.defects import continuum_error, draw_faults, hit_by_cosmics, kill_block, kill_pixels
from astrolib.spectra.velocity import SPEED_OF_LIGHT


@pytest.fixture(scope="module")
def lamost() -> Simulation:
    return simulate(600, "lamost", seed=5)


def test_the_same_seed_gives_the_same_spectra():
    first, again, other = (simulate(20, "ondrejov", seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.flux, again.flux)
    assert (
        first.truth["star", "label"].as_array().tolist() == again.truth["star", "label"].as_array().tolist()
    )
    assert not np.array_equal(first.flux, other.flux)


def test_matrices_have_a_row_a_spectrum_and_the_archives_pixels(lamost: Simulation):
    assert lamost.flux.shape == lamost.ivar.shape == lamost.mask.shape == (600, 3909)
    assert lamost.flux.dtype == lamost.ivar.dtype == np.float32
    assert np.isfinite(lamost.flux).all()
    assert np.isfinite(lamost.ivar).all()
    assert len(lamost.truth) == 600


def test_progress_goes_to_the_end():
    calls: list[tuple[int, int]] = []
    simulate(510, "lamost", seed=1, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(500, 510), (510, 510)]


def test_every_class_turns_up(lamost: Simulation):
    assert set(lamost.truth["label"].tolist()) == set(CLASSES)


def test_the_noise_is_what_the_inverse_variance_says():
    rng = np.random.default_rng(0)
    stars = draw_stars(200, rng, {"absorption": 1})
    stars["ra"], stars["dec"] = np.full(200, 10.0), np.full(200, 50.0)
    simulation = observe(stars, np.full(200, 57000.0), LAMOST, rng)
    good = ~simulation.mask[:, 1:] & ~simulation.mask[:, :-1]
    red = simulation.wavelength[1:] > 7750  # a smooth stretch
    red &= simulation.wavelength[1:] < 8050
    pair = np.diff(simulation.flux, axis=1) * np.sqrt(simulation.ivar[:, 1:] / 2)
    chosen = good & red[None, :]
    assert np.std(pair[chosen]) == pytest.approx(1, abs=0.03)


def test_dead_pixels_have_no_weight_and_are_masked(lamost: Simulation):
    assert (lamost.ivar == 0).any()
    assert lamost.mask[lamost.ivar == 0].all()


def test_a_bad_spectrum_says_what_is_wrong_with_it(lamost: Simulation):
    bad = lamost.truth["label"] == "bad"
    assert np.array_equal(bad, lamost.truth["fault"] != "")


def test_prevalence_is_what_was_asked_for():
    rng = np.random.default_rng(1)
    kind = draw_stars(40_000, rng, SURVEY)["kind"]
    assert np.mean(kind == "single peak") == pytest.approx(SURVEY["single peak"] / 0.97, rel=0.2)
    assert np.mean(draw_faults(40_000, 0.03, rng) != "") == pytest.approx(0.03, rel=0.1)


@pytest.mark.parametrize("prevalence", [{"quasar": 1.0}, {"shell": -1.0, "absorption": 2.0}, {"bad": 1.0}])
def test_a_prevalence_that_makes_no_stars_is_refused(prevalence: dict[str, float]):
    with pytest.raises(ParameterError, match="prevalence"):
        simulate(10, seed=1, prevalence=prevalence)


def test_the_air_stands_still_in_the_frame_of_the_observatory():
    """The strongest water line, in heliocentric wavelengths, moves with the correction."""
    strongest, shifts = atmosphere.WATER[:, 1].argmax(), np.array([-25.0, 0.0, 25.0])
    flux = np.ones((3, ONDREJOV.wavelength.size), dtype=np.float32)
    atmosphere.multiply_transmission(flux, np.ones(3), shifts, ONDREJOV)
    rest = atmosphere.WATER[strongest, 0]
    for row, shift in enumerate(shifts):
        expected = rest * (1 + shift / SPEED_OF_LIGHT)
        near = np.abs(ONDREJOV.wavelength - expected) < 0.7
        found = np.average(ONDREJOV.wavelength[near], weights=1 - flux[row, near])
        assert found == pytest.approx(expected, abs=0.03)
        assert (1 - flux[row, near]).sum() * 0.2567 == pytest.approx(0.045, rel=0.15)


def test_the_correction_is_that_of_position_and_epoch(lamost: Simulation):
    """Towards the ecliptic pole the Earth's motion does not show; on the ecliptic it reaches 30 km/s."""
    rng = np.random.default_rng(0)
    stars = draw_stars(200, rng)
    stars["ra"], stars["dec"] = (
        np.r_[np.full(100, 270.0), np.full(100, 90.0)],
        np.r_[np.full(100, 66.56), np.full(100, 23.4)],
    )
    mjd = np.tile(np.linspace(57000, 57365, 100), 2)
    correction = observe(stars, mjd, LAMOST, rng).truth["correction"].to_value(u.km / u.s)
    assert np.abs(correction[:100]).max() < 1.0
    assert np.abs(correction[100:]).max() == pytest.approx(30, abs=1)
    assert correction[100:].min() == pytest.approx(-30, abs=1)


def test_the_state_swings_with_the_epoch_around_the_stars_own_values():
    rng = np.random.default_rng(0)
    stars = draw_stars(1, rng, {"double peak": 1})
    stars["ra"], stars["dec"], stars["variability"] = [10.0], [50.0], [0.3]
    mjd = 55000 + np.linspace(0, stars["period"][0], 40)
    truth = observe(stars[np.zeros(40, int)], mjd, ONDREJOV, rng).truth
    emission = truth["emission"].to_value(u.AA) / stars["emission"][0]
    assert emission.max() == pytest.approx(1.3, abs=0.01)
    assert emission.min() == pytest.approx(0.7, abs=0.01)
    assert len(set(truth["separation"].value.round(3))) > 1 or len(set(truth["peak"].round(3))) > 1


def test_defects_are_where_they_say():
    rng = np.random.default_rng(0)
    fault = np.array(["", "dead"])
    flux = np.ones((2, 1997), dtype=np.float32)
    hit = hit_by_cosmics(flux, 4, 1, rng)
    assert (flux[hit] > 1).all()
    assert (flux[~hit] == 1).all()
    dead = kill_block(flux, fault, ONDREJOV, rng)
    assert dead[1, np.abs(ONDREJOV.from_h_alpha) < 8].all()
    assert not dead[1, np.abs(ONDREJOV.from_h_alpha) > 65].any()
    assert not dead[0].any()
    assert (flux[dead] == 0).all()
    single = kill_pixels(flux, 4, rng)
    assert single.any()
    assert (flux[single] == 0).all()


def test_a_wrong_continuum_is_plainly_wrong_and_an_ordinary_one_hardly():
    error = continuum_error(np.array(["", "continuum", "ripple"]), LAMOST, 0.005, np.random.default_rng(0))
    off = np.abs(error - 1)[:, np.abs(LAMOST.from_h_alpha) < 100].max(axis=1)
    assert off[0] < 0.02
    assert off[1] > 0.15
    assert off[2] > 0.1
