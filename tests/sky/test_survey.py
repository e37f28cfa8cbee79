"""A survey: as many of each look as were asked for, in portions and in random order."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import QTable, vstack
from astropy.time import Time
from astropy.utils import iers

from astrolib.core.errors import ParameterError
from astrolib.sky import LAMOST, ONDREJOV, SURVEY, Instrument, simulate, survey
from astrolib.sky.spectra.circumstances import heliocentric_correction
from astrolib.sky.spectra.exposure import clean_flux, continuum
from astrolib.sky.spectra.simulate import state_of
from astrolib.spectra import line, site

BAND = (6480.0, 6780.0)
LABELS = {"single peak": 0.0035, "double peak": 0.0015}


@pytest.fixture(scope="module")
def truth() -> QTable:
    """Return the truth about 8,000 spectra in portions of 3,000."""
    parts = survey(8000, seed=1, labels=LABELS, band=BAND, portion=3000)
    return vstack([part.truth for part in parts], metadata_conflicts="silent")


def test_there_are_as_many_of_each_look_as_were_asked_for(truth: QTable):
    for name in ("single peak", "double peak", "shell", "emission in absorption", "other", "bad"):
        share = (LABELS | {"bad": 0.03} | {n: SURVEY[n] for n in SURVEY if n not in LABELS})[name]
        assert np.sum((truth["label"] == name) & ~truth["ambiguous"]) == round(8000 * share)
    assert len(truth) == 8000


def test_those_that_nobody_could_tell_come_on_top(truth: QTable):
    unsure = truth["ambiguous"]
    assert 0 < unsure.sum() < 100
    double = truth["label"] == "double peak"
    assert (truth["dip_sigma"][double & ~unsure] >= 2).all()
    assert np.median(truth["dip_sigma"][double & unsure]) < 2


def test_rare_ones_are_anywhere(truth: QTable):
    place = np.flatnonzero(np.isin(truth["label"], ["single peak", "double peak"]))
    assert place.min() < 1500
    assert place.max() > 6500
    assert 2500 < place.mean() < 5500


def test_most_stars_are_cool_and_none_of_those_with_a_disc(truth: QTable):
    cool = truth["teff"] < 7600 * u.K
    assert np.mean(cool) == pytest.approx(0.67, abs=0.05)
    assert set(truth["kind"][cool].tolist()) == {"absorption", "other"}


def test_every_star_has_a_name_of_its_own(truth: QTable):
    assert len(set(truth["star"].tolist())) == 8000


def test_the_same_seed_gives_the_same_survey():
    first, again, other = (next(survey(300, seed=seed, band=BAND)) for seed in (3, 3, 4))
    assert np.array_equal(first.flux, again.flux)
    assert first.truth["label"].tolist() == again.truth["label"].tolist()
    assert not np.array_equal(first.flux, other.flux)


def test_a_survey_comes_in_portions_and_says_how_far_it_is():
    calls: list[tuple[int, int]] = []
    parts = survey(
        250, seed=1, band=BAND, portion=100, progress=lambda done, total: calls.append((done, total))
    )
    assert [len(part.flux) for part in parts] == [100, 100, 50]
    assert calls == [(100, 250), (200, 250), (250, 250)]


@pytest.mark.parametrize(
    "labels", [{"quasar": 0.1}, {"absorption": 0.9}, {"shell": -0.1}, {"shell": 1.1}, {"shell": np.nan}]
)
def test_labels_that_cannot_be_met_are_refused_at_once(labels: dict[str, float]):
    with pytest.raises(ParameterError, match="labels"):
        survey(10, seed=1, labels=labels)


def test_a_survey_can_be_made_of_one_look_alone():
    only = dict.fromkeys(("single peak", "shell", "emission in absorption", "other", "bad"), 0.0)
    part = next(survey(100, seed=1, labels=only | {"double peak": 1.0}, band=BAND))
    assert set(part.truth["label"].tolist()) == {"double peak"}
    assert not part.truth["ambiguous"].any()


@pytest.mark.parametrize("seen_by", [LAMOST, ONDREJOV], ids=lambda one: one.name)
def test_a_band_is_the_whole_spectrum_cut_out(seen_by: Instrument):
    """Without noise, which is drawn anew."""
    state = state_of(simulate(60, seen_by.name, seed=1).truth)
    band = seen_by.between(*BAND)
    inside = (seen_by.wavelength >= BAND[0]) & (seen_by.wavelength < BAND[1])
    assert np.array_equal(band.wavelength, seen_by.wavelength[inside])
    assert band.place == pytest.approx(np.linspace(-1, 1, len(seen_by.wavelength))[inside], abs=1e-12)
    assert clean_flux(state, band) == pytest.approx(clean_flux(state, seen_by)[:, inside], abs=2e-6)
    for part, whole in zip(continuum(state, band), continuum(state, seen_by), strict=True):
        assert part == pytest.approx(whole[:, inside] if whole.size > 1 else whole, rel=1e-5)


def test_defects_are_as_frequent_in_a_band_as_in_the_whole():
    whole, band = (simulate(4000, "lamost", seed=1, band=band) for band in ((6000.0, 7200.0), BAND))
    near = (whole.wavelength >= BAND[0]) & (whole.wavelength < BAND[1])
    fine = [(part.truth["fault"] == "") for part in (whole, band)]
    assert band.mask[fine[1]].mean() == pytest.approx(whole.mask[fine[0]].mean(), rel=0.2)
    assert band.flux[fine[1]].std() == pytest.approx(whole.flux[fine[0]][:, near].std(), rel=0.05)


def test_a_band_that_the_instrument_does_not_see_is_refused():
    with pytest.raises(ParameterError, match="3700 to 9099"):
        simulate(2, "lamost", seed=1, band=(1000.0, 2000.0))


def test_the_correction_is_the_one_that_astropy_computes_for_each_spectrum():
    rng = np.random.default_rng(0)
    position = SkyCoord(rng.uniform(0, 360, 20), rng.uniform(-10, 80, 20), unit="deg")
    mjd, location = np.repeat(rng.uniform(55900, 57900, 4), 5), site("xinglong")
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("auto_max_age", None):
        expected = position.radial_velocity_correction(
            "heliocentric", obstime=Time(mjd, format="mjd"), location=location
        )
    found = heliocentric_correction(position, mjd, location)
    assert found == pytest.approx(expected.to_value(u.km / u.s), abs=1e-6)


def test_h_alpha_is_in_the_band():
    part = next(survey(10, seed=1, band=BAND))
    assert part.wavelength[0] < line("H-alpha", "vacuum") < part.wavelength[-1]
    assert part.flux.shape == part.ivar.shape == part.mask.shape == (10, len(part.wavelength))
