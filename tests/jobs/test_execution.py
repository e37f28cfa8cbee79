"""A child that does not notice the loss of its kernel is ended all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

from astrolib.core.progress import append_event
from astrolib.jobs import execution
from astrolib.jobs.execution import Limits
from astrolib.jobs.output import OutputError, claim


@pytest.fixture
def gone() -> int:
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_child_that_hangs_after_its_kernel_is_gone_is_ended(tmp_path, monkeypatch, gone):
    progress = tmp_path / "progress.jsonl"
    append_event(progress, {"state": "kernel", "pid": gone})
    append_event(progress, {"state": "start", "cell": 3, "source": "train()"})

    def hang(files, environment, errors):
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, start_new_session=True)

    monkeypatch.setattr(execution, "_start", hang)
    monkeypatch.setattr(execution, "SECONDS_TO_SAVE", 0.5)
    ended = execution.execute(
        {},
        tmp_path / "tiny.ipynb",
        limits=Limits(),
        environment={},
        watch=lambda event: None,
        stop=lambda: False,
    )
    assert ended.ending == "kernel"
    assert ended.returncode == -9
    assert ended.story.cell
    assert ended.story.cell["cell"] == 3


def test_a_folder_is_claimed_once(tmp_path):
    claim(tmp_path / "out")
    with pytest.raises(OutputError, match="holds a run already"):
        claim(tmp_path / "out")
