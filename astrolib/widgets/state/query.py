"""What a query panel knows: the form, the answer, what was chosen from it, and what became of that."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from traitlets import Dict, Enum, HasTraits, Instance, Tuple, Unicode

from astrolib.archive import Answer, Position, Service, SpectrumQuery
from astrolib.core.errors import AstrolibError
from astrolib.core.outcome import Outcome
from astrolib.core.progress import Progress
from astrolib.widgets.state.background import Act, Background, Foreground
from astrolib.widgets.state.form import QueryForm
from astrolib.widgets.state.functions import QueryFunctions

PHASES = ("idle", "resolving", "searching", "ready", "downloading", "delivered", "failed")
_BUSY = ("resolving", "searching", "downloading")
_BETWEEN_REPORTS = 0.1  # seconds


class QueryPanelState(HasTraits):
    """A query on its way from the form to the spectra on disk.

    Parameters
    ----------
    functions : QueryFunctions
        What is called.
    background : Background, optional
        Where long work runs.
    **form
        First texts of the form's fields, as in `QueryForm`.

    Attributes
    ----------
    form : dict of str
        The fields of `QueryForm`.
    phase : str
        One of `PHASES`; ``ready`` with an answer that is found or none, ``failed`` with `error`.
    notice : str
        What a person should know although nothing failed.
    asked : SpectrumQuery or None
        The last question that was sent.
    answer : Answer or None
        To that question.
    selected : tuple of int
        Rows of the offer that are chosen.
    progress : tuple of int
        Rows that are finished, and all.
    outcome : Outcome or None
        What became of the last download.
    """

    functions = Instance(QueryFunctions)
    form = Dict()
    phase = Enum(PHASES, "idle")
    error = Unicode()
    notice = Unicode()
    answer = Instance(Answer, allow_none=True)
    selected = Tuple()
    progress = Tuple((0, 0))
    outcome = Instance(Outcome, allow_none=True)

    def __init__(self, functions: QueryFunctions, background: Background | None = None, **form: str) -> None:
        super().__init__(functions=functions, form=dataclasses.asdict(QueryForm(**form)))
        self.asked: SpectrumQuery | None = None
        self._background = background or Background()
        self._errand = 0

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self.phase in _BUSY

    @property
    def chosen(self) -> Answer | None:
        """The answer, cut to the chosen rows."""
        if self.answer is None:
            return None
        rows = np.zeros(len(self.answer), dtype=bool)
        rows[list(self.selected)] = True
        return self.answer.only(rows)

    def question(self) -> tuple[Service, SpectrumQuery]:
        """Return whom the form asks, and what.

        Raises
        ------
        RefusedError
            Naming the field that cannot be read.
        """
        form = QueryForm.of(self.form)
        return self.functions.find(form.service), form.query()

    # ---- what a person asks for ---------------------------------------------------------------

    def resolve(self) -> None:
        """Look up the target's position, and search around it instead of by its name."""
        name = QueryForm.of(self.form).target
        if self._free() and name:
            self._start("resolving", lambda: self.functions.resolve(name), self._resolved)

    def search(self) -> None:
        """Send the question that the form makes; one that cannot be read is not sent."""
        if self.phase == "downloading":
            return
        try:
            service, query = self.question()
        except AstrolibError as error:
            self._go("failed", str(error))
            return
        self.selected, self.answer, self.outcome = (), None, None
        self.asked = query
        self._start("searching", lambda: self.functions.search(service, query), self._answered)

    def download(self) -> None:
        """Fetch the chosen rows."""
        chosen = self.chosen
        if not self._free() or chosen is None or not self.selected:
            return
        try:
            cutout = QueryForm.of(self.form).cutout()
        except AstrolibError as error:
            self._go("failed", str(error))
            return
        self.outcome, self.progress = None, (0, len(self.selected))
        report = self._reporter(self._errand + 1)
        self._start("downloading", lambda: self.functions.deliver(chosen, cutout, report), self._delivered)

    def cancel(self) -> None:
        """Stop waiting for a search; an answer that still comes is not shown."""
        if self.phase in ("resolving", "searching"):
            self._errand += 1
            self._go("ready" if self.answer is not None else "idle")

    def in_foreground(self, ask: Act) -> None:
        """Do `ask`, one of the above, and return when it is done: for cells that go on from there."""
        usual, self._background = self._background, Foreground()
        try:
            ask()
        finally:
            self._background = usual

    # ---- what comes of it ---------------------------------------------------------------------

    def _resolved(self, found: Position) -> None:
        if found.status == "failed":
            self._go("failed", f"the position of {found.name} was not found out: {found.reason}")
        elif found.position is None:
            self._go(
                "failed", f"no object called {found.name!r} is known; check the name, or type a position"
            )
        else:
            ra, dec = found.position.icrs.ra.deg, found.position.icrs.dec.deg
            self.form = self.form | {"position": f"{ra:.6f} {dec:+.6f}", "target": ""}
            self._go("ready" if self.answer is not None else "idle")
            self.notice = f"The search goes around the position of {found.name}."

    def _answered(self, answer: Answer) -> None:
        self.answer = answer
        self._go("failed" if answer.status == "failed" else "ready", answer.reason)

    def _delivered(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._go("failed" if outcome.status == "failed" else "delivered", outcome.reason)

    # ---- how it goes on -----------------------------------------------------------------------

    def _free(self) -> bool:
        return not self.busy

    def _go(self, phase: str, error: str = "") -> None:
        """Enter a phase: the only place where it changes."""
        with self.hold_trait_notifications():
            self.notice = error if phase != "failed" else ""
            self.error = error if phase == "failed" else ""
            self.phase = phase

    def _start(self, phase: str, work: Callable[[], Any], finish: Callable[[Any], None]) -> None:
        """Run `work` beside the kernel; what it brings is dropped if something newer was started."""
        self._errand += 1
        errand = self._errand

        def conclude(act: Act) -> None:
            self._background.back(lambda: act() if errand == self._errand else None)

        def run() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - in a thread it would be seen by nobody
                reason = str(error) or type(error).__name__
                conclude(lambda: self._go("failed", reason))
            else:
                conclude(lambda: finish(result))

        self._go(phase)
        self._background.run(run)

    def _reporter(self, errand: int) -> Progress:
        """Return a `progress` that shows no more than a person can follow."""
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            if done < total and time.monotonic() - last < _BETWEEN_REPORTS:
                return
            last = time.monotonic()
            self._background.back(lambda: self._show_progress(errand, done, total))

        return report

    def _show_progress(self, errand: int, done: int, total: int) -> None:
        if errand == self._errand:
            self.progress = (done, total)
