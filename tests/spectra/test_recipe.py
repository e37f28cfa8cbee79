"""Recipes are read whole, and what does not suit is named."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.spectra import read_recipe, recipe_names

LEAST = "wave_min = 6500\nwave_max = 6600.0\nn_pixels = 50\n"


def test_the_shipped_ones():
    assert {"halpha", "published-halpha"} <= set(recipe_names())
    for name in recipe_names():
        recipe = read_recipe(name)
        assert recipe.name == name
        assert recipe.about
        assert recipe.as_dict()["wave_min"] == recipe.grid[0]
    published = read_recipe("published-halpha")
    np.testing.assert_array_equal(published.grid, np.linspace(6519, 6732, 140))


def test_values_that_win():
    recipe = read_recipe("halpha", n_pixels=70, scale="zscore", wave_min=None)
    assert (recipe.n_pixels, recipe.scale, recipe.wave_min) == (70, "zscore", 6519.0)


def test_a_resolution_takes_the_place_of_pixels():
    recipe = read_recipe("published-halpha", resolution=1500.0)
    assert (recipe.resolution, recipe.blur_pixels) == (1500, 0)


def test_ones_own(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(LEAST + 'assume_medium = "air"\n')
    recipe = read_recipe(file)
    assert (recipe.name, recipe.wave_min, recipe.assume_medium) == ("mine", 6500.0, "air")
    assert read_recipe(str(file)) == recipe


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LEAST + "colour = 1", "colour"),
        ("wave_min = 6500.0", "n_pixels is missing|wave_max is missing"),
        (LEAST + 'scale = "robust"', "scale is 'robust'.*minmax"),
        (LEAST + "least_snr = -1.0", "least_snr is -1"),
        (LEAST + "resolution = nan", "resolution is nan"),
        (LEAST + 'resolution = "high"', "resolution is 'high'.*number"),
        (LEAST + "resolution = 1000.0\nblur_pixels = 7.0", "not both"),
        ("wave_min = 6600\nwave_max = 6500\nn_pixels = 9", "wave_max"),
        ("wave_min = 6500\nwave_max = 6600\nn_pixels = 1", "n_pixels is 1"),
        ("wave_min = 6500\nwave_max = 6600\nn_pixels = 2000000000", "n_pixels"),
        ("wave_min = 6500\nwave_max = 6600\nn_pixels = true", "n_pixels is True"),
        ("this is no TOML", "no recipe"),
    ],
)
def test_what_does_not_suit_is_named(tmp_path, text, told):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ParameterError, match=told):
        read_recipe(file)


@pytest.mark.parametrize("name", ["nothing", "nothing.toml", "../recipes/halpha", ""])
def test_no_such_recipe(name):
    with pytest.raises(ParameterError, match="no recipe"):
        read_recipe(name)
