"""A collection in batches holds what it holds one by one."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from astrolib.collection import SpectrumCollection
from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Spectrum


def spectrum(number: int) -> Spectrum:
    rng = np.random.default_rng(number)
    pixels = int(rng.integers(2, 400))
    return Spectrum(
        np.linspace(4000, 5000, pixels),
        rng.normal(1, 0.1, pixels),
        ivar=rng.uniform(1, 2, pixels) if number % 2 else None,
        mask=rng.random(pixels) < 0.5 if number % 3 else None,
        target=f"star {number}",
    )


@pytest.fixture
def collection(tmp_path, monkeypatch):
    """Give a collection of several parts and groups, one spectrum in two of them."""
    monkeypatch.setattr("astrolib.collection.parts.MAX_PIXELS_IN_GROUP", 1000)
    for name in ("one", "two"):
        first = 0 if name == "one" else 20
        SpectrumCollection.create(tmp_path / name).append([spectrum(n) for n in range(first, first + 25)])
    for part in (tmp_path / "two").glob("part-*"):
        shutil.copy(part, tmp_path / "one" / part.name)
    return SpectrumCollection.open(tmp_path / "one")


def test_all_of_them_in_order_each_once(collection):
    batches = list(collection.batches())
    assert len(batches) > 5
    identities = [known["id"] for batch in batches for known in batch.metadata]
    assert identities == collection.ids
    assert len(identities) == 45
    for batch in batches:
        for row, known in enumerate(batch.metadata):
            one = collection.spectrum(known["id"])
            for name in ("wavelength", "flux", "ivar", "mask"):
                np.testing.assert_array_equal(getattr(batch, name)[row], getattr(one, name))
            assert known["target"] == one.target


def test_none(tmp_path):
    assert list(SpectrumCollection.create(tmp_path / "c").batches()) == []


def test_a_part_that_went_away_is_named(collection):
    batches = collection.batches()
    next(batches)
    for part in collection.folder.glob("part-*"):
        part.unlink()
    with pytest.raises(UnreadableFileError, match="part-"):
        list(batches)
