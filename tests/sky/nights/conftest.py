"""A small night on disk, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.sky import make_night


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a night: two fields of three frames."""
    folder = tmp_path_factory.mktemp("universe") / "night"
    make_night(folder, seed=4, frames=3, movers=10)
    return folder
