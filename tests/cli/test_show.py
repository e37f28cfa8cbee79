"""A terminal shows a bar on one line; a log gets lines; neither is steered by what is shown."""

from __future__ import annotations

import io

import pytest

from astrolib.cli.show import ProgressDisplay, plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS = [
    {"state": "kernel", "pid": 1},
    {"cell": 2, "cells": 9, "state": "start", "source": "fetch()"},
    *({"label": "download", "done": done, "total": 60} for done in range(1, 61)),
    {"cell": 2, "cells": 9, "state": "end"},
]


def test_a_log_gets_a_line_a_cell_and_one_a_tenth():
    stream = io.StringIO()
    display = ProgressDisplay(stream)
    for event in EVENTS:
        display(event)
    display.close()
    lines = stream.getvalue().splitlines()
    assert lines[0] == "cell 2 of 9: fetch()"
    assert lines[1:] == [f"cell 2 of 9: download {10 * tenth} %" for tenth in range(11)]


def test_a_terminal_gets_a_bar_that_overwrites_itself():
    stream = Terminal()
    display = ProgressDisplay(stream)
    for event in EVENTS:
        display(event)
    display.close()
    frames = stream.getvalue().split("\r\x1b[K")
    assert frames[-2] == f"cell 2 of 9: download [{24 * '#'}] 60/60"
    assert frames[-1] == ""
    assert "\n" not in stream.getvalue()


def test_events_without_much_in_them_are_shown_as_far_as_they_go():
    display = ProgressDisplay(io.StringIO())
    for event in ({}, {"total": 0}, {"state": "start"}, {"total": 2}):
        display(event)


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
def test_a_run_goes_on_when_nobody_is_there_to_be_shown_anything(monkeypatch, kind):
    def write(text):
        raise BrokenPipeError

    stream = kind()
    monkeypatch.setattr(stream, "write", write)
    display = ProgressDisplay(stream)
    for event in EVENTS:
        display(event)
    display.close()


def test_control_characters_do_not_reach_the_terminal():
    assert plain("a\x1b[31m\nb\x07") == "a?[31m b?"
