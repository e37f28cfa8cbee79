"""A spectrum is checked when it is made, and known by its content."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Spectrum

WAVELENGTH = np.array([6500.0, 6501.0, 6502.5])
FLUX = np.array([1.0, 0.5, 1.5])


def test_the_id_is_the_content() -> None:
    spectrum = Spectrum(WAVELENGTH, FLUX, target="gamma Cas")
    digest = hashlib.sha256(WAVELENGTH.astype("<f8").tobytes() + FLUX.astype("<f4").tobytes()).hexdigest()
    assert spectrum.id == digest[:16]
    assert Spectrum(WAVELENGTH, FLUX, target="another name").id == spectrum.id
    assert Spectrum(WAVELENGTH, FLUX + 0.1).id != spectrum.id


def test_arrays_of_any_byte_order_and_layout_become_plain_ones() -> None:
    spectrum = Spectrum(np.repeat(WAVELENGTH, 2)[::2].astype(">f8"), FLUX.astype(">f4"), ivar=np.ones(3))
    assert (spectrum.wavelength.dtype.str, spectrum.flux.dtype.str) == ("<f8", "<f4")
    assert spectrum.id == Spectrum(WAVELENGTH, FLUX).id
    assert len(spectrum) == 3


@pytest.mark.parametrize(
    ("wavelength", "flux", "what"),
    [
        (WAVELENGTH[::-1], FLUX, "does not increase"),
        ([6500, 6500, 6501], FLUX, "does not increase"),
        ([6500, np.nan, 6501], FLUX, "does not increase"),
        ([6500, 6501, np.inf], FLUX, "does not increase"),
        (WAVELENGTH, FLUX[:2], "arrays of shapes"),
        (WAVELENGTH, [np.nan] * 3, "no flux"),
        ([6500], [1], "no flux"),
        ([], [], "no flux"),
    ],
)
def test_what_is_no_spectrum_is_refused(wavelength: object, flux: object, what: str) -> None:
    with pytest.raises(UnreadableFileError, match=what):
        Spectrum(np.asarray(wavelength, float), np.asarray(flux, float), source="bad.fits")


def test_a_mask_of_another_length_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match=r"bad\.fits: arrays of shapes"):
        Spectrum(WAVELENGTH, FLUX, mask=np.zeros(2, bool), source="bad.fits")


@pytest.mark.parametrize(
    "known",
    [
        {"medium": "Luft"},
        {"rest_frame": "lunar"},
        {"time_scale": "CET"},
        {"time_ref": "end"},
        {"obstime": "last night"},
        {"obstime": "2010-01-01T21:00:00+02:00"},
    ],
)
def test_a_word_that_has_no_meaning_is_refused_with_its_name(known: dict[str, str]) -> None:
    with pytest.raises(UnreadableFileError, match=rf"bad\.fits: {next(iter(known))} is "):
        Spectrum(WAVELENGTH, FLUX, source="bad.fits", **known)  # type: ignore[arg-type]
