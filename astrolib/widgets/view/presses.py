"""Presses of the page: each is done once, however often it is sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import anywidget

_REMEMBERED = 1000  # presses whose repetition is recognised


class Presses:
    """Hears what the page asks for, has it done, and says so: until then the page sends it again.

    Parameters
    ----------
    widget : AnyWidget
        Whose page sends presses, with ``presses.js``.
    act : callable
        Called with the id of a press and all that it asks for. Messages that are no presses are not ours.
    """

    def __init__(self, widget: anywidget.AnyWidget, act: Callable[[str, Mapping[str, Any]], object]) -> None:
        self._act = act
        self._done: OrderedDict[str, None] = OrderedDict()
        widget.on_msg(self._hear)

    def _hear(self, widget: anywidget.AnyWidget, asked: Mapping[str, Any], _buffers: object) -> None:
        if "press" not in asked:
            return
        press = str(asked["press"])
        if press not in self._done:
            self._act(press, asked)
            self._done[press] = None
            if len(self._done) > _REMEMBERED:
                self._done.popitem(last=False)
        widget.send({"done": press})
