"""VerifyPanel: judge candidates by keyboard, one after the other, with all that decides on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
from traitlets import Dict

from astrolib.labels import LabelStore
from astrolib.widgets.state.verify import VerifyState
from astrolib.widgets.view.deck import Deck
from astrolib.widgets.view.following import Following
from astrolib.widgets.view.look import module, panel, stylesheet
from astrolib.widgets.view.verify_stage import VerifyStage


class VerifyExport(anywidget.AnyWidget):
    """The way out: VOTable, CSV, SAMP, and what became of it; drawn by ``verify_export.js``."""

    _esm = module("verify_export.js")
    _css = stylesheet("verify.css")

    now = Dict().tag(sync=True)


class VerifyPanel(Following, ipywidgets.VBox):
    """Judge candidates: accept, reject or unsure, with a note and a flag, by keyboard.

    Parameters
    ----------
    candidates : Candidates, optional
        Those that no cut has removed are judged.
    collection, prepared, som : path-like, or SpectrumCollection, PreparedSpectra, SpectrumMap, optional
        Where the spectra are, as they came and as the network sees them, and the map of these.
    ids : sequence of str, optional
        Which candidates, in which order; by default the most probable first.
    name : str
        Name of the deck: the place where each person stopped is kept under it.
    folder : path-like
        Where exports go.
    store : LabelStore, optional
        The log; by default the person's own.
    state : VerifyState, optional
        A state of your own, in place of all of the above.

    Examples
    --------
    >>> VerifyPanel(candidates.cut(probability_at_least("double peak", 0.9)), "collection", "prepared")
    """

    def __init__(
        self,
        candidates: Any = None,
        collection: Any = None,
        prepared: Any = None,
        som: Any = None,
        *,
        state: VerifyState | None = None,
        **options: Any,
    ) -> None:
        if state is None:
            state = _state(candidates, (collection, prepared, som), **options)
        self.state = state
        self.stage = VerifyStage(state)
        self.deck = Deck(state, self.stage)
        self.leaving = VerifyExport()
        self._show_left()
        self.follow(state, self._show_left, "revision")
        self.leaving.on_msg(self._on_message)
        super().__init__([self.deck, panel(self.leaving, name="astrolib-verify-export")])
        self.add_class("astrolib-verify")
        self.add_class("astrolib-deck-low")

    def close(self) -> None:
        """Stop following the state, and leave the page."""
        for part in (self.stage, self.deck, self.leaving):
            part.close()
        super().close()

    def _show_left(self, _change: object = None) -> None:
        said = {"said": self.state.left, "failed": self.state.leaving_failed}
        self.leaving.now = said | {"judged": self.state.n_labelled, "total": len(self.state.order)}

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("leave") in ("votable", "csv", "samp"):
            self.state.leave(content["leave"])


def _state(
    scored: Any,
    sources: tuple[Any, Any, Any],
    ids: Sequence[str] | None = None,
    name: str = "candidates",
    folder: str | Path = ".",
    store: LabelStore | None = None,
    **traits: Any,
) -> VerifyState:
    """Return the state of a panel on what is on this machine."""
    from astrolib.widgets.state import verify_wiring as wired  # brings the archive and the map

    store = store or LabelStore()
    functions = wired.functions(wired.opened(scored, *sources), store, Path(folder).expanduser())
    ids = wired.surest_first(scored) if ids is None else ids
    return VerifyState(ids, functions, name=name, titles=wired.titles(scored), store=store, **traits)
