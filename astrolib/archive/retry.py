"""Try again what failed in passing: a few times, with jitter, within one deadline for the whole."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from astrolib.core.errors import ServiceError

FIRST_WAIT = 0.5
"""Mean wait before the first repetition [s]; it doubles each time."""

T = TypeVar("T")


@dataclass(frozen=True)
class Clock:
    """Where the time comes from, and how it is waited for; tests give their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class PassingError(ServiceError):
    """A failure that may pass: the service is busy, or the connection broke.

    Parameters
    ----------
    wait : float, optional
        How long the service asks us to stay away [s]; none if it does not say.
    """

    def __init__(self, what: str, *, where: object = "", wait: float | None = None) -> None:
        super().__init__(what, where=where, remedy="try again later")
        self.wait = wait


def persist(attempt: Callable[[float], T], *, deadline: float, retries: int, clock: Clock) -> T:
    """Call `attempt` until it succeeds, fails for good, or time or patience is over.

    Parameters
    ----------
    attempt : callable
        Called with the moment, on `clock`, at which it must be over.
    deadline : float
        Longest time for everything, waits included [s].
    retries : int
        How often an attempt that raised `PassingError` is repeated.
    clock : Clock
        Where the time comes from.

    Raises
    ------
    PassingError
        If the last attempt failed in passing, or the wait would end after the deadline.
    """
    end = clock.now() + deadline
    tried = 0
    while True:
        try:
            return attempt(end)
        except PassingError as error:
            wait = _wait(error, tried)
            tried += 1
            if tried > retries or clock.now() + wait >= end:
                error.what += f" ({tried} {'try' if tried == 1 else 'tries'})"
                raise
            clock.sleep(wait)


def _wait(error: PassingError, tried: int) -> float:
    """Return what the service asks for, else an exponential wait spread by half so that clients part."""
    if error.wait is not None:
        return error.wait
    spread = secrets.SystemRandom().uniform(0.5, 1.5)
    return FIRST_WAIT * 2**tried * spread
