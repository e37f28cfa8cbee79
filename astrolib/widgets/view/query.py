"""QueryPanel: ask an archive, see the answer as a table and on the sky, choose, download."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import numpy as np
from astropy.table import QTable
from traitlets import Dict, Int, List, Tuple, Unicode, link

from astrolib.archive import Answer
from astrolib.core.outcome import Outcome
from astrolib.core.schema import SPECTRUM_OFFER
from astrolib.widgets import wiring
from astrolib.widgets.state.form import RADIUS_UNITS, QueryForm
from astrolib.widgets.state.functions import QueryFunctions
from astrolib.widgets.state.query import QueryPanelState
from astrolib.widgets.view.look import module, panel, stylesheet
from astrolib.widgets.view.offer import offer_columns
from astrolib.widgets.view.sky import SkyChart
from astrolib.widgets.view.table import Table

_LINKED = ("form", "phase", "error", "notice", "progress", "selected")


class QueryControls(anywidget.AnyWidget):
    """The form, what is going on, and the download; drawn by ``query.js``."""

    _esm = module("query.js")
    _css = stylesheet("query.css")

    form = Dict().tag(sync=True)
    phase, error, notice = (Unicode().tag(sync=True) for _ in range(3))
    progress, selected = (Tuple().tag(sync=True) for _ in range(2))
    services: List = List().tag(sync=True)
    radius_units: List = List(list(RADIUS_UNITS)).tag(sync=True)
    found = Int(0).tag(sync=True)
    answer = Dict().tag(sync=True)
    outcome = Dict().tag(sync=True)


class QueryPanel(ipywidgets.VBox):
    """Find spectra in an archive, a VOTable, a folder or a listing, and bring them home.

    Parameters
    ----------
    folder : path-like
        The collection that the spectra go into; made with the first download.
    state : QueryPanelState, optional
        A state of your own.
    **options
        Functions to call instead of those of `astrolib.archive` (``ask``, ``deliver``, ``resolve``,
        ``services``; see `QueryFunctions`), and first texts of the form's fields (``source``, ``service``,
        ``path``, ``target``, ``radius``; see `QueryForm`).

    Attributes
    ----------
    state : QueryPanelState
        Everything that can be changed.
    """

    def __init__(
        self, folder: str | Path = "spectra", *, state: QueryPanelState | None = None, **options: Any
    ) -> None:
        if state is None:
            names = {field.name for field in dataclasses.fields(QueryFunctions)}
            given = {name: options.pop(name) for name in names & set(options)}
            functions = dataclasses.replace(wiring.query_functions(Path(folder)), **given)
            state = QueryPanelState(functions, **({"service": "local"} | options))
        self.state = state
        self.controls = self._make_controls()
        self.table, self.sky = Table(label="Spectra on offer"), SkyChart()
        link((state, "selected"), (self.table, "selected"))
        link((state, "selected"), (self.sky, "selected"))
        state.observe(self._show_answer, "answer")
        state.observe(self._show_outcome, "outcome")
        super().__init__([panel(self.controls, self.table, self.sky, name="astrolib-query")])

    def _make_controls(self) -> QueryControls:
        controls = QueryControls(
            services=[
                {"name": known.name, "title": known.title} for known in self.state.functions.services()
            ],
            **{name: getattr(self.state, name) for name in _LINKED},
        )
        for name in _LINKED:
            link((self.state, name), (controls, name))
        controls.on_msg(self._on_message)
        return controls

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Do what a button asks; other messages are not ours."""
        state = self.state
        actions = {"search": state.search, "download": state.download, "cancel": state.cancel}
        if content.get("do") in actions:
            actions[content["do"]]()

    def _show_answer(self, _change: object) -> None:
        answer = self.state.answer
        self.controls.answer = {} if answer is None else self._about(answer)
        self.controls.found = 0 if answer is None else len(answer)
        offer = (answer or Answer("none")).offer
        rows = SPECTRUM_OFFER.check(offer)
        self.table.show(offer_columns(rows))
        self._show_sky(rows)

    def _about(self, answer: Answer) -> dict[str, Any]:
        source = self.state.asked.source if self.state.asked else "ssap"
        return {"status": answer.status, "truncated": answer.truncated, "source": source}

    def _show_sky(self, rows: QTable) -> None:
        """Show where the spectra are; nothing where no row says it."""
        ra, dec = (rows[name].to_value("deg") for name in ("ra", "dec"))
        self.sky.layout.display = None if np.isfinite(ra + dec).any() else "none"
        self.sky.show(ra, dec, list(map(str, rows["target"])), self._circle())

    def _circle(self) -> tuple[float, float, float] | None:
        query = self.state.asked.query() if self.state.asked else None
        if query is None or query.position is None:
            return None
        return float(query.position.icrs.ra.deg), float(query.position.icrs.dec.deg), query.radius_degrees

    def _show_outcome(self, _change: object) -> None:
        outcome = self.state.outcome
        self.controls.outcome = {} if outcome is None else outcome.as_dict()

    # ---- for cells ----------------------------------------------------------------------------

    @property
    def answer(self) -> Answer | None:
        """The answer to the last question."""
        return self.state.answer

    @property
    def chosen(self) -> Answer | None:
        """The answer, cut to the chosen rows."""
        return self.state.chosen

    @property
    def outcome(self) -> Outcome | None:
        """What became of the last download."""
        return self.state.outcome

    def search(self, **form: str) -> Answer:
        """Fill fields of the form, ask, and return the answer when it is there.

        Raises
        ------
        RefusedError
            If the fields make no question.
        """
        self.state.form = self.state.form | form
        QueryForm.of(self.state.form).query()
        self.state.in_foreground(self.state.search)
        return Answer("failed", reason="it was stopped") if self.answer is None else self.answer

    def download(self, rows: Any = None) -> Outcome | None:
        """Choose rows (all by default), fetch them, and return what became of them."""
        everything = range(len(self.answer) if self.answer else 0)
        self.state.selected = tuple(everything if rows is None else map(int, rows))
        self.state.in_foreground(self.state.download)
        return self.outcome
