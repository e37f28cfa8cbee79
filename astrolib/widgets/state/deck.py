"""What a deck knows: the objects, where the person is among them, and what they have said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from traitlets import Bool, Enum, HasTraits, Instance, Int, Unicode

from astrolib.core.errors import AstrolibError, RefusedError
from astrolib.labels import LabelEvent, LabelStore, Question, StaleEditError, person, read_question
from astrolib.widgets.state.background import Background
from astrolib.widgets.state.deck_items import Prefetch
from astrolib.widgets.state.deck_labels import OwnLabels
from astrolib.widgets.state.deck_order import Order

AHEAD = 2  # objects loaded before they are wanted


class DeckState(HasTraits):
    """Objects to be labelled by one person, one after the other.

    An answer is on disk before the next object comes. Every action takes the id of the object that it was
    meant for, so that one which comes late is not said about another object. Actions may come from several
    threads.

    Parameters
    ----------
    ids : sequence of str
        The objects, in order, each once.
    question : Question or str
        What is asked; a name or file as `astrolib.labels.read_question` takes it.
    load : callable
        Id -> whatever the stage shows. Called in a thread.
    name : str
        Name of the deck: the place where each person stopped is kept under it.
    titles : mapping, optional
        Id -> the name that people know the object by.
    store : LabelStore, optional
        The log; by default the person's own.
    **traits
        First values of traits, and `background` for tests and unattended notebooks.

    Attributes
    ----------
    position : int
        Index of the object in `order.ids`.
    phase : {'idle', 'loading', 'ready', 'failed'}
        Of the object at `position`; ``idle`` in an empty deck.
    item : object
        What `load` gave for the object at `position`; None unless ``ready``.
    error, notice : str
        What went wrong with the last action or with loading; what a person should know otherwise.
    saved : LabelEvent or None
        The last event that this state stored.
    unseen_only : bool
        Whether moving skips objects that have an answer.
    score_visible : bool
        Whether a model's score is visible, as events record it.
    who : str
        The person.
    order : Order
        The objects and their names.
    labels : OwnLabels
        What the person has said.
    revision : int
        Rises when anything has changed, and everything fits together again.
    shown : callable
        () -> what is on the stage, as events record it.

    Raises
    ------
    RefusedError
        If an id stands twice, or the question cannot be read.
    """

    question = Instance(Question)
    position = Int(0)
    phase = Enum(("idle", "loading", "ready", "failed"), "idle")
    error = Unicode()
    notice = Unicode()
    saved = Instance(LabelEvent, allow_none=True)
    unseen_only = Bool(False)
    score_visible = Bool(False)
    who = Unicode()
    name = Unicode()
    revision = Int(0)

    def __init__(
        self,
        ids: Sequence[str],
        question: Question | str = "halpha",
        *,
        load: Callable[[str], Any],
        name: str,
        titles: Mapping[str, str] | None = None,
        store: LabelStore | None = None,
        **traits: Any,
    ) -> None:
        background = traits.pop("background", None) or Background()
        question = read_question(question) if isinstance(question, str) else question
        traits.setdefault("who", person())
        super().__init__(question=question, name=name, **traits)
        self.order = Order(ids, titles or {})
        self.item: Any = None
        self.labels = OwnLabels(store or LabelStore(), question, self.who, name)
        self.shown: Callable[[], Mapping[str, Any]] = dict
        self._was_shown: dict[str, Mapping[str, Any]] = {}
        self._lock = threading.RLock()
        self._prefetch = Prefetch(load, self._arrived, background)
        self._open()

    # ---- what is known ------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """Id of the object at `position`; '' in an empty deck."""
        return self.order.ids[self.position] if self.order else ""

    @property
    def n_labelled(self) -> int:
        """How many objects of the deck have an answer of this person."""
        return sum(bool(self.labels.label(object_id)) for object_id in self.order.ids)

    # ---- what a person says -------------------------------------------------------------------

    def answer(self, value: str, object_id: str = "", event_id: str = "") -> None:
        """Store an answer, and then go on to the next object if it was about the current one."""
        with self._acting():
            self.question.check_answer(value)
            object_id = object_id or self.current
            if object_id == self.current and self.phase != "ready":
                raise RefusedError("not on show yet", where=self.order.title(object_id), remedy="look first")
            if self.labels.label(object_id) != value:
                self._say("answer", value, object_id, event_id)
            if object_id == self.current:
                self._go_on()

    def toggle_flag(self, value: str, object_id: str = "", event_id: str = "") -> None:
        """Set a flag, or take it off."""
        with self._acting():
            self.question.check_flag(value)
            object_id = object_id or self.current
            said = self.labels.of(object_id)
            self._say("unflag" if said and value in said.flags else "flag", value, object_id, event_id)

    def write_note(self, text: str, object_id: str = "", event_id: str = "") -> None:
        """Store a note; an empty one takes the last away."""
        with self._acting():
            self._say("note", text.strip(), object_id or self.current, event_id)

    def undo(self, event_id: str = "") -> None:
        """Take back the newest thing said in this deck, and go to its object."""
        with self._acting():
            last = self.labels.last()
            if last is None:
                self.notice = "Nothing to undo."
                return
            self._say("undo", last.id, last.object, event_id)
            self.notice = f"Taken back: {last.value} for {self.order.title(last.object)}."
            self._go_to(self.order.index(last.object, self.position))

    # ---- where the person goes ----------------------------------------------------------------

    def next(self) -> None:
        """Go to the next object."""
        self._step(1)

    def previous(self) -> None:
        """Go to the object before."""
        self._step(-1)

    def jump_to(self, where: str | int) -> None:
        """Go to an object by its id or title, or by its number from 1."""
        with self._acting():
            self._go_to(self.order.find(where))

    def show_unseen_only(self, only: bool) -> None:
        """Skip objects that have an answer, or do not."""
        with self._acting():
            self.unseen_only = only
            if only and self.labels.label(self.current):
                self._go_on()

    def refresh(self) -> None:
        """Take in what was said elsewhere: in another tab, kernel or machine."""
        with self._lock:
            if self.labels.refresh():
                self.revision += 1

    # ---- how it goes on -----------------------------------------------------------------------

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Do one thing at a time; an error stays on show, and nothing moves."""
        with self._lock:
            self.error = self.notice = ""
            try:
                yield
            except StaleEditError as error:
                self.labels.refresh()
                self.error = str(error)
            except AstrolibError as error:
                self.error = str(error)
            self.revision += 1

    def _open(self) -> None:
        """Return to the place where the person stopped, else to the first object without an answer."""
        with self._acting():
            self.labels.refresh()
            place = self.labels.store.place(self.who, self.name)
            self._go_to(self.order.index(place, next(iter(self.order.around(-1, 1, self._is_unlabelled)), 0)))

    def _say(self, kind: str, value: str, object_id: str, event_id: str) -> None:
        if object_id not in self.order and kind != "undo":
            raise RefusedError("not in this deck", where=object_id[:80], remedy="open its own deck")
        shown = self.shown() if object_id == self.current else self._was_shown.get(object_id, {})
        more = {"id": event_id} if event_id else {}
        event = self.labels.event(
            kind, value, object_id, shown=shown, score_visible=self.score_visible, **more
        )
        self.saved = self.labels.say(event)

    def _step(self, by: int) -> None:
        with self._acting():
            self._go_on(by)

    def _go_on(self, by: int = 1) -> None:
        targets = self._ahead(by)
        if targets:
            self._go_to(targets[0])
        else:
            self.notice = self._left()

    def _go_to(self, index: int) -> None:
        """Go to an object, have it loaded, and those that come next."""
        if not self.order:
            return
        if self.phase == "ready":
            self._was_shown = {self.current: dict(self.shown())}
        self.position = index
        self._settle()
        for following in self._ahead(1)[:AHEAD]:
            self._prefetch.ask(self.order.ids[following])
        self.labels.store.keep_place(self.who, self.name, self.current)

    def _settle(self) -> None:
        """Enter the phase of the current object: the only place where it changes."""
        loading = self._prefetch.ask(self.current)
        if not loading.done:
            self.item, self.phase = None, "loading"
        elif loading.error:
            self.item = None
            self.error, self.phase = f"{self.order.title(self.current)}: {loading.error}", "failed"
        else:
            self.item, self.phase = loading.item, "ready"

    def _arrived(self, object_id: str) -> None:
        with self._lock:
            if object_id == self.current and self.phase == "loading":
                self._settle()
                self.revision += 1

    def _ahead(self, by: int) -> Sequence[int]:
        return self.order.ahead(self.position, by, self._is_unlabelled if self.unseen_only else None)

    def _is_unlabelled(self, object_id: str) -> bool:
        return not self.labels.label(object_id)

    def _left(self) -> str:
        left = len(self.order) - self.n_labelled
        if left:
            return f"The deck ends here; {left} of {len(self.order)} have no answer yet."
        return f"All {len(self.order)} have an answer."
