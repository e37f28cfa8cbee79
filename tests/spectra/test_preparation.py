"""A collection onto one grid: nothing lost, nothing silent, the same whatever came with it."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrolib.collection import PreparedSpectra, SpectrumCollection, read_spectra
from astrolib.core.errors import ParameterError
from astrolib.core.spectrum import Spectrum
from astrolib.spectra import FLAGS, prepare, read_recipe, resample, vacuum_to_air
from astrolib.spectra.resolution import FWHM

LAMOST = 10 ** (3.78 + 1e-4 * np.arange(900))
ONDREJOV = 6253.0 + 0.2567 * np.arange(1997)
KNOWN = {
    "resolving_power": 1800.0,
    "medium": "vacuum",
    "rest_frame": "heliocentric",
    "instrument": "LAMOST LRS",
}


def star(number: int = 0, wavelength: np.ndarray = LAMOST, **known) -> Spectrum:
    rng = np.random.default_rng(number)
    profile = 1 + rng.uniform(-0.4, 2) * np.exp(-0.5 * ((wavelength - 6564.6) / rng.uniform(3, 8)) ** 2)
    flux = 1000 * (wavelength / 6500) ** -2 * profile * rng.normal(1, 0.01, wavelength.size)
    return Spectrum(
        wavelength, flux, **{"source": f"file-{number}.fits", "target": f"star {number}", **KNOWN, **known}
    )


def changed(number: int = 0, flux: Callable | None = None, mask: Callable | None = None, **known) -> Spectrum:
    """Return a star whose flux or mask near the line is another: functions of (wavelength, values)."""
    one = star(number)
    values = one.flux.copy() if flux is None else flux(LAMOST, one.flux.copy())
    masked = None if mask is None else mask(LAMOST)
    return Spectrum(LAMOST, values, mask=masked, source="bad.fits", **{**KNOWN, **known})


@pytest.fixture
def run(tmp_path):
    """Return a function that prepares spectra by a recipe."""

    def prepared(spectra: list[Spectrum], recipe: str = "halpha", **over):
        number = len(list(tmp_path.glob("collection-*")))
        collection = SpectrumCollection.create(tmp_path / f"collection-{number}")
        collection.append(spectra)
        return prepare(collection, tmp_path / f"prepared-{number}", read_recipe(recipe, **over))

    return prepared


def test_the_published_answers(shared, run):
    folder = shared / "data" / "spectra"
    with (folder / "expected_140.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    files = [next(folder.rglob(Path(row["file"]).name)) for row in rows]
    spectra = [read_spectra(file)[0] for file in files]
    done = run(spectra, "published-halpha")
    assert len(done.rejected) == 0
    found = done.prepared.flux[done.prepared.rows([spectrum.id for spectrum in spectra])]
    expected = [[float(row[f"f{n}"]) for n in range(140)] for row in rows]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert len(rows) == 35


def with_nan(wavelength, flux):
    flux[np.argmin(np.abs(wavelength - 6600))] = np.nan
    return flux


SHORT = LAMOST[:400]
CASES = {
    "medium": changed(medium="unknown"),
    "resolution": changed(resolving_power=1000.0),
    "range": Spectrum(SHORT, np.random.default_rng(0).normal(1, 0.1, SHORT.size), source="bad.fits", **KNOWN),
    "masked at the line": changed(mask=lambda wave: np.abs(wave - 6566) < 4),
    "masked": changed(mask=lambda wave: np.abs(wave - 6650) < 40),
    "too noisy": changed(flux=lambda wave, flux: flux + np.random.default_rng(0).normal(0, 1500, wave.size)),
    "flat": changed(flux=lambda wave, flux: np.full(wave.size, 7.0)),
    "continuum": changed(flux=lambda wave, flux: flux * (6700 - wave)),
}


@pytest.mark.parametrize("flag", CASES)
def test_each_flaw_is_named_and_the_rest_goes_on(run, flag):
    bad = CASES[flag]
    done = run([star(1), bad, star(2)])
    assert done.prepared.ids.tolist() == [star(1).id, star(2).id]
    assert [tuple(row)[:3] for row in done.rejected] == [(bad.id, "bad.fits", flag)]
    assert len(done.rejected["reason"][0]) > 15
    assert flag in FLAGS


def test_where_flux_and_inverse_variance_are_zero_nothing_was_measured(run):
    """But an inverse variance of 0 alone leaves no flux out."""
    near = np.abs(LAMOST - 6564) < 6
    one = star(1)
    unsure = np.where(near, 0, 1e-2)
    spectra = [replace(one, ivar=unsure), replace(one, flux=np.where(near, 0, one.flux), ivar=unsure)]
    done = run(spectra)
    assert done.prepared.ids.tolist() == [spectra[0].id]
    assert done.rejected["flag"].tolist() == ["masked at the line"]


@pytest.mark.parametrize("n_pixels", [140, 30])
def test_the_outermost_pixels_hold_all_their_light(run, n_pixels):
    """Pixels of the spectrum far smaller than those of the grid reach to its outer edges."""
    one = star(1, ONDREJOV, resolving_power=13000.0)
    done = run([one], resolution=0.0, continuum="none", scale="none", n_pixels=n_pixels).prepared
    expected = resample(ONDREJOV, one.flux, done.wavelength).flux
    np.testing.assert_allclose(done.flux[0], expected, rtol=1e-6)


def test_not_finite_where_masked_pixels_are_used(run):
    done = run([changed(flux=with_nan), star(1)], "published-halpha")
    assert done.rejected["flag"].tolist() == ["not finite"]
    assert len(run([changed(flux=with_nan), star(1)]).prepared) == 2


def test_where_masked_pixels_are_used_masks_reject_nothing(run):
    masked = changed(mask=lambda wave: np.ones(wave.size, dtype=bool))
    prepared = run([masked], "published-halpha").prepared
    plain = run([changed()], "published-halpha").prepared
    np.testing.assert_array_equal(prepared.flux, plain.flux)
    assert prepared.mask.all()


def test_the_frame_is_asked_for(run):
    done = run([changed(rest_frame="unknown"), star(1)], frame="barycentric")
    assert done.rejected["flag"].tolist() == ["frame", "frame"]  # the other one lacks place and epoch
    assert "as given" in done.rejected["reason"][0]


def test_a_wavelength_that_does_not_increase(run, monkeypatch):
    """No reader lets it in; a part that another program wrote may hold it."""
    monkeypatch.setattr(Spectrum, "_check", lambda self: None)
    wavelength = LAMOST.copy()
    wavelength[500] = wavelength[499]
    done = run([star(1), star(2, wavelength, source="bad.fits"), star(3, LAMOST[::-1].copy())])
    assert len(done.prepared) == 1
    assert done.rejected["flag"].tolist() == ["wavelength", "wavelength"]


def test_what_is_assumed_is_said_in_the_recipe(run, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        "wave_min = 6519.0\nwave_max = 6732.0\nn_pixels = 140\nresolution = 1500.0\n"
        'assume_medium = "vacuum"\nassume_resolving_power = 1800.0\n'
    )
    unknown = changed(medium="unknown", resolving_power=np.nan)
    assert run([unknown]).rejected["flag"].tolist() == ["medium"]
    done = run([unknown], str(file))
    assert len(done.prepared) == 1
    assert done.prepared.recipe["assume_medium"] == "vacuum"


def test_alone_and_among_others_are_the_same(run):
    """Grids of many kinds, with and without inverse variance, in one collection."""
    short = LAMOST[100:]
    spectra = [star(n, (LAMOST, short, ONDREJOV)[n % 3]) for n in range(30)]
    spectra += [star(n, LAMOST, ivar=np.full(LAMOST.size, 0.01)) for n in range(30, 34)]
    together = run(spectra).prepared
    for spectrum in spectra[::5]:
        alone = run([spectrum]).prepared
        np.testing.assert_allclose(together.flux[together.rows([spectrum.id])], alone.flux, atol=1e-6)
    assert len(together) == 34


def test_both_ends_give_one_profile(run):
    """The same star through a fine spectrograph in air and a coarse one in vacuum."""
    fine_vacuum = 6400 + 0.1 * np.arange(4000)

    def seen(wavelength: np.ndarray, power: float) -> np.ndarray:
        sigma = np.hypot(2.5, 6564.6 / power / FWHM)
        return 1 + 2.5 / sigma * sum(
            np.exp(-0.5 * ((wavelength - 6564.6 - shift) / sigma) ** 2) for shift in (-5, 5)
        )

    fine = Spectrum(vacuum_to_air(fine_vacuum), seen(fine_vacuum, 13000),
                    **{**KNOWN, "medium": "air", "resolving_power": 13000.0})  # fmt: skip
    coarse = Spectrum(LAMOST, seen(LAMOST, 1800), **KNOWN)
    one, other = run([fine, coarse], continuum="none").prepared.flux
    assert np.abs(one - other).max() < 0.06  # of 2: the pixels of the coarse one are as wide as the grid's
    published = run([fine, coarse], "published-halpha").prepared.flux
    assert np.abs(published[0] - published[1]).max() > 2 * np.abs(one - other).max()


def test_inverse_variance_and_mask_come_along(run):
    spectrum = star(1, ivar=np.full(LAMOST.size, 0.01), mask=np.abs(LAMOST - 6700) < 3)
    prepared = run([spectrum], scale="none", continuum="none").prepared
    gap = prepared.mask[0]
    assert 2 <= gap.sum() <= 6
    assert (prepared.ivar[0, gap] == 0).all()
    assert prepared.ivar[0, ~gap].min() > 0.0099  # one pixel of the spectrum in one of the grid
    assert prepared.ivar[0, ~gap].max() < 0.0205  # half of two
    assert np.isfinite(prepared.flux).all()
    scaled = run([spectrum], continuum="none").prepared
    unit = np.ptp(prepared.flux[0]) / 2
    np.testing.assert_allclose(scaled.ivar[0], prepared.ivar[0] * unit**2, rtol=1e-4)


def test_the_velocity_is_recorded(run):
    place = {
        "ra": 180.0,
        "dec": 10.0,
        "obstime": "2015-12-21T05:00:00",
        "time_scale": "UTC",
        "time_ref": "middle",
    }
    topocentric = star(1, rest_frame="topocentric", **place)
    both = run([topocentric, star(2)], frame="heliocentric").prepared.info
    assert both["rest_frame"].tolist() == ["heliocentric"] * 2
    assert 20 < both["velocity"][0].to_value("km/s") < 31
    assert both["velocity"][1] == 0
    given = run([topocentric]).prepared.info
    assert (given["rest_frame"][0], given["velocity"][0].value) == ("topocentric", 0)


def test_an_empty_collection(run):
    done = run([])
    assert (len(done.prepared), len(done.rejected)) == (0, 0)
    assert done.rejected.colnames == ["id", "source", "flag", "reason"]


def test_the_recipe_is_written_down(run):
    done = run([star(1)], n_pixels=100, scale="zscore")
    assert done.prepared.recipe == read_recipe("halpha", n_pixels=100, scale="zscore").as_dict()
    assert done.prepared.flux.shape == (1, 100)
    assert done.prepared.recipe_hash != run([star(1)]).prepared.recipe_hash


def test_progress_and_a_folder_in_use(tmp_path):
    collection = SpectrumCollection.create(tmp_path / "c")
    collection.append([star(n) for n in range(5)])
    told: list[tuple[int, int]] = []
    prepare(collection, tmp_path / "p", read_recipe("halpha"), lambda done, total: told.append((done, total)))
    assert told[-1] == (5, 5)
    with pytest.raises(ParameterError, match="there already"):
        prepare(collection, tmp_path / "p", read_recipe("halpha"))
    assert len(PreparedSpectra.open(tmp_path / "p")) == 5


PROGRAM = """
import sys
from pathlib import Path
from astrolib.collection import SpectrumCollection
from astrolib.spectra import prepare, read_recipe

def own():  # what the process holds, file-mapped pages not counted [MB]
    return int(next(l for l in open("/proc/self/status") if l.startswith("RssAnon")).split()[1]) / 1024

folder, most = Path(sys.argv[1]), []
recipe = read_recipe("halpha")
collection = SpectrumCollection.open(folder / "c")
prepare(collection, folder / "p", recipe, lambda done, total: most.append(own()))
print(max(most) - most[0])
"""


def test_memory_stays_bounded(tmp_path):
    """3,909 pixels of 12 bytes: 190 MB."""
    wavelength = 10 ** (3.5682 + 1e-4 * np.arange(3909))
    rng = np.random.default_rng(0)
    noise = rng.normal(1, 0.05, 8000)
    collection = SpectrumCollection.create(tmp_path / "c")
    collection.append(
        Spectrum(wavelength, noise[n : n + 3909] + n, **KNOWN) for n in rng.permutation(4000).tolist()
    )
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert float(done.stdout) < 100
