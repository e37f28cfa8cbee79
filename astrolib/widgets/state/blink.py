"""What a blinking panel knows: the deck, which positions count, and whether the score is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from traitlets import Bool

from astrolib.core.errors import RefusedError
from astrolib.labels import LabelStore
from astrolib.labels.validation import MOVER, invalid_frames, invalid_position
from astrolib.widgets.state.blink_functions import BlinkFunctions, Measured
from astrolib.widgets.state.deck import DeckState

if TYPE_CHECKING:
    from astrolib.movers.blink.vigilance import Watch


class BlinkState(DeckState):
    """Moving objects to be validated by one person, whole and position by position.

    Parameters
    ----------
    ids : sequence of str
        The tracklets, in an order that tells nothing of their score.
    functions : BlinkFunctions
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
    blind : bool
        Whether the model's score is hidden.
    invalid : frozenset of str
        Frames in which the object on show has a position that does not count.
    measured : Measured
        What the other positions give together.
    """

    blind = Bool(True)

    def __init__(
        self,
        ids: Sequence[str],
        functions: BlinkFunctions,
        *,
        name: str,
        titles: Mapping[str, str] | None = None,
        store: LabelStore | None = None,
        **traits: Any,
    ) -> None:
        self.functions = functions
        self._scores_seen: set[str] = set()
        self._measured: tuple[str, frozenset[str], Measured] | None = None
        question = traits.pop("question", MOVER)
        super().__init__(
            ids, question, load=functions.evidence, name=name, titles=titles, store=store, **traits
        )

    @property
    def invalid(self) -> frozenset[str]:
        """Frames in which the object on show has a position that does not count."""
        said = self.labels.of(self.current)
        return invalid_frames(said.flags) if said else frozenset()

    @property
    def measured(self) -> Measured:
        """What the positions that count give together; nothing while there is no object on show."""
        if self.phase != "ready":
            return Measured()
        asked = self.current, self.invalid
        if self._measured is None or self._measured[:2] != asked:
            self._measured = (*asked, self.functions.measured(*asked))
        return self._measured[2]

    def watch(self) -> Sequence[Watch]:
        """Return how well people tell what was planted, once nothing in the deck is left to answer.

        Before that it would give away, answer by answer, what is planted.
        """
        return self.functions.watch() if self.order and self.n_labelled == len(self.order) else ()

    def toggle_position(self, frame: str, object_id: str = "", event_id: str = "") -> None:
        """Say that a position is not that of the object, or take that back."""
        with self._acting():
            object_id = object_id or self.current
            loading = self._prefetch.ask(object_id) if object_id in self.order else None
            if loading is None or loading.item is None:
                raise RefusedError("not on show yet", where=object_id[:80], remedy="look first")
            if frame not in loading.item.frames:
                raise RefusedError(
                    f"no position in {frame[:80]!r}", where=object_id, remedy="choose one of its own frames"
                )
            said, flag = self.labels.of(object_id), invalid_position(frame)
            self._say("unflag" if said and flag in said.flags else "flag", flag, object_id, event_id)

    def show_score(self, visible: bool) -> None:
        """Show the model's score, or hide it: from the next object on, where it was seen of this one."""
        with self._acting():
            self.blind = not visible
            self._look_at_score()

    def _settle(self) -> None:
        super()._settle()
        self._look_at_score()

    def _look_at_score(self) -> None:
        """Keep in mind of which objects the score was seen: an answer after that is not blind."""
        if not self.blind and self.phase == "ready" and self.item.scores:
            self._scores_seen.add(self.current)
        self.score_visible = self.current in self._scores_seen

    def _say(self, kind: str, value: str, object_id: str, event_id: str) -> None:
        self.score_visible = object_id in self._scores_seen
        super()._say(kind, value, object_id, event_id)
        self.score_visible = self.current in self._scores_seen
