"""Deck: label anything with the keyboard; the stage in the middle is any widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import anywidget
import ipywidgets
from traitlets import Dict, Unicode

from astrolib.labels import Answer, Flag, LabelEvent
from astrolib.widgets.state.deck import DeckState
from astrolib.widgets.view.following import Following
from astrolib.widgets.view.look import module, panel, stylesheet
from astrolib.widgets.view.presses import Presses


class Shows(Protocol):
    """What a stage can do, beside being a widget."""

    def show(self, item: Any) -> object:
        """Show what the deck's `load` gave."""

    def shown(self) -> Mapping[str, Any]:
        """Return what is on show, as JSON holds it."""


class Stage(ipywidgets.VBox):
    """Makes a stage of any widget.

    Parameters
    ----------
    widget : Widget
        Is shown in the middle of the deck.
    show : callable
        Called with what the deck's `load` gave.
    shown : callable, optional
        () -> what is on show, as label events record it.
    """

    def __init__(
        self,
        widget: ipywidgets.Widget,
        show: Callable[[Any], object],
        shown: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self.show, self.shown = show, shown
        super().__init__([widget])


class DeckControls(anywidget.AnyWidget):
    """Title and progress above the stage, answers and what else can be done below; drawn by ``deck.js``."""

    _esm = module("deck.js")
    _css = stylesheet("deck.css")

    name = Unicode().tag(sync=True)
    question = Dict().tag(sync=True)
    now = Dict().tag(sync=True)


class Deck(Following, ipywidgets.VBox):
    """One object after the other, a question, and its answers on the keyboard.

    Parameters
    ----------
    state : DeckState
        The objects and what was said about them. Two decks on one state agree.
    stage : Widget
        Any widget with `show` and `shown`, as `Shows` says; `Stage` makes one of a widget that has none.

    Examples
    --------
    >>> state = DeckState(ids, "halpha", load=collection.spectrum, name="be stars")
    >>> Deck(state, stage)
    """

    def __init__(self, state: DeckState, stage: Any) -> None:
        self.state, self.stage = state, stage
        self.controls = DeckControls(name=state.name, question=_question(state))
        super().__init__([panel(self.controls, stage, name="astrolib-deck")])
        self._on_stage = ""
        state.shown = stage.shown
        self._draw()
        self.follow(state, self._draw, "revision")
        self._presses = Presses(self.controls, self._act)

    def close(self) -> None:
        """Stop following the state, and take the deck off the page; the stage belongs to who made it."""
        self.controls.close()
        super().close()

    def _draw(self, _change: object = None) -> None:
        """Show the object first, and then say that it is on show: a key is never taken for a later one."""
        state = self.state
        if state.phase == "ready" and self._on_stage != state.current:
            self.stage.show(state.item)
            self._on_stage = state.current
        self.controls.now = _now(state)

    def _act(self, press: str, content: Mapping[str, Any]) -> None:
        state, value, object_id = self.state, str(content.get("value", "")), str(content.get("object", ""))
        actions: dict[str, Callable[[], object]] = {
            "answer": lambda: state.answer(value, object_id, press),
            "flag": lambda: state.toggle_flag(value, object_id, press),
            "note": lambda: state.write_note(value, object_id, press),
            "undo": lambda: state.undo(press),
            "next": state.next,
            "previous": state.previous,
            "jump": lambda: state.jump_to(value),
            "unseen": lambda: state.show_unseen_only(not state.unseen_only),
            "refresh": state.refresh,
        }
        actions[str(content.get("action", ""))]()


def _question(state: DeckState) -> dict[str, Any]:
    question = state.question
    return {
        "text": question.text,
        "answers": [_choice(answer) for answer in question.answers],
        "flags": [_choice(flag) for flag in question.flags],
    }


def _choice(choice: Answer | Flag) -> dict[str, str]:
    return {"value": choice.value, "key": choice.key, "text": choice.text, "about": choice.about}


def _now(state: DeckState) -> dict[str, Any]:
    """Return everything that is on show, in one piece, so that the page never shows half of it."""
    said = state.labels.of(state.current)
    return {
        "id": state.current,
        "title": state.order.title(state.current),
        "number": state.position + 1,
        "total": len(state.order),
        "labelled": state.n_labelled,
        "phase": state.phase,
        "error": state.error,
        "notice": state.notice,
        "label": said.label if said else "",
        "flags": list(said.flags) if said else [],
        "note": said.note if said else "",
        "unseen": state.unseen_only,
        "saved": _saved(state, state.saved) if state.saved else None,
    }


def _saved(state: DeckState, event: LabelEvent) -> dict[str, str]:
    return {
        "time": event.time,
        "kind": event.kind,
        "value": event.value,
        "title": state.order.title(event.object),
    }
