"""Servers start a few at a time; the others wait their turn and are told their place."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable


class Turns:
    """A queue in which `at_once` may be served at the same time.

    Thirty servers started together on two cores all miss their time limit; four at a time, none does.

    Parameters
    ----------
    at_once : int
        How many are served at the same time.
    """

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self._waiting: deque[tuple[Hashable, asyncio.Future[None]]] = deque()
        self._served: set[Hashable] = set()

    async def enter(self, who: Hashable) -> None:
        """Wait until it is the turn of `who`."""
        if len(self._served) < self.at_once and not self._waiting:
            self._served.add(who)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((who, turn))
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting = deque(entry for entry in self._waiting if entry[1] is not turn)
            self.leave(who)
            raise

    def leave(self, who: Hashable) -> None:
        """End the turn of `who`, and let the next one in."""
        self._served.discard(who)
        while self._waiting and len(self._served) < self.at_once:
            name, turn = self._waiting.popleft()
            if not turn.cancelled():
                self._served.add(name)
                turn.set_result(None)

    def ahead(self, who: Hashable) -> int:
        """Return how many wait before `who`, itself included; 0 once it is being served."""
        names = [name for name, _ in self._waiting]
        return names.index(who) + 1 if who in names else 0

    async def places(self, who: Hashable, every: float = 1.0) -> AsyncIterator[int]:
        """Yield the place of `who` whenever it changes, and 0 at the end."""
        last = -1
        while last != 0:
            place = self.ahead(who)
            if place != last:
                yield place
            last = place
            if place:
                await asyncio.sleep(every)
