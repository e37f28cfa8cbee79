"""Defaults, then a file, then the environment, then arguments; what cannot be meant is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.core import paths
from astrolib.core.errors import SettingsError
from astrolib.core.settings import Settings, load


def test_defaults_need_no_file() -> None:
    assert load() == Settings()


def test_later_sources_win(monkeypatch: pytest.MonkeyPatch) -> None:
    paths.settings_file().write_text("deadline = 5\nretries = 1\ndownloads = 2\n")
    monkeypatch.setenv("ASTROLIB_RETRIES", "3")
    monkeypatch.setenv("ASTROLIB_DOWNLOADS", "7")
    settings = load(downloads=9)
    assert (settings.deadline, settings.retries, settings.downloads) == (5.0, 3, 9)


def test_a_deadline_below_a_second_and_no_retries_are_settings() -> None:
    assert load(deadline=0.2, retries=0).deadline == 0.2


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline": 0},
        {"deadline": "soon"},
        {"deadline": float("nan")},
        {"deadline": float("inf")},
        {"retries": -1},
        {"downloads": 2.7},
        {"downloads": True},
        {"profile": "moon"},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        load(**wrong)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("deadline = ")
    with pytest.raises(SettingsError, match=r"mine\.toml: not TOML"):
        load(path)
