"""One hub per home: the lock, the address file, and what a killed hub left behind."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

import psutil

from hub_config.files import read_json, write_private


class HubRunning(Exception):  # noqa: N818 (it is a state, told to the person, not an error)
    """Another hub keeps this home."""


def claim(lock: Path) -> int:
    """Lock `lock` for as long as this process lives, and return the descriptor that holds the lock.

    A bare descriptor is never closed by the collector, and the system closes it even after a kill.

    Raises
    ------
    HubRunning
        If another process holds the lock.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise HubRunning from None
    return descriptor


def running_address(path: Path) -> str:
    """Return the address in `path`, or words that say that the hub is still starting."""
    return str(read_json(path).get("url") or "an address not known yet: it is starting")


def write_address(path: Path, url: str, user: str) -> None:
    """Write the address of this hub, for those who look for it. The password is not in it."""
    write_private(path, json.dumps({"url": url, "pid": os.getpid(), "user": user}) + "\n")


def remove_address(path: Path) -> None:
    """Remove the address file, if it is this process's."""
    if read_json(path).get("pid") == os.getpid():
        path.unlink(missing_ok=True)


def stop_stale_proxy(pid_file: Path, script: Path) -> bool:
    """Stop the proxy that a killed hub left behind; say whether there was one.

    The number in `pid_file` may meanwhile belong to another program, so only a process that runs `script`
    is stopped.
    """
    try:
        process = psutil.Process(int(pid_file.read_text()))
        stale = str(script) in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        stale = False
    if stale:
        _stop(process)
    pid_file.unlink(missing_ok=True)
    return stale


def _stop(process: psutil.Process) -> None:
    try:
        process.terminate()
        process.wait(timeout=5)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(timeout=5)
    except psutil.NoSuchProcess:
        return
