"""The velocity axis, and the list of lines."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.spectra import air_to_vacuum, line, line_list, telluric_bands, velocity, wavelength_at


def test_the_line_itself_does_not_move_and_red_recedes():
    assert velocity([6562.801, 6584.692], 6562.801) == pytest.approx([0, 1000], abs=0.1)


def test_velocity_and_wavelength_are_inverse():
    wavelength = np.linspace(6500, 6600, 50)

    assert wavelength_at(velocity(wavelength, 6562.801), 6562.801) == pytest.approx(wavelength, rel=1e-14)


def test_h_alpha_is_in_the_list_in_both_media():
    assert line("H-alpha", "air") == 6562.801
    assert line("H-alpha", "vacuum") == pytest.approx(6564.614, abs=5e-4)


def test_names_are_unique_and_wavelengths_increase_within_a_group():
    lines = line_list()
    names = [entry.name for entry in lines]

    assert len(set(names)) == len(names)
    for group in {entry.group for entry in lines}:
        air = [entry.air for entry in lines if entry.group == group]
        assert air == sorted(air) or group in ("H I", "Mg I", "forbidden"), group


def test_the_lines_that_viewers_need_are_there():
    groups = {entry.group for entry in line_list()}

    assert {"H I", "He I", "Fe II", "Si II", "C II", "Na I", "O I", "Ca II"} <= groups


def test_telluric_bands_are_ranges_in_both_media():
    bands = {band.name: band for band in telluric_bands()}

    assert {"O2 A", "O2 B"} <= set(bands)
    for band in bands.values():
        assert band.air[0] < band.air[1]
        assert band.vacuum == pytest.approx(air_to_vacuum(band.air))
