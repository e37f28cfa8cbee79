"""Columns from the bytes are the columns that astropy gives."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from astrolib.collection.readers import binary_table

CELLS = {
    "B": np.array([1, 2, 255], dtype="u1"),
    "I": np.array([-1, 2, 3], dtype="i2"),
    "J": np.array([-1, 2, 3], dtype="i4"),
    "K": np.array([-1, 2, 3], dtype="i8"),
    "E": np.array([0.5, np.nan, -1], dtype="f4"),
    "D": np.array([0.5, np.nan, -1], dtype="f8"),
    "4E": np.arange(12, dtype="f4").reshape(3, 4),
    "3X": np.array([[1, 0, 1]] * 3, dtype=bool),
}


@pytest.fixture
def written(tmp_path):
    def write(columns, **keys):
        hdu = fits.BinTableHDU.from_columns(columns)
        hdu.header.update(keys)
        hdu.writeto(tmp_path / "table.fits")
        return fits.open(tmp_path / "table.fits", memmap=False)

    return write


@pytest.mark.parametrize("form", CELLS)
def test_every_plain_kind(written, form):
    first = fits.Column("before", "I", array=[7, 8, 9])
    with written([first, fits.Column("Flux", form, array=CELLS[form])]) as hdus:
        before, column = binary_table.columns(hdus[1])

        np.testing.assert_array_equal(before, [7, 8, 9])
        np.testing.assert_array_equal(column, hdus[1].data["Flux"])
        assert binary_table.names(hdus[1]) == ["before", "flux"]


def test_scaled_columns_are_left_to_astropy(written):
    counts = np.array([0, 1, 65_535], dtype="u2")  # FITS has no unsigned integers: TZERO is 32768
    with written([fits.Column("counts", "I", array=counts, bzero=32_768)]) as hdus:
        np.testing.assert_array_equal(binary_table.columns(hdus[1])[0], counts)


def test_an_image_is_no_table(tmp_path):
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.zeros((2, 2)))]).writeto(tmp_path / "image.fits")
    with fits.open(tmp_path / "image.fits") as hdus:
        assert binary_table.table(hdus, 1) is None
        assert binary_table.table(hdus, 2) is None
        assert binary_table.names(None) == []
