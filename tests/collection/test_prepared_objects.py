"""Spectra of the same object: within 3 arcsec, else by name."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.collection import same_object

ARCSEC = 1 / 3600


def test_by_place_within_the_radius():
    ra = [10, 10 + 2 * ARCSEC, 10 + 4 * ARCSEC, 10 + 9 * ARCSEC, 10]
    found = same_object(np.array([""] * 5), ra, np.zeros(5))
    assert found.tolist() == [0, 0, 0, 3, 0]


def test_a_place_near_the_pole_and_across_zero():
    ra, dec = [0, 180, 359.9999, 0.0001], [89.9999, 89.9999, 0, 0]
    assert same_object(np.array([""] * 4), ra, dec).tolist() == [0, 0, 2, 2]


def test_stars_apart_keep_apart_though_they_share_a_name():
    assert same_object(np.array(["star", "star"]), [10, 20], [0, 0]).tolist() == [0, 1]


def test_without_a_place_the_name_decides():
    target = np.array(["HD 1", "HD 1", "", "", "HD 2"])
    assert same_object(target, [5, np.nan, np.nan, np.nan, np.nan], [5, *[np.nan] * 4]).tolist() == [
        0,
        0,
        2,
        3,
        4,
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_few(count):
    assert same_object(np.array([""] * count, dtype=str), [np.nan] * count, [np.nan] * count).size == count


def test_the_same_place_many_times():
    found = same_object(np.array([""] * 50_000), np.full(50_000, 12.0), np.full(50_000, -3.0))
    assert not found.any()
