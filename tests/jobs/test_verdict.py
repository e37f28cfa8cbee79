"""The verdict names the cell, the cause and the remedy, and trusts no cell that says it is completed."""

from __future__ import annotations

import pytest

from astrolib.jobs.events import Story
from astrolib.jobs.execution import Execution, Limits
from astrolib.jobs.verdict import judge

FULL = "[Errno 28] No space left on device"
CELL = {"state": "start", "cell": 6, "cells": 9, "source": "train()"}
LIMIT = Limits(seconds=60, memory=4e9)


@pytest.mark.parametrize(
    ("execution", "status", "line"),
    [
        (Execution(), "done", "None"),
        (
            Execution("memory", -9, Story(CELL), last_memory=4_100_000_000),
            "failed",
            "cell 6: killed at 4.1 of 4 GB; a smaller batch_size helps, or more memory",
        ),
        (
            Execution("itself", 1, Story(CELL, died_of=9), last_memory=3_900_000_000),
            "failed",
            "cell 6: killed at 3.9 of 4 GB; a smaller batch_size helps, or more memory",
        ),
        (
            Execution("itself", 1, Story(CELL, died_of=11), last_memory=3_900_000_000),
            "failed",
            "cell 6: the kernel was killed by SIGSEGV at 3.9 of 4 GB; look at what this cell calls",
        ),
        (
            Execution("kernel", -9, Story(CELL), last_memory=100_000_000),
            "failed",
            "cell 6: the kernel ended in the middle of the cell at 0.1 of 4 GB; look at what this cell calls",
        ),
        (
            Execution("time", 1, Story(CELL, died_of=9)),
            "aborted",
            "cell 6: ended after 60 s; allow more time (--timeout)",
        ),
        (Execution("stop", 1, Story(CELL, died_of=9)), "aborted", "cell 6: stopped on request"),
        (
            Execution("itself", 1, Story(error={"cell": 2, "type": "ValueError", "message": "a\nb"})),
            "failed",
            "cell 2: ValueError: a b",
        ),
        (
            Execution(
                "itself", 1, Story(error={"cell": 2, "type": "LeakError", "ours": True, "message": "x: y; z"})
            ),
            "failed",
            "cell 2: x: y; z",
        ),
        (
            Execution("itself", 1, Story(error={"cell": 2, "type": "OSError", "message": FULL})),
            "failed",
            f"cell 2: a file could not be written whole (OSError: {FULL}); "
            "make room on the disk, and run it again",
        ),
        (
            Execution("itself", 0, Story(error={"cell": 2, "type": "KeyError", "message": ""})),
            "failed",
            "cell 2: KeyError",
        ),
        (
            Execution("itself", -9, Story(CELL)),
            "failed",
            "cell 6: the notebook could not be executed (status -9)",
        ),
        (
            Execution("itself", 1, complaint="ImportError: no papermill"),
            "failed",
            "the notebook could not be executed (ImportError: no papermill)",
        ),
    ],
)
def test_each_ending_has_its_status_and_its_line(execution, status, line):
    told, failure = judge(execution, LIMIT, {"out", "batch_size"})
    assert (told, str(failure)) == (status, line)


def test_the_remedy_names_only_a_parameter_that_is_there():
    _, failure = judge(Execution("memory", -9, Story(CELL), last_memory=5_000_000_000), LIMIT, {"out"})
    assert "a smaller part of the data helps" in str(failure)
