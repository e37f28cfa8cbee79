"""What changed since the round before: a table, and the spectrum of the row that is chosen."""

from __future__ import annotations

from typing import Any

import ipywidgets
from astropy.table import QTable

from astrolib.widgets.state.background import Background
from astrolib.widgets.state.learn import LearnState
from astrolib.widgets.state.learn_functions import Profile
from astrolib.widgets.view.learn_stage import ProfileStage
from astrolib.widgets.view.table import Table, TableColumn

_MOST = 2000  # rows that are shown: the most telling ones


class ChangedSpectra(ipywidgets.VBox):
    """The spectra that the present model names otherwise than the one before.

    Parameters
    ----------
    state : LearnState
        Its `round` is followed.

    Attributes
    ----------
    table : Table
        One row a spectrum, those of the highest score first.
    stage : ProfileStage
        Shows the chosen one.
    """

    def __init__(self, state: LearnState) -> None:
        self.state = state
        self.table = Table(label="Spectra that the model now names otherwise")
        self.stage = ProfileStage()
        self.note = ipywidgets.Label()
        self.note.add_class("astrolib-learn-changed-note")
        self._ids: list[str] = []
        self._background = Background()
        super().__init__([self.note, self.table])
        self.add_class("astrolib-learn-changed")
        state.observe(self._show, "round")
        self.table.observe(self._choose, "selected")
        self._show()

    def _show(self, _change: object = None) -> None:
        rows = self._rows()
        self._ids = [str(one) for one in rows["id"]] if rows is not None else []
        self.children = [self.note, self.table] if self._ids else [self.note]
        self.note.value = self._saying()
        if rows is not None and self._ids:
            self.table.show(self._columns(rows))

    def _rows(self) -> QTable | None:
        if self.state.round is None:
            return None
        rows = self.state.round.changed
        return rows[rows["score"].argsort()[::-1][:_MOST]] if len(rows) else rows

    def _saying(self) -> str:
        if self.state.round is None or not self.state.has_model:
            return "There is no model yet, so nothing can have changed."
        total = len(self.state.round.changed)
        if not total:
            return "The model names every spectrum as the one before did."
        first = f", the {_MOST} of the highest score here" if total > _MOST else ""
        return (
            f"The model names {total} spectra otherwise than the one before{first}. Choose a row to see it."
        )

    def _columns(self, rows: QTable) -> list[TableColumn]:
        texts: dict[str, Any] = {
            "spectrum": list(self.state.functions.titles(self._ids)),
            "before": list(map(str, rows["before"])),
            "now": list(map(str, rows["after"])),
        }
        columns = [TableColumn(name, values) for name, values in texts.items()]
        return [*columns, TableColumn("score", list(map(float, rows["score"])), digits=2)]

    def _choose(self, change: dict[str, Any]) -> None:
        """Show the row that was chosen last, and leave only that one chosen."""
        chosen = change["new"]
        newest = [row for row in chosen if row not in change["old"]] or list(chosen)
        if len(chosen) > 1:
            self.table.selected = tuple(newest[-1:])
        elif newest and newest[0] < len(self._ids):
            object_id = self._ids[newest[0]]
            self._background.run(lambda: self._load(object_id))

    def _load(self, object_id: str) -> None:
        try:
            profile = self.state.profile(object_id)
        except Exception as error:  # noqa: BLE001 - in a thread it would be seen by nobody
            reason = str(error)
            self._background.back(lambda: self.note.set_trait("value", reason))
        else:
            self._background.back(lambda: self._put(profile))

    def _put(self, profile: Profile) -> None:
        self.children = [self.note, self.table, self.stage]
        self.stage.show(profile)
