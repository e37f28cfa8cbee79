"""The folder of what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.core import paths
from astrolib.core.errors import SettingsError


def test_the_home_is_made_where_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROLIB_HOME", str(tmp_path / "a" / "b"))
    assert paths.home() == (tmp_path / "a" / "b").resolve()
    assert paths.home().is_dir()


def test_a_file_is_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()
    for named in (file, file / "below"):
        monkeypatch.setenv("ASTROLIB_HOME", str(named))
        with pytest.raises(SettingsError, match="set ASTROLIB_HOME"):
            paths.home()
