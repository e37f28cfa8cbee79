"""Notebooks arrive fresh, and what their owner changed stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub_config.notebooks import deliver, platform_files


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "platform"
    (folder / "batch").mkdir(parents=True)
    (folder / "10_find.ipynb").write_text("find 1")
    (folder / "batch" / "collect.ipynb").write_text("collect 1")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "anna"
    folder.mkdir()
    return folder


def files(home: Path) -> dict[str, str]:
    root = home / "notebooks"
    return {name: (root / name).read_text() for name in platform_files(root)}


def test_a_new_home_gets_everything(source: Path, home: Path) -> None:
    assert deliver(source, home) == ["10_find.ipynb", "batch/collect.ipynb"]
    assert files(home) == {"10_find.ipynb": "find 1", "batch/collect.ipynb": "collect 1"}


def test_nothing_new_writes_nothing(source: Path, home: Path) -> None:
    deliver(source, home)
    before = (home / "notebooks" / "10_find.ipynb").stat().st_mtime_ns
    assert deliver(source, home) == []
    assert (home / "notebooks" / "10_find.ipynb").stat().st_mtime_ns == before


def test_an_untouched_copy_is_brought_up_to_date(source: Path, home: Path) -> None:
    deliver(source, home)
    (source / "10_find.ipynb").write_text("find 2")
    assert deliver(source, home) == ["10_find.ipynb"]
    assert files(home)["10_find.ipynb"] == "find 2"


def test_a_changed_copy_stays_and_the_new_version_lies_beside_it(source: Path, home: Path) -> None:
    deliver(source, home)
    (home / "notebooks" / "10_find.ipynb").write_text("mine")
    assert deliver(source, home) == []
    (source / "10_find.ipynb").write_text("find 2")
    assert deliver(source, home) == ["10_find.new.ipynb"]
    assert deliver(source, home) == []
    (source / "10_find.ipynb").write_text("find 3")
    assert deliver(source, home) == ["10_find.new.ipynb"]
    assert files(home)["10_find.ipynb"] == "mine"
    assert files(home)["10_find.new.ipynb"] == "find 3"


def test_a_changed_new_version_is_not_overwritten_either(source: Path, home: Path) -> None:
    deliver(source, home)
    (home / "notebooks" / "10_find.ipynb").write_text("mine")
    (source / "10_find.ipynb").write_text("find 2")
    deliver(source, home)
    (home / "notebooks" / "10_find.new.ipynb").write_text("mine too")
    (source / "10_find.ipynb").write_text("find 3")
    assert deliver(source, home) == []
    assert files(home)["10_find.new.ipynb"] == "mine too"


def test_a_file_of_that_name_that_was_there_before_stays(source: Path, home: Path) -> None:
    (home / "notebooks").mkdir()
    (home / "notebooks" / "10_find.ipynb").write_text("older than the platform")
    assert deliver(source, home) == ["10_find.new.ipynb", "batch/collect.ipynb"]
    assert files(home)["10_find.ipynb"] == "older than the platform"


def test_a_deleted_copy_stays_deleted_and_a_deleted_folder_comes_back(source: Path, home: Path) -> None:
    deliver(source, home)
    (home / "notebooks" / "10_find.ipynb").unlink()
    (source / "10_find.ipynb").write_text("find 2")
    assert deliver(source, home) == []
    for path in sorted((home / "notebooks").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert deliver(source, home) == ["10_find.ipynb", "batch/collect.ipynb"]


def test_a_version_taken_over_counts_as_untouched_again(source: Path, home: Path) -> None:
    deliver(source, home)
    mine = home / "notebooks" / "10_find.ipynb"
    mine.write_text("mine")
    (source / "10_find.ipynb").write_text("find 2")
    deliver(source, home)
    (home / "notebooks" / "10_find.new.ipynb").replace(mine)
    (source / "10_find.ipynb").write_text("find 3")
    assert deliver(source, home) == ["10_find.ipynb"]


def test_no_link_is_followed_out_of_the_home(source: Path, home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("precious")
    (home / "notebooks").symlink_to(outside)
    with pytest.raises(OSError, match="notebooks"):
        deliver(source, home)
    (home / "notebooks").unlink()
    (home / "notebooks").mkdir()
    (home / "notebooks" / "10_find.ipynb").symlink_to(outside / "victim")
    (home / "notebooks" / "10_find.new.ipynb").symlink_to(outside / "victim")
    (home / "notebooks" / ".delivered.json").symlink_to(outside / "victim")
    deliver(source, home)
    assert (outside / "victim").read_text() == "precious"
    assert [path.name for path in outside.iterdir()] == ["victim"]


def test_a_pipe_in_the_way_does_not_hang(source: Path, home: Path) -> None:
    (home / "notebooks").mkdir()
    os.mkfifo(home / "notebooks" / "10_find.ipynb")
    assert "10_find.new.ipynb" in deliver(source, home)


def test_caches_and_hidden_files_are_not_delivered(source: Path, home: Path) -> None:
    (source / ".ipynb_checkpoints").mkdir()
    (source / ".ipynb_checkpoints" / "10_find-checkpoint.ipynb").write_text("x")
    assert deliver(source, home) == ["10_find.ipynb", "batch/collect.ipynb"]


def test_the_platform_can_be_read_where_the_server_starts(home: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "hub_config" / "start_server.py"
    done = subprocess.run(
        [sys.executable, "-P", str(script), "--version"],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "notebooks delivered:" in done.stdout
