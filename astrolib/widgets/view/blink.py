"""BlinkPanel: validate moving objects by keyboard, each blinked at display rate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
from traitlets import Bytes, Dict

from astrolib.widgets.state.blink import BlinkState
from astrolib.widgets.state.blink_functions import Evidence
from astrolib.widgets.view import blink_content as content
from astrolib.widgets.view.deck import Deck
from astrolib.widgets.view.following import Following
from astrolib.widgets.view.look import module, stylesheet
from astrolib.widgets.view.presses import Presses

_RECORDED = ("align", "stretch", "limits", "inverted", "difference", "circle", "zoom", "fps", "played")
_PLAIN = (str, bool, int, float)


class BlinkStage(Following, anywidget.AnyWidget):
    """Everything between the deck's title and its answers; drawn by ``blink.js``.

    The page gets the raw pixels once, as bytes; stretch, zoom and speed are its own. What it shows comes back
    in `view`, for the record.

    Parameters
    ----------
    state : BlinkState
        Which positions count, and whether the score is hidden.
    """

    _esm = module("blink.js")
    _css = stylesheet("chart.css") + stylesheet("blink.css")

    about = Dict().tag(sync=True)
    pixels = Bytes(b"").tag(sync=True)
    verdicts = Dict().tag(sync=True)
    watch = Dict().tag(sync=True)
    view = Dict().tag(sync=True)

    def __init__(self, state: BlinkState) -> None:
        self.state = state
        super().__init__()
        self._presses = Presses(self, self._act)
        self.follow(state, self._draw, "revision")

    def show(self, evidence: Evidence) -> None:
        """Show one tracklet; stretch, zoom and speed stay."""
        with self.hold_sync():
            self.about, self.pixels = content.about(evidence), content.pixels(evidence)
            self._draw()

    def shown(self) -> Mapping[str, Any]:
        """Return what is on show, as a label event records it."""
        known = {name: self.view[name] for name in _RECORDED if isinstance(self.view.get(name), _PLAIN)}
        return {"view": "blink"} | known

    def _draw(self, _change: object = None) -> None:
        if self.state.phase == "ready":
            self.verdicts, self.watch = content.verdicts(self.state), content.watch(self.state)

    def _act(self, press: str, asked: Mapping[str, Any]) -> None:
        if asked.get("action") == "position":
            self.state.toggle_position(str(asked.get("value", "")), str(asked.get("object", "")), press)
        elif asked.get("action") == "score":
            self.state.show_score(self.state.blind)


class BlinkPanel(Following, ipywidgets.VBox):
    """Validate moving objects: valid, invalid or unsure, whole and position by position, by keyboard.

    Parameters
    ----------
    folder : path-like, optional
        What a search left: ``tracklets.ecsv``, ``detections.ecsv`` and ``blink``.
    state : BlinkState, optional
        A state of your own, in place of the folder.
    **options
        As `astrolib.widgets.state.blink_wiring.state` takes them.

    Examples
    --------
    >>> BlinkPanel("movers", name="2026-03-01 field 7", site="site.toml")
    """

    def __init__(
        self, folder: str | Path | None = None, *, state: BlinkState | None = None, **options: Any
    ) -> None:
        if state is None:
            from astrolib.widgets.state import blink_wiring  # brings astropy and the movers

            state = blink_wiring.state(Path(folder or ".").expanduser(), **options)
        self.state = state
        self.stage = BlinkStage(state)
        self.deck = Deck(state, self.stage)
        super().__init__([self.deck])
        self.add_class("astrolib-deck-low")

    def close(self) -> None:
        """Stop following the state, and leave the page."""
        self.stage.close()
        self.deck.close()
        super().close()
