"""The folder of what is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from astrolib.collection.nights import Ledger
from astrolib.core import paths, settings
from astrolib.core.errors import SettingsError
from astrolib.labels import LabelStore


def test_the_home_is_made_where_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROLIB_HOME", str(tmp_path / "a" / "b"))
    assert paths.home() == (tmp_path / "a" / "b").resolve()
    assert paths.home().is_dir()


def test_every_room_finds_the_one_ledger(astrolib_home: Path) -> None:
    assert Ledger().path == paths.nights_file() == astrolib_home.resolve() / "nights.sqlite"


@pytest.mark.parametrize("home", ["{file}", "{file}/below", "~nobody-of-this-name/home"])
@pytest.mark.parametrize(
    "ask", [paths.home, paths.nights_file, paths.archive_address_file, settings.load, Ledger, LabelStore]
)
def test_a_home_that_cannot_be_is_one_line_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, ask: Callable[[], object]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ASTROLIB_HOME", home.format(file=tmp_path / "file"))
    with pytest.raises(SettingsError, match=r"set ASTROLIB_HOME to a folder that you can write$"):
        ask()


def test_a_file_in_place_of_the_folder_of_addresses_is_told_alike(astrolib_home: Path) -> None:
    astrolib_home.mkdir()
    (astrolib_home / "run").touch()
    with pytest.raises(SettingsError, match=r"run: no folder .*set ASTROLIB_HOME"):
        paths.archive_address_file()
