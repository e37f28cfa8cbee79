"""CutTrail: how many candidates each cut left, and how many it removed."""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets
from traitlets import List

from astrolib.widgets.view.look import module, panel, stylesheet


class TrailBars(anywidget.AnyWidget):
    """One bar a cut; drawn by ``verify_trail.js``."""

    _esm = module("verify_trail.js")
    _css = stylesheet("verify.css")

    steps: List = List().tag(sync=True)


class CutTrail(ipywidgets.VBox):
    """The trail of cuts as bars: what came to each, what it left, what it removed.

    Parameters
    ----------
    candidates : Candidates
        After all cuts.
    """

    def __init__(self, candidates: Any) -> None:
        total = len(candidates.table)
        steps = [{"cut": "scored", "before": total, "left": total, "removed": 0, "unknown": 0}]
        steps += [
            {name: getattr(step, name) for name in ("cut", "before", "left", "removed", "unknown")}
            for step in candidates.trail
        ]
        super().__init__([panel(TrailBars(steps=steps), name="astrolib-trail")])
