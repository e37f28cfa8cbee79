"""Errands: long work beside the kernel, one at a time; what an older one brings home is dropped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from astrolib.core.progress import Progress
from astrolib.widgets.state.background import Act, Background, Foreground

_BETWEEN_REPORTS = 0.1  # seconds: no more than a person can follow

T = TypeVar("T")


class Errands:
    """Sends work away and says what became of the newest.

    A page may act from another thread than the one where work comes home: both hold `lock` while they change
    anything.

    Parameters
    ----------
    background : Background
        Where work runs.
    failed : callable
        Called with the reason, on one line, when work raised.
    progressed : callable
        Called with how much is done and how much there is.
    """

    def __init__(
        self,
        background: Background,
        failed: Callable[[str], object],
        progressed: Callable[[int, int], object],
    ) -> None:
        self.lock = threading.RLock()
        self._background, self._failed, self._progressed = background, failed, progressed
        self._newest = 0

    def start(self, work: Callable[[Progress], T], finish: Callable[[T], object]) -> None:
        """Run `work`, and call `finish` with what it returns."""
        errand = self.drop()

        def run() -> None:
            try:
                result = work(self._reporter(errand))
            except Exception as error:  # noqa: BLE001 - in a thread it would be seen by nobody
                reason = str(error) or type(error).__name__
                self._home(errand, lambda: self._failed(reason))
            else:
                self._home(errand, lambda: finish(result))

        self._background.run(run)

    def drop(self) -> int:
        """Wait no more for what is under way; return the number of the next errand."""
        with self.lock:
            self._newest += 1
            return self._newest

    @contextmanager
    def in_foreground(self) -> Iterator[None]:
        """Return from `start` when the work is done, while this lasts: for cells that go on from there."""
        usual, self._background = self._background, Foreground()
        try:
            yield
        finally:
            self._background = usual

    def _home(self, errand: int, act: Act) -> None:
        def act_if_newest() -> None:
            with self.lock:
                if errand == self._newest:
                    act()

        self._background.back(act_if_newest)

    def _reporter(self, errand: int) -> Progress:
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            if done < total and time.monotonic() - last < _BETWEEN_REPORTS:
                return
            last = time.monotonic()
            self._home(errand, lambda: self._progressed(done, total))

        return report
