"""IRAF's dispersion functions, against numbers worked out by hand and against specutils."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import specutils
from astropy.io import fits

from astrolib.collection import read_spectra
from astrolib.core.errors import UnreadableFileError

HEAD = "1 1 2 5000. 1. 5 0. 1. 2."


@pytest.fixture
def multispec(tmp_path):
    """Return a function that writes one aperture of five pixels and reads its wavelengths."""

    def wavelengths(text, **header):
        hdu = fits.PrimaryHDU(np.ones((1, 5), dtype="f4"))
        hdu.header.update({"CTYPE1": "MULTISPE", "WAT0_001": "system=multispec"})
        hdu.header["WAT1_001"] = "wtype=multispec label=Wavelength units=angstroms"
        words = f'wtype=multispec spec1 = "{text}"'
        for number in range(0, len(words), 68):  # as IRAF does, in the middle of numbers
            hdu.header[f"WAT2_{number // 68 + 1:03d}"] = words[number : number + 68]
        hdu.header.update(header)
        hdu.writeto(tmp_path / "ap.fits", overwrite=True)
        return read_spectra(tmp_path / "ap.fits")[0].wavelength

    return wavelengths


@pytest.mark.parametrize(
    ("functions", "expected"),
    [
        ("1. 0. 1 3 1. 5. 5002. 2. 0.1", [5000.1, 5000.95, 5001.9, 5002.95, 5004.1]),
        ("1. 0. 2 3 1. 5. 5002. 2. 0.1", [5000.1, 5000.9875, 5001.95, 5002.9875, 5004.1]),
        ("1. 0. 4 2 1. 5. 5000. 5010. 5030.", [5000, 5005, 5010, 5020, 5030]),
        ("1. 0. 3 1 1. 5. 833. 834. 835. 836.", [5004, 5005.5, 5007, 5008.5, 5010]),
        ("0.5 100. 2 2 1. 5. 5000. 2. 0.5 0. 4 1 1. 5. 5000. 5004.", [5049, 5050, 5051, 5052, 5053]),
    ],
    ids=["Chebyshev", "Legendre", "linear spline", "cubic spline", "weighted sum"],
)
def test_each_function_gives_its_wavelengths(multispec, functions, expected):
    assert multispec(f"{HEAD} {functions}") == pytest.approx(expected, abs=1e-9)


def test_a_redshift_is_taken_out(multispec):
    assert multispec("1 1 0 5005. 1.001 5 0.001 1. 2.") == pytest.approx([5000, 5001, 5002, 5003, 5004])


def test_a_logarithmic_aperture(multispec):
    assert multispec("1 1 1 3.7 0.001 5 0. 1. 2.") == pytest.approx(10 ** (3.7 + 0.001 * np.arange(5)))


def test_pixels_that_do_not_count_are_left_out(multispec):
    assert len(multispec("1 1 0 5000. 1. 3 0. 1. 2.")) == 3


def test_a_trimmed_image_keeps_its_physical_pixels(multispec):
    assert multispec("1 1 0 5000. 1. 5 0. 1. 2.", LTV1=-10.0)[0] == pytest.approx(5010)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 1 -1 5000. 1. 5 0. 1. 2.", "not calibrated"),
        (f"{HEAD} 1. 0. 5 2 1. 5.", "dispersion function 5"),
        (f"{HEAD} 1. 0. 1 4 1. 5. 5000. 1.", "Chebyshev of order 4 with 2 coefficients"),
        ("1 1 0 5000.", "aperture 1 in WAT2"),
        ("one 1 0 5000. 1. 5 0.", "aperture 1 in WAT2"),
    ],
)
def test_what_is_not_calibrated_is_refused_in_one_line(multispec, text, reason):
    with pytest.raises(UnreadableFileError, match=rf"ap\.fits: .*{reason}.*; calibrate it"):
        multispec(text)


@pytest.mark.parametrize("name", ["AAO.fits", "multispec-linear-log.fits"])
def test_specutils_reads_the_same_wavelengths(shared, name):
    path = shared / "data" / "spectra" / name
    with warnings.catch_warnings(action="ignore"):
        theirs = specutils.SpectrumCollection.read(path, format="iraf").wavelength.to_value("Angstrom")

    for ours, other in zip(read_spectra(path), theirs, strict=True):
        assert ours.wavelength == pytest.approx(np.sort(other), rel=1e-10)
