"""The archive beside the hub: started again when it ends, stopped when the hub is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from hub_config.supervise import next_wait, supervise

SCRIPT = Path(__file__).resolve().parents[2] / "hub_config" / "supervise.py"


def while_fewer(path: Path, runs: int) -> Callable[[], bool]:
    return lambda: not path.exists() or len(path.read_text()) < runs


def test_a_command_that_ends_is_started_again(tmp_path: Path) -> None:
    count = tmp_path / "count"
    command = [sys.executable, "-S", "-c", f"open({str(count)!r}, 'a').write('.')"]
    supervise(command, tmp_path / "log", while_fewer(count, 2))
    assert count.read_text() == ".."


def test_a_command_that_cannot_be_started_is_told_in_the_log(tmp_path: Path) -> None:
    deadline = time.monotonic() + 1.5
    supervise(["/no/such/command"], tmp_path / "log", lambda: time.monotonic() < deadline)
    assert "No such file" in (tmp_path / "log").read_text()


def test_waits_grow_to_a_minute_and_a_good_run_forgives() -> None:
    waits = [0.5]
    for _ in range(9):
        waits.append(next_wait(waits[-1], ran=0.1))
    assert waits[1:4] == [1, 2, 4]
    assert waits[-1] == 60
    assert next_wait(60, ran=3600) == 1


@pytest.mark.parametrize("how", ["asked", "parent gone"])
def test_the_command_stops_when_asked_and_when_the_parent_is_gone(tmp_path: Path, how: str) -> None:
    pid_file = tmp_path / "pid"
    command = [
        sys.executable,
        "-S",
        "-c",
        f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    ]
    supervisor = [sys.executable, "-P", str(SCRIPT), str(tmp_path / "log"), *command]
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess; subprocess.run({supervisor!r})"], start_new_session=True
    )
    end = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()):
        assert time.monotonic() < end
        time.sleep(0.05)
    child = psutil.Process(int(pid_file.read_text()))
    if how == "asked":
        os.kill(child.ppid(), signal.SIGTERM)
    else:
        parent.kill()
    child.wait(timeout=20)
    parent.kill()
    parent.wait()
