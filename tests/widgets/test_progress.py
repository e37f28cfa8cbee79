"""How far a long cell is: a bar for people, a file for nobody."""

from __future__ import annotations

import json

import pytest

from astrolib.core.progress import PROGRESS_FILE
from astrolib.widgets.view import progress


@pytest.fixture
def shown(monkeypatch):
    """Return the list of what is displayed."""
    found: list = []
    monkeypatch.setattr(progress, "display", found.append)
    monkeypatch.delenv(PROGRESS_FILE, raising=False)
    return found


def test_a_bar_follows_the_work_to_its_end(shown):
    report = progress.progress_bar("reduce")
    [panel] = shown
    bar = panel.children[-1]
    report(3, 10)
    assert (bar.label, bar.done, bar.total) == ("reduce", 3, 10)
    report(4, 10)  # too soon for anybody to see
    assert bar.done == 3
    report(10, 10)
    assert bar.done == 10


def test_without_people_nothing_is_shown_and_the_run_hears_of_it(shown, tmp_path, monkeypatch):
    monkeypatch.setenv(PROGRESS_FILE, str(tmp_path / "progress.jsonl"))
    progress.progress_bar("reduce")(2, 2)
    assert shown == []
    assert json.loads((tmp_path / "progress.jsonl").read_text())["label"] == "reduce"
