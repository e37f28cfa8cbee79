"""The picture of a few spectra."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from astrolib.spectra import sketch


@pytest.mark.parametrize("ends", [(6519, 6732), (3700, 9000), (6562.1, 6562.9)])
def test_names_are_text_and_each_spectrum_is_there(ends):
    flux = np.random.default_rng(0).normal(0, 1, (3, 50))
    flux[2] = 1
    picture = sketch(np.linspace(*ends, 50), flux, ["<script>alert(1)</script>", "a & b", ""])
    root = ElementTree.fromstring(picture)
    tags = [each.tag.split("}")[1] for each in root.iter()]
    assert tags.count("polyline") == 3
    assert "script" not in tags
    assert tags.count("line") >= 2


def test_none():
    assert ElementTree.fromstring(sketch(np.linspace(6519, 6732, 9), np.empty((0, 9)), [])) is not None
