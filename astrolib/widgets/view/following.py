"""Views that follow a state until they leave the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
from traitlets import HasTraits


class Following(ipywidgets.Widget):
    """Makes a widget stop following when it closes: a state may outlive its views."""

    def follow(self, state: HasTraits, draw: Callable[[Any], object], *names: str) -> None:
        """Call `draw` when any of the named traits of a state changes."""
        state.observe(draw, names)
        self._followed = [*self.__dict__.get("_followed", ()), (state, draw, names)]

    def close(self) -> None:
        """Stop following, and leave the page; a second time, as when memory is freed, it does nothing."""
        for state, draw, names in self.__dict__.pop("_followed", ()):
            state.unobserve(draw, names)
        super().close()
