"""NightBrowser: surveys, nights, fields and files as in a file manager, with what is asked and missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import anywidget
import ipywidgets
import numpy as np
from traitlets import Bytes, Dict, List

from astrolib.core.errors import AstrolibError
from astrolib.labels.event import person
from astrolib.widgets.state.night import NightState
from astrolib.widgets.view import night_content as content
from astrolib.widgets.view.following import Following
from astrolib.widgets.view.look import module, panel, stylesheet
from astrolib.widgets.view.presses import Presses


class NightControls(anywidget.AnyWidget):
    """The tree, and what is in the open place; drawn by ``night.js``."""

    _esm = module("night.js")
    _css = stylesheet("night.css")

    tree: List = List().tag(sync=True)
    now = Dict().tag(sync=True)
    files = Bytes(b"[]").tag(sync=True)


class NightBrowser(Following, ipywidgets.VBox):
    """Look through surveys, projects, nights, fields and files; add, edit, answer what is asked.

    Parameters
    ----------
    ledger : Ledger, optional
        By default the person's own.
    night : str
        Id of the place that is open first.
    who : str
        In whose name things are done; by default the person at the keyboard.
    state : NightState, optional
        A state of your own, in place of all of the above.

    Examples
    --------
    >>> ledger = Ledger()
    >>> NightBrowser(ledger, ledger.night("INT/NEARBY/2026-03-01", who="ada"))
    """

    def __init__(
        self, ledger: Any = None, night: str = "", *, who: str = "", state: NightState | None = None
    ) -> None:
        self.state = state or _state(ledger, night, who)
        self.controls = NightControls()
        self._paths: dict[str, str] = {}
        super().__init__([panel(self.controls, name="astrolib-nights")])
        self._draw()
        self.follow(self.state, self._draw, "revision")
        self._presses = Presses(self.controls, self._act)
        self.controls.on_msg(self._on_thumbs)

    def close(self) -> None:
        """Stop following the state, and leave the page."""
        self.controls.close()
        super().close()

    def _draw(self, _change: object = None) -> None:
        state, files = self.state, self.state.contents.files
        self._paths = {one.id: one.path for one in files}
        packed = json.dumps([content.row(one) for one in files], ensure_ascii=False, separators=(",", ":"))
        with self.controls.hold_sync():
            self.controls.tree = [content.branch(place) for place in state.places.values()]
            self.controls.files = packed.encode()
            self.controls.now = content.now(state)

    def _on_thumbs(self, _widget: object, asked: dict[str, Any], _buffers: object) -> None:
        """Make the pictures that are asked for, beside the kernel, and send each as soon as it is there."""
        wanted = map(str, asked.get("thumbs", ()))
        paths = [(one, self._paths[one]) for one in wanted if one in self._paths]

        def work() -> None:
            for one, path in paths:
                try:
                    picture = self.state.functions.thumbnail(path)
                except (AstrolibError, OSError):
                    picture = np.zeros((0, 0), np.uint8)  # moved away or broken since: there is no picture
                self.state.background.back(partial(self._send, one, picture))

        if paths:
            self.state.background.run(work)

    def _act(self, press: str, asked: Mapping[str, Any]) -> None:
        state, subject = self.state, str(asked.get("object", ""))
        try:
            told = {name: str(value) for name, value in json.loads(str(asked.get("value") or "{}")).items()}
        except (ValueError, AttributeError):
            return
        say = told.get
        actions: dict[str, Callable[[], object]] = {
            "select": lambda: state.select(subject),
            "add": lambda: state.add(say("level", ""), say("name", ""), press),
            "edit": lambda: state.edit(say("name", ""), say("note", ""), press),
            "move": lambda: state.move(subject, say("state", ""), say("seen", ""), say("reason", ""), press),
            "answer": lambda: state.answer(
                subject, say("about", ""), say("answer", ""), say("alike", "") == "yes", press
            ),
            "load": lambda: state.load(say("folder", ""), say("map", "")),
            "take in": lambda: state.take_in(say("path", "")),
            "refresh": state.follow,
        }
        if (action := str(asked.get("action", ""))) in actions:
            actions[action]()

    def _send(self, one: str, picture: np.ndarray) -> None:
        told = {"thumb": one, "height": picture.shape[0], "width": picture.shape[1]}
        self.controls.send(told, buffers=[np.ascontiguousarray(picture).tobytes()])


def _state(ledger: Any, night: str, who: str) -> NightState:
    """Return the state of a browser on a ledger of this machine."""
    from astrolib.collection.nights import Ledger  # brings astropy
    from astrolib.widgets.state.night_wiring import functions

    return NightState(functions(ledger or Ledger(), who or person()), selected=night)
