"""What a query panel knows: the form, the answer, what was chosen from it, and what became of that."""

from __future__ import annotations

import dataclasses

import numpy as np
from traitlets import Dict, Enum, HasTraits, Instance, Tuple, Unicode

from astrolib.archive import Answer, Position
from astrolib.core.errors import AstrolibError
from astrolib.core.outcome import Outcome
from astrolib.widgets.state.background import Act, Background
from astrolib.widgets.state.errands import Errands
from astrolib.widgets.state.form import QueryForm
from astrolib.widgets.state.functions import QueryFunctions

PHASES = ("idle", "resolving", "searching", "ready", "downloading", "delivered", "failed")
_BUSY = ("resolving", "searching", "downloading")


class QueryPanelState(HasTraits):
    """A query on its way from the form to the spectra on disk.

    Actions may come from another thread than the one where answers come home.

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
    asked : QueryForm or None
        The form as it was sent last.
    answer : Answer or None
        To that form.
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
        self.asked: QueryForm | None = None
        self._errands = Errands(background or Background(), self._failed, self._progressed)

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

    # ---- what a person asks for ---------------------------------------------------------------

    def search(self) -> None:
        """Ask what the form says, around a target once its position is looked up.

        A form that cannot be read is not sent.
        """
        with self._errands.lock:
            if self.phase == "downloading":
                return
            form = QueryForm.of(self.form)
            try:
                form.query()
            except AstrolibError as error:
                self._go("failed", str(error))
                return
            self._write(form)
            self.selected, self.answer, self.outcome = (), None, None
            if form.to_look_up:
                self._go("resolving")
        if form.to_look_up:
            self._errands.start(lambda _: self.functions.resolve(form.to_look_up), self._resolved)
        else:
            self._ask(form)

    def download(self) -> None:
        """Fetch the chosen rows."""
        with self._errands.lock:
            chosen = self.chosen
            if self.busy or self.asked is None or chosen is None or not self.selected:
                return
            try:
                cutout = QueryForm.of(self.form | {"source": self.asked.source}).cutout()
            except AstrolibError as error:
                self._go("failed", str(error))
                return
            self.outcome, self.progress = None, (0, len(self.selected))
            self._go("downloading")
        self._errands.start(lambda report: self.functions.deliver(chosen, cutout, report), self._delivered)

    def cancel(self) -> None:
        """Stop waiting for a search; an answer that still comes is not shown."""
        with self._errands.lock:
            if self.phase in ("resolving", "searching"):
                self._errands.drop()
                self._go("idle")

    def in_foreground(self, act: Act) -> None:
        """Do `act`, one of the above, and return when it is done: for cells that go on from there."""
        with self._errands.in_foreground():
            act()

    # ---- what comes of it ---------------------------------------------------------------------

    def _ask(self, form: QueryForm) -> None:
        query = form.query()
        with self._errands.lock:
            self.asked = form
            self._go("searching")
        self._errands.start(
            lambda _: self.functions.ask(form.source, query, service=form.service, path=form.location),
            self._answered,
        )

    def _resolved(self, found: Position) -> None:
        if found.status == "failed":
            self._failed(f"the position of {found.name} was not found out: {found.reason}")
        elif found.position is None:
            self._failed(
                f"nobody who was asked knows where {found.name} is; type a position, or empty the radius to "
                "search by the archive's own names"
            )
        else:
            form = QueryForm.of(self.form).around(found.name, found.position)
            self._write(form)
            self._ask(form)

    def _answered(self, answer: Answer) -> None:
        self.answer = answer
        self._go("failed" if answer.status == "failed" else "ready", answer.reason)

    def _delivered(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._go("failed" if outcome.status == "failed" else "delivered", outcome.reason)

    def _failed(self, reason: str) -> None:
        if self.phase in ("resolving", "searching"):
            self.answer = Answer("failed", reason=reason)
        self._go("failed", reason)

    def _progressed(self, done: int, total: int) -> None:
        self.progress = (done, total)

    def _write(self, form: QueryForm) -> None:
        """Let the fields say what is asked."""
        self.form = dataclasses.asdict(form)

    def _go(self, phase: str, saying: str = "") -> None:
        """Enter a phase: the only place where it changes."""
        with self.hold_trait_notifications():
            self.notice = saying if phase != "failed" else ""
            self.error = saying if phase == "failed" else ""
            self.phase = phase
