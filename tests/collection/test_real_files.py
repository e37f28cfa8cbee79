"""Spectra that nobody here made: each is read on the right scale, or refused in one line."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from astrolib.collection import SpectrumCollection, read_spectra
from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.core.spectrum import Spectrum
from astrolib.spectra import (
    air_to_vacuum,
    barycentric_correction,
    line,
    middle_of_exposure,
    normalise,
    wavelength_at,
)

REFUSED = {"L5g_0355+11_Cruz09.fits": "TIMESYS is UT1"}
ORDERS = {"AAO.fits": 51, "Combined.fits": 51, "multispec-linear-log.fits": 107, "multispec_equispec.fits": 2}
VELOCITIES = np.arange(-300.0, 301.0, 5.0)
WATER = (6490.80, 6495.87, 6498.75, 6514.73, 6516.55, 6519.46, 6523.84, 6532.36)
WATER_REDWARD = (6534.00, 6543.91, 6548.62, 6552.63, 6557.17, 6572.09, 6574.85)


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "spectra"


def test_every_file_is_read_or_refused_in_one_line(folder, tmp_path):
    collection = SpectrumCollection.create(tmp_path / "all")
    files = sorted(folder.rglob("*.fits"))
    for path in files:
        if path.name in REFUSED:
            with pytest.raises(UnreadableFileError, match=rf"{REFUSED[path.name]}; ") as refusal:
                read_spectra(path)
            assert "\n" not in str(refusal.value)
            continue
        spectra = read_spectra(path)
        assert len(spectra) == ORDERS.get(path.name, 1), path.name
        collection.append(spectra)

    assert len(files) == 43
    assert len(collection) == sum(ORDERS.values()) + len(files) - len(ORDERS) - len(REFUSED)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("gamma-cas-emission.fits", "air", 6562.8),
        ("bt-cmi-ondrejov.fits", "air", 6562.8),
        ("alpha-lyr-absorption.fits", "air", 6562.8),
        ("bt-cmi-lamost.fits", "vacuum", 6564.6),
    ],
)
def test_h_alpha_falls_where_it_must(folder, name, kind, expected):
    (spectrum,) = read_spectra(folder / name)
    near = np.abs(spectrum.wavelength - line("H-alpha", kind)) < 15
    strength = np.abs(normalise(spectrum.wavelength, spectrum.flux)[near] - 1)

    assert spectrum.medium == kind
    assert np.average(spectrum.wavelength[near], weights=strength) == pytest.approx(expected, abs=0.8)


def test_both_observatories_see_h_alpha_at_the_same_place(folder):
    """In vacuum the pairs agree to a fraction of LAMOST's pixel (69 km/s); in air they would stand 83 off."""
    with (folder / "cross-matched.csv").open() as stream:
        names = [[name.removeprefix("data/") for name in row] for row in csv.reader(stream)]
    pairs = [[read_spectra(folder / name)[0] for name in row] for row in names]
    shifts = {one.target: _shift(one, other, air_to_vacuum(one.wavelength)) for one, other in pairs}
    in_air = [_shift(one, other, one.wavelength) for one, other in pairs]

    assert len(pairs) == 11
    assert abs(np.median(list(shifts.values()))) < 10
    assert np.median(in_air) - np.median(list(shifts.values())) == pytest.approx(83, abs=5)
    del shifts["UZLyr"]  # an eclipsing binary, seen at two phases
    assert max(map(abs, shifts.values())) < 60


def _shift(sharp: Spectrum, smooth: Spectrum, wavelength: NDArray[np.float64]) -> float:
    """Return the velocity by which `sharp` must move to look most like `smooth` around H-alpha [km/s]."""
    flux = normalise(wavelength, gaussian_filter1d(sharp.flux.astype("f8"), 6, mode="nearest"), 2)
    near = (smooth.wavelength > 6300) & (smooth.wavelength < 6720)
    grid, level = smooth.wavelength[near], normalise(smooth.wavelength[near], smooth.flux[near], 2)
    line_only = (grid > 6500) & (grid < 6640)
    likeness = []
    for moved in wavelength_at(VELOCITIES, 1.0):
        level_here = np.interp(grid, wavelength * moved, flux)
        likeness.append(np.corrcoef(level_here[line_only], level[line_only])[0, 1])
    best = int(np.argmax(likeness))
    a, b, _ = np.polyfit(VELOCITIES[best - 3 : best + 4], likeness[best - 3 : best + 4], 2)
    return -b / (2 * a)


def test_ondrejov_wavelengths_are_heliocentric_as_their_telluric_lines_show(folder):
    """Water lines, at rest in the observatory, stand off by the correction that was applied."""
    names = ["oe270005.fits", "gamma-cas-emission.fits", "alpha-lyr-absorption.fits", "bt-cmi-ondrejov.fits"]
    paths = [folder / name for name in names] + sorted((folder / "cross-matched" / "ondrejov").glob("*.fits"))
    spectra = [read_spectra(path)[0] for path in paths]
    applied = np.array([_telluric_velocity(spectrum) for spectrum in spectra])
    expected = np.array([_correction(spectrum) for spectrum in spectra])

    assert {spectrum.rest_frame for spectrum in spectra} == {"heliocentric"}
    assert np.corrcoef(applied, expected)[0, 1] > 0.98
    assert np.median(np.abs(applied - expected)) < 3


def _telluric_velocity(spectrum: Spectrum) -> float:
    flux = normalise(spectrum.wavelength, spectrum.flux, 5)
    sharp = flux - gaussian_filter1d(flux, 5)
    lines = np.array(WATER + WATER_REDWARD)
    shifts = np.arange(-60.0, 61.0)
    depth = [np.interp(wavelength_at(v, 1.0) * lines, spectrum.wavelength, sharp).mean() for v in shifts]
    return float(shifts[np.argmin(depth)])


def _correction(spectrum: Spectrum) -> float:
    middle = middle_of_exposure(spectrum.obstime, spectrum.time_scale, spectrum.time_ref, spectrum.exptime)
    return barycentric_correction(SkyCoord(spectrum.ra, spectrum.dec, unit="deg"), "ondrejov", middle)


def test_conformance_files_of_others_are_read_or_refused_in_one_line(shared):
    paths = [
        *(shared / "data" / "fits_edge").rglob("*.fits"),
        *(shared / "data" / "votable_edge").rglob("*.xml"),
    ]
    refusals = []
    for path in paths:
        try:
            read_spectra(path)
        except AstrolibError as refusal:
            refusals.append(refusal)

    assert len(refusals) > 20
    assert all("\n" not in str(refusal) and refusal.remedy for refusal in refusals)
