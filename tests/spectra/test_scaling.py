"""Scaling, and what it does to the inverse variance."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.spectra import scale

FLUX = np.random.default_rng(0).normal(50, 9, (6, 30))


@pytest.mark.parametrize("method", ["minmax", "zscore", "none"])
def test_the_signal_to_noise_of_a_difference_stays(method):
    ivar = np.full(FLUX.shape, 0.25)
    flux, scaled = scale(FLUX, ivar, method)
    before = (FLUX[:, 3] - FLUX[:, 7]) * np.sqrt(ivar[:, 3])
    np.testing.assert_allclose((flux[:, 3] - flux[:, 7]) * np.sqrt(scaled[:, 3]), before)


def test_ranges():
    low_high, standard = scale(FLUX)[0], scale(FLUX, method="zscore")[0]
    np.testing.assert_allclose([low_high.min(axis=1), low_high.max(axis=1)], [[-1] * 6, [1] * 6])
    np.testing.assert_allclose([standard.mean(axis=1), standard.std(axis=1)], [[0] * 6, [1] * 6], atol=1e-9)


def test_a_flat_spectrum_has_no_scale():
    assert np.isnan(scale(np.ones((1, 5)))[0]).all()


def test_unknown():
    with pytest.raises(ParameterError, match="robust"):
        scale(FLUX, method="robust")
