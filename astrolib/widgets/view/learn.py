"""LearnPanel: label a batch, train, look at what came of it, and label the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
from astropy.table import QTable
from traitlets import Dict, List

from astrolib.core.errors import AstrolibError
from astrolib.widgets import wiring
from astrolib.widgets.state.learn import LearnState
from astrolib.widgets.state.learn_functions import Profile, Round
from astrolib.widgets.view.deck import Deck
from astrolib.widgets.view.learn_changed import ChangedSpectra
from astrolib.widgets.view.learn_figures import audit_table, figures, head
from astrolib.widgets.view.learn_stage import ProfileStage
from astrolib.widgets.view.look import module, panel, stylesheet

_HEAD = ("phase", "tab", "round", "n_batch", "n_answered", "progress", "score_visible", "error", "notice")


class LearnControls(anywidget.AnyWidget):
    """Round, tabs, the one button, and what is going on; drawn by ``learn.js``."""

    _esm = module("learn.js")
    _css = stylesheet("learn.css")

    now = Dict().tag(sync=True)


class LearnFigures(anywidget.AnyWidget):
    """The curves of the training, and the statistics of the rounds; drawn by ``learn_figures.js``."""

    _esm = module("learn_figures.js")
    _css = stylesheet("chart.css") + stylesheet("learn.css")

    figures = Dict().tag(sync=True)
    epochs: List = List().tag(sync=True)


class LearnPanel(ipywidgets.VBox):
    """The whole loop of active learning.

    Each answer is on disk before the next spectrum comes, and each round when its training ends: closed and
    made anew, the panel goes on where it was.

    Parameters
    ----------
    prepared : PreparedSpectra or path-like, optional
        The pool.
    collection : SpectrumCollection or path-like, optional
        The raw spectra, shown beside the prepared ones.
    question : str
        What is asked; a name or file as `astrolib.labels.read_question` takes it.
    classes, targets : iterable of str
        The classes of the network, and those that are looked for.
    folder : path-like
        Where the rounds are kept.
    state : LearnState, optional
        A state of your own, instead of everything above.
    **options
        ``batch_size``, ``audit_size``, ``strategy``, ``seed`` of the plan.

    Attributes
    ----------
    state : LearnState
        Everything that can be changed.
    """

    def __init__(
        self,
        prepared: Any = None,
        collection: Any = None,
        question: str = "halpha",
        classes: Iterable[str] = (),
        targets: Iterable[str] = (),
        folder: str | Path = "rounds",
        *,
        state: LearnState | None = None,
        **options: Any,
    ) -> None:
        if state is None:
            classes, targets = tuple(classes), tuple(targets)
            functions = wiring.learn_functions(
                prepared, collection, Path(folder), classes=classes, targets=targets, **options
            )
            state = LearnState(
                functions, question, classes, targets, name=str(Path(folder).resolve())[-80:].strip()
            )
        self.state = state
        self.stage = ProfileStage(self._answer)
        self.deck: Deck | None = None
        self.controls, self.figures = LearnControls(now=head(state)), LearnFigures()
        self.changed = ChangedSpectra(state)
        self._place = ipywidgets.VBox()
        self._place.add_class("astrolib-learn-deck")
        super().__init__(
            [panel(self.controls, self._place, self.figures, self.changed, name="astrolib-learn")]
        )
        self._follow()
        if state.phase == "idle":
            state.open()

    def _follow(self) -> None:
        state = self.state
        state.observe(self._show_deck, ["deck", "tab"])
        state.observe(self._show_head, list(_HEAD))
        state.observe(self._show_figures, ["round", "counts"])
        state.observe(self._show_epochs, "epochs")
        state.observe(self._show_answer, "score_visible")
        self.controls.on_msg(self._on_message)
        self._show_figures()
        self._show_deck()

    # ---- what is shown ------------------------------------------------------------------------

    def _show_head(self, _change: object = None) -> None:
        self.controls.now = head(self.state)

    def _show_figures(self, _change: object = None) -> None:
        self.figures.figures = figures(self.state)

    def _show_epochs(self, _change: object = None) -> None:
        self.figures.epochs = list(self.state.epochs)

    def _show_deck(self, _change: object = None) -> None:
        """Take an old batch off at once, and bring the new one when it is seen: else its plot has no size."""
        state = self.state
        if self.deck is not None and self.deck.state is not state.deck:
            self._place.children = ()
            self.deck.close()
            self.deck = None
        if self.deck is None and state.deck is not None and state.tab == "label":
            self.deck = Deck(state.deck, self.stage)
            self._place.children = (self.deck,)

    def _show_answer(self, _change: object = None) -> None:
        item = self.state.deck.item if self.state.deck else None
        if item is not None:
            self.stage.prepared.answer = self._answer(item)

    def _answer(self, profile: Profile) -> str:
        """Return what the model says of a spectrum; nothing unless a person wants it."""
        score = self.state.score_of(profile.id) if self.state.score_visible else None
        return f"The model says {score[0]}, probability {score[1]:.2f}." if score else ""

    # ---- what a person does -------------------------------------------------------------------

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Do what the page asks for; other messages are not ours."""
        state, value = self.state, content.get("value")
        actions = {
            "next": state.next_round,
            "stop": state.stop,
            "save": state.save,
            "classify": state.classify,
            "refresh": state.refresh,
            "score": lambda: state.show_score(bool(value)),
            "tab": lambda: state.set_trait("tab", str(value)),
        }
        if content.get("do") in actions:
            actions[content["do"]]()

    # ---- for cells ----------------------------------------------------------------------------

    @property
    def round(self) -> Round | None:
        """The last finished round."""
        return self.state.round

    @property
    def audit(self) -> QTable:
        """What the last audit said of each target, with intervals; empty before there is one."""
        return audit_table(self.state)

    async def ready(self) -> Round:
        """Wait until nothing is under way, and return the last finished round.

        Raises
        ------
        AstrolibError
            If there is none, because the first batch could not be chosen.
        """
        while self.state.busy:
            await asyncio.sleep(0.1)
        if self.state.round is None:
            raise AstrolibError(self.state.error or "the loop has not begun", where="active learning")
        return self.state.round

    def save(self) -> Path | None:
        """Save the present model and return its file; None where there is no model yet."""
        return self.state.save()
