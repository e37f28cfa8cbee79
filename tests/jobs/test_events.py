"""The lines of ``progress.jsonl`` are read as they come, whole ones only, whoever wrote them."""

from __future__ import annotations

import json

import pytest

from astrolib.core import progress
from astrolib.jobs.events import Follower, Story


def test_lines_are_read_once_and_a_part_of_one_waits(tmp_path):
    file = tmp_path / "progress.jsonl"
    file.write_bytes(b'{"state": "a"}\n{"sta')
    follower = Follower(file)
    assert follower.new() == [{"state": "a"}]
    assert follower.new() == []
    with file.open("ab") as stream:
        stream.write(b'te": "b"}\n')
    assert follower.new() == [{"state": "b"}]


@pytest.mark.parametrize(
    "line", ["x", "[1]", '{"pid": "1"}', '{"total": "many"}', '{"state": 1}', "[" * 9999]
)
def test_lines_of_another_shape_are_passed_over(tmp_path, line):
    file = tmp_path / "progress.jsonl"
    file.write_text(f'{line}\n{{"state": "end"}}\n')
    assert Follower(file).new() == [{"state": "end"}]


def test_a_story_knows_the_cell_that_runs():
    story = Story()
    for event in ({"state": "kernel", "pid": 7}, {"state": "start", "cell": 1}, {"total": 2, "done": 1}):
        story.take(event)
    assert (story.kernel, story.cell) == (7, {"state": "start", "cell": 1})
    story.take({"state": "end", "cell": 1})
    assert story.cell is None


def test_a_notebook_reports_to_the_file_that_its_runner_names(tmp_path, monkeypatch):
    file = tmp_path / "progress.jsonl"
    monkeypatch.setenv(progress.PROGRESS_FILE, str(file))
    report = progress.reporter("download")
    for done in range(1, 1001):
        report(done, 1000)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) < 100  # not a thousand: a line a few times a second
    assert {**lines[-1], "time": ""} == {"time": "", "label": "download", "done": 1000, "total": 1000}


def test_a_notebook_that_nobody_runs_reports_to_nobody(monkeypatch):
    monkeypatch.delenv(progress.PROGRESS_FILE, raising=False)
    assert progress.reporter("download") is progress.silent
