"""One remote question about the object on show: asked beside the kernel, answered when it is answered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Enum, HasTraits, Unicode

from astrolib.widgets.state.background import Background

MOST_AT_ONCE = 2
"""Questions under way: a service that hangs keeps one, and the object on show is asked for all the same."""

MOST_KEPT = 200


class Lookup(HasTraits):
    """What a service says of the object on show.

    Nothing waits for it: who goes on to the next object is shown what is known of that one.

    Parameters
    ----------
    ask : callable
        Id -> an answer with ``status`` (found, none, failed) and ``reason``. Called in a thread.
    background : Background
        Where it is called.

    Attributes
    ----------
    phase : {'idle', 'asking', 'found', 'none', 'failed'}
    answer : object
        What `ask` gave for the object on show; None unless it has answered.
    reason : str
        Why it failed.
    """

    phase = Enum(("idle", "asking", "found", "none", "failed"), "idle")
    answer = AnyTrait(None, allow_none=True)
    reason = Unicode()

    def __init__(self, ask: Callable[[str], Any], background: Background) -> None:
        super().__init__()
        self._ask, self._background = ask, background
        self._answers: OrderedDict[str, Any] = OrderedDict()
        self._under_way: set[str] = set()
        self._wanted: tuple[str, ...] = ()
        self._lock = threading.RLock()

    def show(self, current: str, ahead: Sequence[str] = ()) -> None:
        """Show what is known of an object; ask for it, and then for those that come next."""
        with self._lock:
            self._wanted = (current, *ahead)
            self._settle()
        self._go_on()

    def again(self) -> None:
        """Ask once more for the object on show, if that failed."""
        with self._lock:
            current = self._wanted[0] if self._wanted else ""
            if self.phase == "failed":
                self._answers.pop(current, None)
                self._settle()
        self._go_on()

    def _settle(self) -> None:
        """Enter the phase of the object on show: the only place where it changes."""
        known = self._answers.get(self._wanted[0])
        with self.hold_trait_notifications():
            self.answer = known
            self.reason = "" if known is None else str(getattr(known, "reason", ""))
            self.phase = "asking" if known is None else known.status

    def _go_on(self) -> None:
        """Ask for what is wanted first among what is not known."""
        while True:
            with self._lock:
                known = self._answers.keys() | self._under_way
                following = next((one for one in self._wanted if one and one not in known), None)
                if following is None or len(self._under_way) >= MOST_AT_ONCE:
                    return
                self._under_way.add(following)
            self._start(following)

    def _start(self, wanted: str) -> None:
        def work() -> None:
            try:
                answer = self._ask(wanted)
            except Exception as error:  # noqa: BLE001 - in a thread it would be seen by nobody
                answer = _Failure(" ".join(str(error).split()) or type(error).__name__)
            self._background.back(lambda: self._home(wanted, answer))

        self._background.run(work)

    def _home(self, asked: str, answer: Any) -> None:
        with self._lock:
            self._under_way.discard(asked)
            self._answers[asked] = answer
            while len(self._answers) > MOST_KEPT:
                self._answers.popitem(last=False)
            if self._wanted and self._wanted[0] == asked:
                self._settle()
        self._go_on()


class _Failure:
    """What is known of an object when asking raised."""

    status = "failed"

    def __init__(self, reason: str) -> None:
        self.reason = reason
