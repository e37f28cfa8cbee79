"""Spectra whose order on a map is known: a line that grows from absorption to emission, and widens."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.collection import PreparedSpectra

WAVELENGTH = np.linspace(6519.0, 6732.0, 60)


@pytest.fixture(scope="session")
def lines():
    """Return (flux, strength): 1,500 profiles of 60 pixels and how strong their line is."""
    rng = np.random.default_rng(11)
    strength, width = rng.uniform(-1, 1, (2, 1500, 1))
    x = np.linspace(-1, 1, 60)
    flux = strength * np.exp(-((x / (0.25 + 0.1 * width)) ** 2)) + 0.02 * rng.normal(size=(1500, 60))
    return flux.astype(np.float32), strength[:, 0]


@pytest.fixture
def prepare(tmp_path):
    """Return a function that writes prepared spectra: (flux, ids, targets) -> PreparedSpectra."""

    def prepared(flux, ids=None, target=None, recipe="test"):
        folder = tmp_path / f"prepared-{recipe}"
        wavelength = np.linspace(6519.0, 6732.0, flux.shape[1])
        with PreparedSpectra.create(folder, wavelength, {"name": recipe, "scale": recipe}) as writer:
            ids = [f"{n:016x}" for n in range(len(flux))] if ids is None else ids
            writer.append(ids, flux, target=target)
        return PreparedSpectra.open(folder)

    return prepared
