"""Small labelled profiles that any network can tell, and the same as prepared spectra."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from astrolib.collection.prepared import PreparedSpectra

CLASSES = ("absorption", "none", "emission")
PIXELS = 24


class Profiles(NamedTuple):
    """Fluxes of shape (n, 24), and the numbers of their classes."""

    flux: np.ndarray
    labels: np.ndarray


def make_profiles(n: int, seed: int = 0, noise: float = 0.3) -> Profiles:
    """Make lines of depth -1, 0 and 1 in the middle of noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(CLASSES), n)
    line = np.exp(-0.5 * ((np.arange(PIXELS) - PIXELS / 2) / 2) ** 2)
    flux = (labels - 1)[:, None] * line + rng.normal(0, noise, (n, PIXELS))
    return Profiles(flux.astype(np.float32), labels)


@pytest.fixture(scope="session")
def profiles() -> Profiles:
    return make_profiles(300)


@pytest.fixture
def prepared(tmp_path: Path, profiles: Profiles) -> PreparedSpectra:
    return write_prepared(tmp_path / "prepared", profiles.flux)


def write_prepared(folder: Path, flux: np.ndarray, **recipe: object) -> PreparedSpectra:
    """Write fluxes as prepared spectra of the recipe ``toy``."""
    wavelength = np.linspace(6500, 6600, flux.shape[1])
    with PreparedSpectra.create(folder, wavelength, {"name": "toy", "pixels": PIXELS} | recipe) as writer:
        writer.append([f"{number:016x}" for number in range(len(flux))], flux)
    return PreparedSpectra.open(folder)
