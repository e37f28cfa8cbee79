"""What every test shares."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real files beside the project."""
    if not (SHARED / "data" / "MANIFEST.md").exists():
        pytest.skip("the real files (../shared) are not here")
    return SHARED


@pytest.fixture(autouse=True)
def astrolib_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an ASTROLIB_HOME of its own, and none of the person's settings."""
    folder = tmp_path / "astrolib-home"
    monkeypatch.setenv("ASTROLIB_HOME", str(folder))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    for name in ("ASTROLIB_PROFILE", "ASTROLIB_LOCAL_ARCHIVE", "ASTROLIB_DEADLINE"):
        monkeypatch.delenv(name, raising=False)
    return folder
