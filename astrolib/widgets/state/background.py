"""Long work beside the kernel: it runs in a thread, and what comes of it happens on the kernel's own loop.

Widgets are only touched on that loop, so that they stay whole, and the page stays alive meanwhile.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

Act = Callable[[], object]


class Background:
    """Runs work in threads for one widget, made on the loop that the widget lives on."""

    def __init__(self) -> None:
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def run(self, work: Act) -> None:
        """Start `work` in a thread of its own."""
        threading.Thread(target=work, daemon=True).start()

    def back(self, act: Act) -> None:
        """Do `act` on the loop as soon as it is free; at once where there is none."""
        if self._loop is None or self._loop.is_closed():
            act()
        else:
            self._loop.call_soon_threadsafe(act)


class Foreground(Background):
    """Runs everything at once: for unattended notebooks and tests."""

    def run(self, work: Act) -> None:
        """Do `work` now."""
        work()

    def back(self, act: Act) -> None:
        """Do `act` now."""
        act()
