"""Training beside the kernel, which a person can watch and stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from astropy.table import QTable

from astrolib.core.errors import AstrolibError
from astrolib.core.progress import Progress
from astrolib.widgets.state.learn_functions import LearnFunctions, Round


class StoppedError(AstrolibError):
    """A person stopped the training."""


class Training:
    """Trains one round after the other; a stop comes out of `run` at the next sign of life.

    Parameters
    ----------
    functions : LearnFunctions
        The science that is called.
    epoch_end : callable
        Told the numbers of each epoch, in the thread that trains.
    """

    def __init__(self, functions: LearnFunctions, epoch_end: Callable[[dict[str, float]], object]) -> None:
        self._learn, self._epoch_end = functions.learn, epoch_end
        self._stop = threading.Event()

    def begin(self) -> None:
        """Forget that somebody stopped."""
        self._stop.clear()

    def stop(self) -> None:
        """Have the training end with its epoch."""
        self._stop.set()

    def run(self, labels: QTable, before: Round | None, report: Progress) -> Round:
        """Train on labels ``id, label`` after the round before, and return the next round.

        Raises
        ------
        StoppedError
            If a person stopped it.
        """

        def progress(done: int, total: int) -> None:
            self._check()
            report(done, total)

        def epoch_end(told: Mapping[str, Any]) -> None:
            self._check()
            self._epoch_end({name: one for name, one in told.items() if isinstance(one, int | float)})

        return self._learn(labels, before, progress, epoch_end)

    def _check(self) -> None:
        if self._stop.is_set():
            raise StoppedError("training was stopped")
