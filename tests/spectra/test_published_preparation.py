"""Reading, air to vacuum and a published recipe give the published numbers."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from astrolib.collection import read_spectra
from astrolib.spectra import air_to_vacuum

GRID = np.linspace(6519, 6732, 140)
KERNEL = 7  # pixels, for the higher resolving power


def test_the_published_preparation_is_reproduced(shared):
    """Air to vacuum, Gaussian of 7 pixels for Ondrejov, linear interpolation to 140 points, scaled."""
    folder = shared / "data" / "spectra"
    with (folder / "expected_140.csv").open() as stream:
        rows = list(csv.DictReader(stream))

    for row in rows:
        assert _prepared(folder, row) == pytest.approx([float(row[f"f{n}"]) for n in range(140)], abs=6e-7), (
            row["file"]
        )
    assert len(rows) == 35


def _prepared(folder, row):
    path = folder / row["file"] if (folder / row["file"]).exists() else next(folder.rglob(row["file"]))
    spectrum = read_spectra(path)[0]
    wavelength, flux = spectrum.wavelength, spectrum.flux.astype("f8")
    if spectrum.medium == "air":
        wavelength, flux = air_to_vacuum(wavelength), gaussian_filter1d(flux, KERNEL, mode="nearest")
    level = np.interp(GRID, wavelength, flux)
    return 2 * (level - level.min()) / (level.max() - level.min()) - 1
