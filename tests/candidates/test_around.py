"""What stands around a candidate, and which of it is a trap."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import SkyCoord

from astrolib.candidates import Candidates, look_around, no_bright_neighbour, signal_to_noise, what_is_around
from astrolib.candidates.traps import trapped
from astrolib.core.spectrum import Spectrum

BU_TAU = SkyCoord(10, 20, unit="deg")


def test_a_star_that_both_know_stands_once(sky):
    around = what_is_around(BU_TAU, None, sky)
    assert around.status == "found"
    assert list(around.table["name"]) == ["SIMBAD own", "SIMBAD bright"]
    assert set(around.table["catalogue"]) == {"SIMBAD, Gaia"}
    assert list(around.table["is_own"]) == [True, False]


def test_a_bright_star_22_arcsec_away_is_a_trap(sky):
    worst = what_is_around(BU_TAU, None, sky).worst
    assert worst == {"name": "SIMBAD bright", "mag": 6.0, "separation": 22.0, "brighter": 4.0}


def test_stars_further_apart_than_the_match_stand_apart(answer):
    def ask(catalogue, *_):
        apart = 5.0 if catalogue.name == "Gaia" else 7.0
        return answer(catalogue.name, {"name": catalogue.name, "separation": apart, "position_angle": 10.0})

    assert len(what_is_around(BU_TAU, None, ask).table) == 2


def test_where_a_catalogue_failed_the_whole_is_failed_and_what_is_known_is_shown(sky):
    around = what_is_around(SkyCoord(50, -10, unit="deg"), None, sky)
    assert around.status == "failed"
    assert list(around.table["name"]) == ["Gaia own"]


def test_none_is_none(answer):
    around = what_is_around(BU_TAU, None, lambda catalogue, *_: answer(catalogue.name))
    assert (around.status, len(around.table), around.worst) == ("none", 0, {})
    assert np.isnan(around.own_mag)


@pytest.mark.parametrize(
    ("separation", "mag", "own", "expected"),
    [
        (22.0, 7.9, 10.0, True),
        (22.0, 8.1, 10.0, False),
        (31.0, 2.0, 10.0, False),
        (4.0, 12.4, 10.0, True),
        (4.0, 12.6, 10.0, False),
        (6.0, 12.4, 10.0, False),
        (22.0, np.nan, 10.0, False),
        (22.0, 15.0, np.nan, True),
    ],
)
def test_what_is_a_trap(separation, mag, own, expected):
    assert trapped(np.array([separation]), np.array([mag]), own).tolist() == [expected]


def test_each_object_is_asked_for_once_and_those_removed_never(candidates, sky):
    asked = []

    def ask(position, epoch):
        asked.append(position.ra.deg)
        return what_is_around(position, epoch, sky)

    looked = look_around(candidates, ask)
    assert sorted(round(ra, 3) for ra in asked) == [10.0, 14.2, 50.0]
    assert list(looked.table["around"]) == ["found", "found", "failed", "found", "no position"]
    assert looked.row("a2")["trap"] == "SIMBAD bright"
    assert looked.row("a2")["trap_separation"] == 22.0
    assert looked.row("c1")["mag"] == 10.0


def test_what_a_service_did_not_say_removes_nobody_and_is_counted(candidates, sky):
    looked = look_around(candidates, lambda place, epoch: what_is_around(place, epoch, sky))
    cut = looked.cut(no_bright_neighbour())
    assert list(cut.kept["id"]) == ["b1", "c1", "x"]
    assert set(cut.removed["missed_by"]) == {4.0}
    (step,) = cut.trail
    assert (step.removed, step.unknown, step.unit) == (2, 2, "mag")


def test_it_is_kept_on_disk(candidates, sky, tmp_path):
    looked = look_around(candidates, lambda place, epoch: what_is_around(place, epoch, sky))
    looked.save(tmp_path / "c.ecsv")
    assert Candidates.open(tmp_path / "c.ecsv").row("a1") == pytest.approx(looked.row("a1"), nan_ok=True)


def test_the_noise_is_that_of_the_errors_or_of_the_spectrum():
    rng = np.random.default_rng(1)
    wave = np.linspace(6500, 6600, 4000)
    flux = 100 + rng.normal(0, 2, wave.size)
    assert signal_to_noise(Spectrum(wave, flux)) == pytest.approx(50, rel=0.1)
    assert signal_to_noise(Spectrum(wave, flux, ivar=np.full(wave.size, 1.0))) == pytest.approx(100, rel=0.01)
    assert np.isnan(signal_to_noise(Spectrum(wave, flux, mask=np.ones(wave.size, dtype=bool))))
    assert np.isnan(signal_to_noise(Spectrum(wave, np.ones(wave.size))))
