"""The files of a night have names of their own."""

from __future__ import annotations

from astrolib.images.product_names import product_name


def test_letters_of_any_script_stay():
    assert product_name(("Ä 1", "CCD1"), set()) == "Ä_1-CCD1.fits"
    assert product_name(("../нить <7>", ""), set()) == ".._нить_7_.fits"


def test_names_that_would_be_one_file_are_told_apart():
    taken: set[str] = set()
    words = [("flat", "r'"), ("flat", "r*"), ("FLAT", "R_"), ("flat", "r_", "2")]
    names = [product_name(each, taken) for each in words]
    assert len({name.casefold() for name in names}) == len(names)
    assert names[0] == "flat-r_.fits"
