"""One child process with its kernel: started in a session of its own, followed, and ended as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from astrolib.core.progress import PROGRESS_FILE
from astrolib.jobs import processes
from astrolib.jobs.events import Event, Follower, Story
from astrolib.jobs.output import PROGRESS

Ending = Literal["itself", "stop", "time", "memory", "kernel"]
"""Who ended a run: it ended by itself, it was told to stop, it passed a limit, or its kernel was lost."""

SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_TO_SAVE = 5.0
"""How long the child may take to notice the loss of its kernel and to write the notebook."""


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    Parameters
    ----------
    seconds : float, optional
        Longest wall time [s].
    memory : float, optional
        Most memory of all its processes together [bytes].
    """

    seconds: float | None = None
    memory: float | None = None


@dataclass
class Execution:
    """What became of a child process.

    Parameters
    ----------
    ending : {'itself', 'stop', 'time', 'memory', 'kernel'}
        Who ended it.
    returncode : int
        Of the child; 0 where every cell ended well.
    story : Story
        What its events told.
    peak_memory : int
        Most memory of all its processes together [bytes], as seen four times a second.
    last_memory : int
        The same when it was last seen.
    complaint : str
        The last line that the child wrote to its standard error.
    """

    ending: Ending = "itself"
    returncode: int = 0
    story: Story = field(default_factory=Story)
    peak_memory: int = 0
    last_memory: int = 0
    complaint: str = ""


def execute(
    document: dict[str, Any],
    file: Path,
    *,
    limits: Limits,
    environment: Mapping[str, str],
    watch: Callable[[Event], None],
    stop: Callable[[], bool],
) -> Execution:
    """Execute a prepared notebook in a child process, of which nothing is left when this returns.

    Parameters
    ----------
    document : dict
        The notebook as JSON.
    file : Path
        Where the executed notebook is kept, beside ``progress.jsonl``, which is there already.
    limits : Limits
        What it may use.
    environment : mapping
        What its environment holds beside ours.
    watch : callable
        Called with every event.
    stop : callable
        Asked four times a second whether the run shall end.
    """
    mark = uuid.uuid4().hex
    follower = Follower(file.parent / PROGRESS)
    execution = Execution()
    with tempfile.TemporaryDirectory(prefix="astrolib-run-") as scratch, tempfile.TemporaryFile() as errors:
        prepared = Path(scratch) / "prepared.ipynb"
        prepared.write_text(json.dumps(document), encoding="utf-8")
        ours = _environment(environment, mark, scratch, follower.file)
        with _start([prepared, file, follower.file], ours, errors) as child:
            try:
                _follow(child, execution, follower, limits, watch, stop)
            finally:
                processes.end_all(child.pid, mark)
                execution.returncode = child.wait()
        _hear(execution, follower, watch)
        execution.complaint = _last_line(errors)
    return execution


def _start(files: list[Path], environment: dict[str, str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own module
        # -P: no file in the present folder may stand in for a module
        [sys.executable, "-P", "-m", "astrolib.jobs.execute", *map(str, files)],
        env=environment,
        stdin=subprocess.PIPE,  # nothing is sent: the child ends when our end closes
        stdout=errors,
        stderr=errors,
        start_new_session=True,
    )


def _environment(extra: Mapping[str, str], mark: str, scratch: str, progress: Path) -> dict[str, str]:
    """Return the child's environment, with what Jupyter writes beside the products sent to `scratch`."""
    ours = {
        processes.MARK: mark,
        PROGRESS_FILE: str(progress),
        "IPYTHONDIR": scratch,
        "JUPYTER_RUNTIME_DIR": scratch,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # a warning on standard error, where complaints are looked for
    }
    return {**os.environ, **extra, **ours}


def _follow(
    child: subprocess.Popen[bytes],
    execution: Execution,
    follower: Follower,
    limits: Limits,
    watch: Callable[[Event], None],
    stop: Callable[[], bool],
) -> None:
    """Look at the child until it ends; when it has to, end its kernel first, so that it can save."""
    start = time.monotonic()
    lost = 0.0
    while child.poll() is None:
        _hear(execution, follower, watch)
        execution.last_memory = processes.memory(child.pid) or execution.last_memory
        execution.peak_memory = max(execution.peak_memory, execution.last_memory)
        lost = lost + SECONDS_BETWEEN_LOOKS if _kernel_lost(execution.story) else 0.0
        ending = _ending(execution, time.monotonic() - start, lost, limits, stop)
        if ending != "itself":
            execution.ending = ending
            return _let_save(child)
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return None


def _ending(
    execution: Execution, seconds: float, lost: float, limits: Limits, stop: Callable[[], bool]
) -> Ending:
    if stop():
        return "stop"
    if limits.seconds and seconds > limits.seconds:
        return "time"
    if limits.memory and execution.last_memory > limits.memory:
        return "memory"
    return "kernel" if lost > SECONDS_TO_SAVE else "itself"


def _kernel_lost(story: Story) -> bool:
    """Say whether a cell runs in a kernel that is not there; the child may fail to notice."""
    return bool(story.cell and story.kernel and not processes.is_running(story.kernel))


def _let_save(child: subprocess.Popen[bytes]) -> None:
    processes.end_descendants(child.pid)
    try:
        child.wait(SECONDS_TO_SAVE)
    except subprocess.TimeoutExpired:
        return


def _hear(execution: Execution, follower: Follower, watch: Callable[[Event], None]) -> None:
    for event in follower.new():
        execution.story.take(event)
        watch(event)


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
