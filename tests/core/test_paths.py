"""The folder of what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.collection.nights import Ledger
from astrolib.core import paths


def test_the_home_is_made_where_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROLIB_HOME", str(tmp_path / "a" / "b"))
    assert paths.home() == (tmp_path / "a" / "b").resolve()
    assert paths.home().is_dir()


def test_every_room_finds_the_one_ledger(astrolib_home: Path) -> None:
    assert Ledger().path == paths.nights_file() == astrolib_home.resolve() / "nights.sqlite"
