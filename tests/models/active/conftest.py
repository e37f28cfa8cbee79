"""A small pool of two rare kinds of profile among many plain ones, with known truth."""

from __future__ import annotations

import numpy as np
import pytest

from astrolib.collection import PreparedSpectra
from astrolib.models.active import Plan, committee

CLASSES = ("narrow", "wide", "plain")
TARGETS = ("narrow", "wide")


@pytest.fixture(scope="session")
def pool(tmp_path_factory):
    """Return prepared spectra, two of each object, and the label of each."""
    rng = np.random.default_rng(7)
    count, x = 1500, np.linspace(-1, 1, 64)
    labels = rng.choice(CLASSES, count, p=[0.04, 0.03, 0.93])
    widths = np.select([labels == "narrow", labels == "wide"], [0.08, 0.3], default=0.1)
    heights = np.where(labels == "plain", -0.6, 1.0) * rng.uniform(0.6, 1.0, count)
    flux = heights[:, None] * np.exp(-0.5 * (x / widths[:, None]) ** 2)
    flux = (flux + 0.08 * rng.standard_normal(flux.shape)).astype(np.float32)
    folder = tmp_path_factory.mktemp("pool") / "prepared"
    ids = np.array([f"{number:016x}" for number in range(count)])
    with PreparedSpectra.create(folder, 6500 + 2.0 * np.arange(64), {"name": "test"}) as writer:
        writer.append(ids, flux, ra=np.repeat(np.linspace(0, 300, count // 2), 2), dec=np.zeros(count))
    return PreparedSpectra.open(folder), dict(zip(ids.tolist(), labels.tolist(), strict=True))


@pytest.fixture(scope="session")
def plan():
    return Plan(CLASSES, TARGETS, batch_size=20, audit_size=20, seed=1)


@pytest.fixture(autouse=True, scope="package")
def quick():
    """Train for a moment only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(committee, "EPOCHS", 2)
        patch.setattr(committee, "FEWEST_DRAWS", 1000)
        yield
