"""NightBrowser: surveys, nights, fields and files as in a file manager, with what is asked and missing."""

from __future__ import annotations

import json
from collections import OrderedDict
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
from astrolib.widgets.view.look import module, panel, stylesheet

_REMEMBERED = 1000  # presses whose repetition is recognised


class NightControls(anywidget.AnyWidget):
    """The tree, and what is in the open place; drawn by ``night.js``."""

    _esm = module("night.js")
    _css = stylesheet("night.css")

    tree: List = List().tag(sync=True)
    now = Dict().tag(sync=True)
    files = Bytes(b"[]").tag(sync=True)


class NightBrowser(ipywidgets.VBox):
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
        self._done: OrderedDict[str, None] = OrderedDict()
        self._paths: dict[str, str] = {}
        super().__init__([panel(self.controls, name="astrolib-nights")])
        self._draw()
        self.state.observe(self._draw, "revision")
        self.controls.on_msg(self._on_message)

    def close(self) -> None:
        """Stop following the state, and leave the page."""
        self.state.unobserve(self._draw, "revision")
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

    def _on_message(self, _widget: object, asked: dict[str, Any], _buffers: object) -> None:
        """Do what a press asks for, once, however often it is sent; or send pictures."""
        if "thumbs" in asked:
            self._send_thumbnails([str(one) for one in asked["thumbs"]])
            return
        press = str(asked.get("press", ""))
        if press not in self._done:
            self._act(press, asked)
            self._done[press] = None
            if len(self._done) > _REMEMBERED:
                self._done.popitem(last=False)
        self.controls.send({"done": press})

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
            "refresh": state.refresh,
        }
        if (action := str(asked.get("action", ""))) in actions:
            actions[action]()

    def _send_thumbnails(self, wanted: list[str]) -> None:
        """Make pictures beside the kernel, and send each as soon as it is there."""
        paths = [(one, self._paths[one]) for one in wanted if one in self._paths]

        def work() -> None:
            for one, path in paths:
                try:
                    picture = self.state.functions.thumbnail(path)
                except (AstrolibError, OSError):
                    picture = np.zeros((0, 0), np.uint8)  # moved away or broken since: there is no picture
                self.state.background.back(partial(self._send, one, picture))

        self.state.background.run(work)

    def _send(self, one: str, picture: np.ndarray) -> None:
        told = {"thumb": one, "height": picture.shape[0], "width": picture.shape[1]}
        self.controls.send(told, buffers=[np.ascontiguousarray(picture).tobytes()])


def _state(ledger: Any, night: str, who: str) -> NightState:
    """Return the state of a browser on a ledger of this machine."""
    from astrolib.collection.nights import Ledger  # brings astropy
    from astrolib.widgets.state.night_wiring import functions

    return NightState(functions(ledger or Ledger(), who or person()), selected=night)
