"""The physics of the profiles, against what their parameters say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.sky import LAMOST, ONDREJOV
from astrolib.sky.spectra.disc import disc_profiles, peak_separation
from astrolib.sky.spectra.instrument import FWHM, Instrument, instrument
from astrolib.sky.spectra.photosphere import hydrogen_width, rotation
from astrolib.sky.spectra.profiles import grids, line_flux
from astrolib.sky.spectra.stars import Arrays
from astrolib.sky.spectra.truth import measure, seen_profiles
from astrolib.sky.spectra.velocity import PixelWindow, VelocityGrid
from astrolib.spectra import line, vacuum_to_air
from astrolib.spectra.velocity import SPEED_OF_LIGHT

BOTH = pytest.mark.parametrize("seen_by", [ONDREJOV, LAMOST], ids=lambda one: one.name)
State = Callable[..., Arrays]

AT_REST = np.zeros(1)


def test_ondrejov_samples_as_its_archive_does():
    assert ONDREJOV.wavelength.size == 1997
    assert ONDREJOV.wavelength[0] == 6252.48
    assert np.diff(ONDREJOV.wavelength) == pytest.approx(0.2567)
    assert ONDREJOV.wavelength[-1] == pytest.approx(6764.85, abs=0.01)


def test_lamost_samples_in_equal_steps_of_the_logarithm():
    assert LAMOST.wavelength.size == 3909
    assert np.diff(np.log10(LAMOST.wavelength)) == pytest.approx(1e-4)
    assert LAMOST.wavelength[[0, -1]] == pytest.approx([3699.985, 9099.133], abs=0.001)


def test_an_unknown_instrument_is_refused_with_the_names_of_the_known():
    with pytest.raises(ParameterError, match="ondrejov, lamost"):
        instrument("hubble")


@BOTH
def test_a_line_without_width_is_as_wide_as_the_resolving_power_says(seen_by: Instrument):
    grid = grids(seen_by.name)[1]
    delta = np.zeros((1, grid.size))
    delta[0, grid.size // 2] = 1 / grid.step
    window = PixelWindow(grid, line("H-alpha", "vacuum"), seen_by.vacuum_edges)
    seen = window.average(grid.back(grid.transform(delta) * grid.gaussian(seen_by.line_spread)))[0]
    middle = (seen_by.vacuum_edges[1:] + seen_by.vacuum_edges[:-1])[window.columns] / 2
    velocity = SPEED_OF_LIGHT * np.log(middle / line("H-alpha", "vacuum"))
    mean = np.average(velocity, weights=seen)
    sigma = np.sqrt(np.average((velocity - mean) ** 2, weights=seen))
    assert SPEED_OF_LIGHT / (sigma * FWHM) == pytest.approx(seen_by.resolving_power, rel=0.02)


@BOTH
def test_pixels_lose_nothing_of_a_profile(seen_by: Instrument):
    grid = grids(seen_by.name)[0]
    window = PixelWindow(grid, line("H-alpha", "vacuum"), seen_by.vacuum_edges)
    profile = np.exp(-0.5 * (grid.velocity / 150) ** 2)[None, :]
    widths = np.diff(SPEED_OF_LIGHT * np.log(seen_by.vacuum_edges))[window.columns]
    assert (window.average(profile)[0] * widths).sum() == pytest.approx(150 * np.sqrt(2 * np.pi), rel=1e-6)


def test_a_shift_by_a_fraction_of_a_step_is_exact():
    grid = VelocityGrid.reaching(2000, 10)
    profile = np.exp(-0.5 * (grid.velocity / 80) ** 2)[None, :]
    shifted = grid.back(grid.transform(profile) * grid.shift(np.array([123.4])))[0]
    assert shifted == pytest.approx(np.exp(-0.5 * ((grid.velocity - 123.4) / 80) ** 2), abs=1e-9)


@BOTH
@pytest.mark.parametrize("rv", [-150.0, 0.0, 42.0])
def test_h_alpha_falls_where_the_radial_velocity_puts_it(state: State, seen_by: Instrument, rv: float):
    one = state(emission=8.0, v_inner=10.0, disc_radius=2.0, turbulence=30.0)
    flux = line_flux(one, SPEED_OF_LIGHT * np.log1p(np.array([rv]) / SPEED_OF_LIGHT), seen_by)[0]
    vacuum = line("H-alpha", "vacuum") * (1 + rv / SPEED_OF_LIGHT)
    expected = float(vacuum_to_air(vacuum)) if seen_by.medium == "air" else vacuum
    near = np.abs(seen_by.wavelength - expected) < 3
    found = np.average(seen_by.wavelength[near], weights=flux[near] - flux[near].min())
    assert found == pytest.approx(expected, abs=0.15 if seen_by is LAMOST else 0.02)


@BOTH
@pytest.mark.parametrize("emission", [0.0, 12.0])
def test_the_equivalent_width_is_that_of_star_and_disc(state: State, seen_by: Instrument, emission: float):
    # Nothing else of a star of 9500 K absorbs so near to H-alpha.
    one = state(emission=emission, teff=9500.0)
    flux = line_flux(one, AT_REST, seen_by)[0].astype(float)
    near = np.abs(seen_by.wavelength - 6563) < 110
    width = np.sum((1 - flux[near]) * np.gradient(seen_by.wavelength)[near])
    assert width == pytest.approx(hydrogen_width(np.array([9500.0]))[0] - emission, abs=0.25)


@pytest.mark.parametrize("radius", [3.0, 6.0, 12.0])
def test_peaks_stand_as_far_apart_as_huang_has_it(state: State, radius: float):
    one = state(emission=60.0, disc_radius=radius, turbulence=8.0)  # the star hardly shows
    found = measure(one, np.array(["double peak"]), np.array([100.0]), ONDREJOV)
    expected = peak_separation(one["v_inner"], one["disc_radius"])[0]
    assert found["separation"][0] == pytest.approx(expected, rel=0.08)
    assert found["huang_separation"][0] == pytest.approx(expected)


def test_a_disc_emits_as_much_as_it_is_told_to_and_no_faster_than_its_inner_edge(
    state: State,
):
    grid = VelocityGrid.reaching(1500, 3)
    one = state(v_inner=250.0, turbulence=5.0)
    shape = (one[name] for name in ("v_inner", "disc_radius", "asymmetry", "turbulence"))
    profile = grid.back(disc_profiles(grid, *shape))
    assert profile.sum() * grid.step == pytest.approx(1)
    assert profile[0, 1:] == pytest.approx(profile[0, :0:-1], abs=1e-9)
    assert profile[0, np.abs(grid.velocity) > 290].max() < 1e-6


def test_the_brighter_side_of_the_disc_makes_the_higher_peak(state: State):
    kind, snr = np.full(2, "double peak"), np.full(2, 100.0)
    found = measure(state(2, emission=15.0, asymmetry=np.array([-0.4, 0.4])), kind, snr, ONDREJOV)
    assert found["peak_ratio"][0] > 1.1
    assert found["peak_ratio"][1] < 0.9
    assert found["peak_ratio"].prod() == pytest.approx(1, rel=0.02)


def test_rotation_makes_a_line_shallower_and_keeps_its_width():
    grid = VelocityGrid.reaching(1000, 3)
    kernels = rotation(grid.velocity, np.array([50.0, 300.0]))
    narrow = np.exp(-0.5 * (grid.velocity / 15) ** 2)[None, :]
    turned = grid.back(grid.transform(narrow) * grid.kernel(kernels))
    assert turned.sum(axis=1) == pytest.approx(narrow.sum())
    assert turned[1].max() < turned[0].max() / 3


def test_a_double_peak_needs_resolution(state: State):
    one = state(emission=15.0, v_inner=200.0, disc_radius=8.0)
    kind, snr = np.array(["double peak"]), np.array([100.0])
    assert measure(one, kind, snr, ONDREJOV)["label"] == ["double peak"]
    assert measure(one, kind, snr, LAMOST)["label"] == ["single peak"]


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({}, "absorption"),
        ({"emission": 1.2, "disc_radius": 3.0, "v_inner": 200.0}, "emission in absorption"),
        ({"emission": 15.0, "v_inner": 30.0, "turbulence": 50.0}, "single peak"),
        ({"emission": 15.0}, "double peak"),
        ({"emission": 10.0, "v_inner": 430.0, "depth": 3.0}, "shell"),
    ],
)
def test_a_profile_is_called_what_it_looks_like(state: State, values: dict[str, float], label: str):
    found = measure(state(**values), np.array(["absorption"]), np.array([100.0]), ONDREJOV)
    assert found["label"] == [label]


def test_the_significance_of_a_dip_grows_with_the_signal_and_decides_what_is_ambiguous(
    state: State,
):
    one = state(2, emission=12.0, v_inner=330.0, disc_radius=5.0)
    found = measure(one, np.full(2, "double peak"), np.array([2.0, 200.0]), LAMOST)
    assert found["dip_sigma"][1] == pytest.approx(100 * found["dip_sigma"][0])
    assert found["ambiguous"].tolist() == [True, False]


def test_a_shell_line_is_narrow_and_goes_below_the_star(state: State):
    one = state(emission=10.0, v_inner=430.0, depth=3.0, depth_sigma=25.0)
    velocity, flux, star = seen_profiles(one, ONDREJOV)
    centre = np.abs(velocity) < 5
    assert flux[0, centre].max() < 0.3 * star[0, centre].min()
    assert flux[0, np.abs(velocity) < 250].max() > 1


def test_an_m_star_is_shaded_by_molecules_and_a_hot_one_is_not(state: State):
    flux = line_flux(state(2, teff=np.array([3200.0, 15000.0]), vsini=5.0), np.zeros(2), LAMOST)
    bluer, redder = (np.abs(LAMOST.wavelength - middle) < 8 for middle in (6640, 6730))
    contrast = flux[:, redder].mean(axis=1) / flux[:, bluer].mean(axis=1)
    assert contrast[0] < 0.8
    assert contrast[1] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    "values", [{"nebula": 0.1}, {"depth": 1.0, "depth_velocity": -200.0}, {"teff": 3700.0}]
)
def test_what_is_no_disc_is_ambiguous_where_only_the_emission_shows(state: State, values: dict[str, float]):
    one = state(2, emission=3.0, v_inner=10.0, turbulence=20.0, **values)
    found = measure(one, np.full(2, "other"), np.array([1.0, 200.0]), LAMOST)
    assert found["label"].tolist() == ["other", "other"]
    assert found["ambiguous"].tolist() == [True, False]
    assert found["other_sigma"][1] == pytest.approx(200 * found["other_sigma"][0])


def test_a_peak_as_high_as_the_continuum_is_ambiguous(state: State):
    emission = np.linspace(0.5, 6, 200)
    one = state(200, emission=emission, v_inner=30.0, turbulence=50.0)
    found = measure(one, np.full(200, "single peak"), np.full(200, 30.0), LAMOST)
    border = np.flatnonzero(np.diff(found["peak"] > 1))
    assert border.size == 1
    assert found["ambiguous"][border[0] : border[0] + 2].all()
    assert not found["ambiguous"][[0, -1]].any()
