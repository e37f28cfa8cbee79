"""Keep one command running for the hub: start it again when it ends, stop it when the hub is gone.

Usage: ``supervise.py LOG COMMAND [ARGUMENT ...]``
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

LONGEST_WAIT = 60.0
LOOK_EVERY = 0.5
GRACE = 10.0


def next_wait(wait: float, ran: float) -> float:
    """Return how long to wait before the next start [s]: twice as long, or 1 s after a good run."""
    return 1.0 if ran > LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)


def supervise(command: Sequence[str], log: Path, wanted: Callable[[], bool]) -> None:
    """Run `command` again and again while `wanted()` says so; what it writes goes to `log`."""
    wait = 0.5
    while wanted():
        with log.open("wb") as output:
            started = time.monotonic()
            status = _run_once(command, output, wanted)
            wait = next_wait(wait, time.monotonic() - started)
            if wanted():
                output.write(f"\nended with status {status}; starts again in {wait:.0f} s\n".encode())
        _sleep(wait, wanted)


def _run_once(command: Sequence[str], output: IO[bytes], wanted: Callable[[], bool]) -> int | str:
    """Run `command` to its end, or stop it once it is not wanted; return its status."""
    try:
        process = subprocess.Popen(  # noqa: S603 (the hub's own command)
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    except OSError as error:
        return str(error)
    while process.poll() is None and wanted():
        time.sleep(LOOK_EVERY)
    return process.wait() if process.poll() is not None else _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> int:
    process.terminate()
    try:
        return process.wait(timeout=GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _sleep(seconds: float, wanted: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while wanted() and time.monotonic() < until:
        time.sleep(min(LOOK_EVERY, seconds))


def main(arguments: Sequence[str]) -> None:
    """Supervise until a signal comes or the parent, the hub, is gone."""
    parent, asked_to_stop = os.getppid(), []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: asked_to_stop.append(received))
    supervise(arguments[1:], Path(arguments[0]), lambda: not asked_to_stop and os.getppid() == parent)


if __name__ == "__main__":
    main(sys.argv[1:])
