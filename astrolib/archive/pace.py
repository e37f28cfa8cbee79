"""How often a service may be asked: who asks too often is shut out by it for an hour."""

from __future__ import annotations

import threading

from astrolib.archive.retry import Clock


class Pace:
    """Lets callers of this process through one after the other, never more than so many a second.

    Parameters
    ----------
    per_second : float
        How many.
    clock : Clock, optional
        Where the time comes from.
    """

    def __init__(self, per_second: float, clock: Clock | None = None) -> None:
        self._interval = 1 / per_second
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        with self._lock:
            now = self._clock.now()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._clock.sleep(turn - now)
