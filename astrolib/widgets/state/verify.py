"""What a panel that verifies candidates knows: the deck, and what is asked of others about its object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from astrolib.labels import LabelStore
from astrolib.widgets.state.background import Background
from astrolib.widgets.state.deck import AHEAD, DeckState
from astrolib.widgets.state.errands import Errands
from astrolib.widgets.state.verify_functions import VerifyFunctions
from astrolib.widgets.state.verify_lookup import Lookup

QUESTION = "candidate"


class VerifyState(DeckState):
    """Candidates to be judged by one person, with all that decides.

    Verdicts, notes and flags are label events, as in any deck. What others know of the sky around a candidate
    is asked for beside the kernel, and no key waits for it.

    Parameters
    ----------
    ids : sequence of str
        The candidates, in order.
    functions : VerifyFunctions
        What is called.
    name : str
        Name of the deck.
    titles : mapping, optional
        Id -> the name that people know the object by.
    store : LabelStore, optional
        The log; by default the person's own.
    **traits
        As those of `DeckState`.

    Attributes
    ----------
    around, image : Lookup
        What SIMBAD and Gaia know around the candidate on show; a picture of the sky there.
    left : str
        What became of the last export, in a sentence.
    """

    def __init__(
        self,
        ids: Sequence[str],
        functions: VerifyFunctions,
        *,
        name: str,
        titles: Mapping[str, str] | None = None,
        store: LabelStore | None = None,
        **traits: Any,
    ) -> None:
        background = traits.pop("background", None) or Background()
        self.functions = functions
        self.around, self.image = (Lookup(ask, background) for ask in (functions.around, functions.image))
        self.left, self.leaving_failed = "", False
        self._errands = Errands(background, self._could_not_leave, lambda *_: None)
        super().__init__(
            ids,
            traits.pop("question", QUESTION),
            load=functions.evidence,
            name=name,
            titles=titles,
            store=store,
            background=background,
            score_visible=True,
            **traits,
        )
        self.observe(self._look, "position")
        self._look()

    def leave(self, kind: str) -> None:
        """Write or send what people said: ``votable``, ``csv`` or ``samp``."""
        self._errands.start(lambda _: self.functions.leave(kind), self._has_left)

    def _look(self, _change: object = None) -> None:
        """Ask others about the object on show, and about those that come next."""
        if self.order:
            ahead = [self.order.ids[index] for index in self._ahead(1)[:AHEAD]]
            for lookup in (self.around, self.image):
                lookup.show(self.current, ahead)

    def _has_left(self, said: str) -> None:
        self.left, self.leaving_failed = said, False
        self.revision += 1

    def _could_not_leave(self, reason: str) -> None:
        self.left, self.leaving_failed = reason, True
        self.revision += 1
