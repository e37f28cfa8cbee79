"""What a learning panel knows: the round, its batch on a deck, the training, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, Enum, HasTraits, Instance, Int, Tuple, Unicode

from astrolib.core.errors import AstrolibError
from astrolib.core.progress import Progress
from astrolib.labels import LabelStore, Question, read_question
from astrolib.widgets.state.background import Act, Background
from astrolib.widgets.state.deck import DeckState
from astrolib.widgets.state.errands import Errands
from astrolib.widgets.state.learn_functions import LearnFunctions, PastRound, Profile, Round
from astrolib.widgets.state.learn_labels import SharedLabels
from astrolib.widgets.state.learn_round import answer_of, mixed_batch
from astrolib.widgets.state.learn_training import Training

PHASES = ("idle", "opening", "learning", "stopping", "classifying", "labelling", "failed")
BUSY = ("opening", "learning", "stopping", "classifying")


class LearnState(HasTraits):
    """The loop of active learning: label a batch, train, look at what came of it, label the next.

    What is known follows from the label events and the rounds on disk: made anew, it goes on where it was.
    Actions may come from another thread than the one where work comes home.

    Parameters
    ----------
    functions : LearnFunctions
        The science that is called.
    question : Question or str
        What is asked; a name or file as `astrolib.labels.read_question` takes it.
    classes, targets : iterable of str
        The classes of the network, and those that are looked for.
    name : str
        Name of the loop: the decks of its rounds begin with it.
    store : LabelStore, optional
        The log; by default the person's own.
    background : Background, optional
        Where long work runs.
    **deck
        First values for each deck, such as `who`.

    Attributes
    ----------
    phase : str
        One of `PHASES`; ``failed`` only where there is no round to go on with.
    round : Round or None
        The last finished one.
    rounds : tuple of PastRound and Round
        All finished ones, oldest first; the last is `round`.
    deck : DeckState or None
        Its batch, queries and audit mixed.
    n_batch, n_answered : int
        Spectra in the batch, and those that have an answer of anybody.
    counts : dict
        Label -> how many spectra have it by consensus.
    epochs : tuple of dict
        The numbers that `epoch_end` was told since training began.
    progress : tuple of int
        How much of what is under way is done, and how much there is.
    tab : {'label', 'statistics', 'changed'}
        What is in front.
    score_visible : bool
        Whether the model's answer is shown while labelling.
    error, notice : str
        What went wrong with the last action; what a person should know otherwise.
    """

    functions = Instance(LearnFunctions)
    question = Instance(Question)
    phase = Enum(PHASES, "idle")
    round = AnyTrait(None, allow_none=True)
    rounds = Tuple()
    deck = Instance(DeckState, allow_none=True)
    n_batch, n_answered = Int(0), Int(0)
    counts = Dict()
    epochs = Tuple()
    progress = Tuple((0, 0))
    tab = Enum(("label", "statistics", "changed"), "label")
    score_visible = Bool(False)
    error = Unicode()
    notice = Unicode()

    def __init__(
        self,
        functions: LearnFunctions,
        question: Question | str,
        classes: Iterable[str],
        targets: Iterable[str],
        *,
        name: str,
        store: LabelStore | None = None,
        background: Background | None = None,
        **deck: Any,
    ) -> None:
        question = read_question(question) if isinstance(question, str) else question
        super().__init__(functions=functions, question=question)
        self.classes, self.targets, self.name = tuple(classes), tuple(targets), name
        self.labels = SharedLabels(store or LabelStore(), question)
        self._deck_options = deck
        self._background = background or Background()
        self._errands = Errands(self._background, self._failed, self._progressed)
        self._training = Training(functions, self._epoch_beside)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self.phase in BUSY

    @property
    def n_left(self) -> int:
        """How many spectra of the batch nobody has answered."""
        return self.n_batch - self.n_answered

    # ---- what a person asks for ---------------------------------------------------------------

    def open(self) -> None:
        """Go on with the last round on disk; choose the first batch where there is none."""
        self._begin("opening", self._open_rounds, self._opened)

    def next_round(self) -> None:
        """Train on all labels, and choose the next batch; only when this one is answered."""
        if self.round is None:
            self.open()
        elif self.n_left == 0:
            labels, before = self.labels.consensus(), self.round
            self._begin("learning", lambda report: self._training.run(labels, before, report), self._learned)

    def stop(self) -> None:
        """Stop the training at the end of its epoch; every label and round is kept."""
        with self._errands.lock:
            if self.phase == "learning":
                self._training.stop()
                self._go("stopping")

    def classify(self) -> None:
        """Answer for every spectrum of the pool with the present model."""
        classify, finished = self.functions.classify, self.round
        if classify and self.has_model:
            self._begin("classifying", lambda report: classify(finished, report), self._classified)

    def save(self) -> Path | None:
        """Save the present model, and return its file; None where there is no model yet."""
        if not (self.functions.save and self.has_model):
            self.notice = "There is no model yet: label the first batch and train."
            return None
        with self._errands.lock:
            try:
                path = self.functions.save(self.round)
            except (AstrolibError, OSError) as error:
                self._settle(str(error))
                return None
            self.error, self.notice = "", f"Model of round {self.round.number} saved in {path}."
            return path

    @property
    def has_model(self) -> bool:
        """Whether the present round has a model."""
        return self.round is not None and self.round.model is not None

    def show_score(self, visible: bool) -> None:
        """Show the model's answer while labelling, or hide it; each label records which it was."""
        self.score_visible = visible
        if self.deck is not None:
            self.deck.score_visible = visible

    def refresh(self) -> None:
        """Take in what was said elsewhere."""
        with self._errands.lock:
            if self.labels.follow():
                self._count()

    def in_foreground(self, act: Act) -> None:
        """Do `act`, one of the above, and return when it is done: for cells that go on from there."""
        with self._errands.in_foreground():
            act()

    # ---- what is known of one spectrum --------------------------------------------------------

    def score_of(self, object_id: str) -> tuple[str, float] | None:
        """Return the model's answer and its probability; None without a model."""
        return answer_of(self.round, self.classes, object_id)

    def profile(self, object_id: str) -> Profile:
        """Return what a person looks at."""
        return self.functions.profile(object_id)

    # ---- the work ------------------------------------------------------------------------------

    def _begin(self, phase: str, work: Callable[[Progress], Any], finish: Callable[[Any], object]) -> None:
        with self._errands.lock:
            if self.busy:
                return
            self._training.begin()
            self.epochs, self.progress = (), (0, 0)
            self._go(phase)
        self._errands.start(work, finish)

    def _open_rounds(self, report: Progress) -> Sequence[Any]:
        self.labels.follow()
        rounds = tuple(self.functions.reopen())
        labels = self.labels.consensus()
        if not rounds and len(labels):
            self._background.back(lambda: self._go("learning"))  # it takes as long, and can be stopped
        return rounds or (self._training.run(labels, None, report),)

    def _epoch_beside(self, numbers: dict[str, float]) -> None:
        self._background.back(lambda: self._epoch(numbers))

    # ---- what comes of it ---------------------------------------------------------------------

    def _opened(self, rounds: Sequence[Any]) -> None:
        self._enter(rounds, "label")

    def _learned(self, finished: Round) -> None:
        self._enter((*self.rounds, finished), "statistics")

    def _enter(self, rounds: Sequence[Any], tab: str) -> None:
        """Show the last round, with its batch on a deck; of those before, little is kept."""
        past = [PastRound(one.number, one.audit) for one in rounds[:-1]]
        with self.hold_trait_notifications():
            self.rounds, self.round = (*past, rounds[-1]), rounds[-1]
            self.deck = self._make_deck()
            self.tab = tab
            self._count()
            self._settle()

    def _classified(self, path: Path) -> None:
        self._settle(notice=f"Every spectrum of the pool has its answer in {path}.")

    def _failed(self, reason: str) -> None:
        if self.phase == "stopping":
            self._settle(notice="Training was stopped; your labels are kept. Go on when you like.")
        else:
            self._settle(reason)

    def _progressed(self, done: int, total: int) -> None:
        self.progress = (done, total)

    def _epoch(self, told: dict[str, float]) -> None:
        if self.phase in ("opening", "learning"):
            self.epochs = (*self.epochs, told)

    def _count(self, _change: object = None) -> None:
        """Count the answers to the batch and the labels of each class."""
        ids = self.deck.order.ids if self.deck else ()
        with self.hold_trait_notifications():
            self.n_batch, self.n_answered = len(ids), self.labels.answered(ids)
            self.counts = self.labels.counts()

    def _settle(self, error: str = "", notice: str = "") -> None:
        self._go("labelling" if self.round is not None else "failed" if error else "idle", error, notice)

    def _go(self, phase: str, error: str = "", notice: str = "") -> None:
        """Enter a phase: the only place where it changes."""
        with self.hold_trait_notifications():
            self.error, self.notice = error, notice
            self.phase = phase

    # ---- the batch ----------------------------------------------------------------------------

    def _make_deck(self) -> DeckState:
        """Return the batch as a deck, which is heard in place of the one before."""
        ids = mixed_batch(self.round)
        if self.deck is not None:
            self.deck.unobserve(self._heard, "revision")
        deck = DeckState(
            ids,
            self.question,
            load=self.profile,
            name=f"{self.name}, round {self.round.number}",
            titles=dict(zip(ids, self.functions.titles(ids), strict=True)),
            store=self.labels.store,
            background=self._background,
            score_visible=self.score_visible,
            **self._deck_options,
        )
        deck.observe(self._heard, "revision")
        return deck

    def _heard(self, _change: object) -> None:
        self.refresh()
