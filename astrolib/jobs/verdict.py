"""How a run ended, and why: its status, and for a person one line that names the cell and the remedy."""

from __future__ import annotations

import re
import signal
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from astrolib.jobs import processes
from astrolib.jobs.execution import Execution, Limits

Status = Literal["done", "failed", "aborted"]

GIGABYTE = 1e9

_UNWRITTEN = re.compile(r"No space left|Not enough space|requested and \d+ written|File too large|[Qq]uota")


@dataclass(frozen=True)
class Failure:
    """Why a run did not end well.

    Parameters
    ----------
    message : str
        The cause and its remedy, on one line.
    cell : int, optional
        Number of the cell in the executed notebook, counted from 1.
    source : str
        The source of that cell, or its first line.
    traceback : tuple of str
        The last lines of the traceback of an exception.
    """

    message: str
    cell: int | None = None
    source: str = ""
    traceback: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the key ``error`` of ``run.json``."""
        return {**vars(self), "traceback": list(self.traceback)}

    def __str__(self) -> str:
        return f"cell {self.cell}: {self.message}" if self.cell else self.message


def judge(execution: Execution, limits: Limits, parameters: Collection[str]) -> tuple[Status, Failure | None]:
    """Return the status of a run that has ended, and why it failed.

    A run is done only where the child says that every cell ended well. It is aborted where it was stopped or
    its time was over, and failed otherwise.

    Parameters
    ----------
    execution : Execution
        What became of the child.
    limits : Limits
        What it was allowed.
    parameters : collection of str
        Names of the notebook's parameters; a remedy may name one.
    """
    story = execution.story
    if execution.ending == "stop":
        return "aborted", _in_cell(execution, "stopped on request")
    if execution.ending == "time":
        return "aborted", _in_cell(
            execution, f"ended after {limits.seconds:g} s; allow more time (--timeout)"
        )
    if execution.ending == "memory" or execution.ending == "kernel" or story.died_of is not None:
        return "failed", _in_cell(execution, _death(execution, limits, parameters))
    if story.error:
        return "failed", _raised(story.error)
    if execution.returncode:
        cause = execution.complaint or f"status {execution.returncode}"
        return "failed", _in_cell(execution, f"the notebook could not be executed ({cause})")
    return "done", None


def _in_cell(execution: Execution, message: str) -> Failure:
    cell = execution.story.cell or {}
    return Failure(message, cell.get("cell"), cell.get("source", ""))


def _raised(event: dict[str, Any]) -> Failure:
    kind, text = event.get("type", ""), " ".join(str(event.get("message", "")).split())
    ours = event.get("ours", False)  # its line already says where and what to do
    message = text if ours else f"{kind}: {text}".rstrip(": ")
    if _UNWRITTEN.search(text) and not ours:
        message = f"a file could not be written whole ({message}); make room on the disk, and run it again"
    return Failure(message, event.get("cell"), event.get("source", ""), tuple(event.get("traceback", ())))


def _death(execution: Execution, limits: Limits, parameters: Collection[str]) -> str:
    """Say of what a kernel died: of the limit, of the machine's, or of something else."""
    limit = limits.memory or processes.machine_memory()
    used = f"{execution.last_memory / GIGABYTE:.1f} of {limit / GIGABYTE:.3g} GB"
    number = execution.story.died_of
    if execution.ending == "memory" or (number == signal.SIGKILL and execution.last_memory > 0.8 * limit):
        smaller = "a smaller batch_size" if "batch_size" in parameters else "a smaller part of the data"
        return f"killed at {used}; {smaller} helps, or more memory"
    if number:
        return f"the kernel was killed by {_name(number)} at {used}; look at what this cell calls"
    return f"the kernel ended in the middle of the cell at {used}; look at what this cell calls"


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
