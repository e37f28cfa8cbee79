"""All processes that a run has started: how much memory they hold, and the end of every one of them.

Kernels start sessions of their own, and what a cell starts may detach itself as well. Two nets catch them:
the child of a run adopts its orphans (Linux), and each process has the mark of its run in its environment.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

MARK = "ASTROLIB_RUN"
"""The environment variable that marks the processes of one run."""

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_SECONDS_TO_DIE = 10.0


def adopt_orphans() -> None:
    """Make this process the parent of descendants whose own parent has died, where Linux offers it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def when_parent_ends(call: Callable[[], object]) -> None:
    """Call `call` in a thread once standard input closes, to which a parent holds the other end."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):  # nothing is ever sent
            pass
        call()

    threading.Thread(target=wait, daemon=True).start()


def memory(root: int) -> int:
    """Return the memory of a process and its descendants [bytes], each shared page counted once."""
    return sum(map(_memory_of, _family(root)))


def end_descendants(root: int) -> None:
    """Kill the descendants of a process, but not itself."""
    _kill_until_none(lambda: [process for process in _family(root) if process.pid != root])


def end_all(root: int, mark: str) -> None:
    """Kill a process, its descendants, and all that carry `mark`."""
    end_descendants(root)
    _kill_until_none(lambda: [*_family(root), *_marked(mark)])


def is_running(pid: int) -> bool:
    """Say whether a process is there and not merely waiting to be reaped."""
    try:
        return _lives(psutil.Process(pid))
    except psutil.Error:
        return False


def machine_memory() -> int:
    """Return how much memory this machine, or the control group that we are in, has [bytes]."""
    limit = Path("/sys/fs/cgroup/memory.max")
    total = psutil.virtual_memory().total
    with contextlib.suppress(OSError, ValueError):  # "max", or no control group
        return min(total, int(limit.read_text()))
    return total


def _family(root: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(root)
        return [member for member in (process, *process.children(recursive=True)) if _lives(member)]
    except psutil.Error:
        return []


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _marked(mark: str) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _lives(process) and _has_mark(process, mark)]


def _has_mark(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark
    except psutil.Error:
        return False  # another user's process, which is none of ours


def _memory_of(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", full.uss))  # macOS knows no proportional share


def _kill_until_none(members: Callable[[], list[psutil.Process]]) -> None:
    """Kill again and again, for a process may start others while we look."""
    deadline = time.monotonic() + _SECONDS_TO_DIE
    while (alive := members()) and time.monotonic() < deadline:
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.02)  # waiting is left to the parents, who want to know the exit status
