"""How a long function says how far it is; whoever calls decides how that is shown."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then as ``progress(done, total)``."""

    def __call__(self, done: int, total: int) -> None:
        """Report that `done` of `total` items are finished."""


def silent(done: int, total: int) -> None:
    """Show nothing: the default of every `progress` argument."""
