"""How far a long cell is: a bar below it."""

from __future__ import annotations

import os
import time

import anywidget
from IPython.display import display
from traitlets import Float, Int, Unicode

from astrolib.core.progress import PROGRESS_FILE, Progress, reporter
from astrolib.widgets.view.look import module, panel

_BETWEEN = 0.1  # seconds between two steps on the page: no more than a person can follow


class ProgressBar(anywidget.AnyWidget):
    """A bar with its words; drawn by ``progress.js``.

    Attributes
    ----------
    label : str
        What is being done.
    done, total : int
        How much is done and how much there is; 0 of 0 before anybody knows.
    seconds : float
        Since it began [s].
    """

    _esm = module("progress.js")

    label = Unicode().tag(sync=True)
    done = Int().tag(sync=True)
    total = Int().tag(sync=True)
    seconds = Float().tag(sync=True)


def progress_bar(label: str) -> Progress:
    """Return a progress that draws a bar below the cell; without people, it tells whoever runs the notebook.

    Parameters
    ----------
    label : str
        What is being done, in a word or two: ``"reduce"``.
    """
    if os.environ.get(PROGRESS_FILE):
        return reporter(label)
    bar, began, shown = ProgressBar(label=label), time.monotonic(), 0.0
    display(panel(bar, name="astrolib-progressing"))

    def show(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done < total and now - shown < _BETWEEN:
            return
        shown = now
        with bar.hold_sync():
            bar.done, bar.total, bar.seconds = int(done), int(total), now - began

    return show
