"""What a browser of nights knows: the tree, what is chosen in it, and what is under way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from traitlets import HasTraits, Int, Tuple, Unicode

from astrolib.core.errors import AstrolibError
from astrolib.widgets.state.background import Background
from astrolib.widgets.state.errands import Errands
from astrolib.widgets.state.night_functions import Contents, NightFunctions, Place

HOLDS_FILES = ("night", "field")


class NightState(HasTraits):
    """Surveys, projects, nights, fields and files, of which one place is open.

    Parameters
    ----------
    functions : NightFunctions
        What is called.
    background : Background, optional
        Where long work runs.
    **traits
        The initial values of the attributes below.

    Attributes
    ----------
    selected : str
        Id of the place that is open; '' for all surveys.
    phase : str
        ``ready`` or ``loading``.
    progress : tuple of int
        How much is done and how much there is, while loading.
    said, error : str
        What became of the last act, or why it did not happen.
    done : int
        How many acts of this browser have happened.
    revision : int
        Grows with every change that a view must show.
    """

    selected = Unicode()
    phase = Unicode("ready")
    progress: Tuple = Tuple((0, 0))
    said = Unicode()
    error = Unicode()
    done = Int()
    revision = Int()

    def __init__(
        self, functions: NightFunctions, *, background: Background | None = None, **traits: Any
    ) -> None:
        super().__init__(**traits)
        self.functions = functions
        self.background = background or Background()
        self.errands = Errands(self.background, self._failed, self._progressed)
        self._version: object = None
        self.places: dict[str, Place] = {}
        self.contents = Contents()
        self.history: tuple[tuple[str, str, str], ...] = ()
        self.refresh()

    # ---- looking --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read everything anew."""
        self._version = self.functions.version()
        self.places = {place.id: place for place in self.functions.places()}
        if self.selected not in self.places:
            self.selected = ""
        here = self.places.get(self.selected)
        self.contents = self.functions.contents(here.id) if here and here.level in HOLDS_FILES else Contents()
        self.history = tuple(self.functions.history(here.id)) if here else ()
        self.revision += 1

    def follow(self) -> None:
        """Take in what another browser, or a run, has done since."""
        if self.functions.version() != self._version:
            self.refresh()

    def select(self, place: str) -> None:
        """Open a place; '' for all surveys."""
        self.selected, self.said, self.error = place, "", ""
        self.refresh()

    @property
    def here(self) -> Place | None:
        """The place that is open; None for all surveys."""
        return self.places.get(self.selected)

    def way(self) -> list[Place]:
        """Return the places that lead to the open one, it last."""
        found: list[Place] = []
        here = self.here
        while here:
            found.insert(0, here)
            here = self.places.get(here.parent)
        return found

    # ---- acting ---------------------------------------------------------------------------------

    def add(self, level: str, name: str, press: str = "") -> None:
        """Add a survey, or what the open place holds, and open it."""

        def act() -> None:
            self.selected = self.functions.add(level, self.selected if level != "survey" else "", name, press)

        self._do(act, f"Added {name}.")

    def edit(self, name: str, note: str, press: str = "") -> None:
        """Give the open place another name or note."""
        self._do(lambda: self.functions.edit(self.selected, name, note, press), "Saved.")

    def move(self, entry: str, state: str, seen: str = "", reason: str = "", press: str = "") -> None:
        """Move a night, field or frame to another state."""
        self._do(lambda: self.functions.move(entry, state, seen, reason, press), f"Moved to {state}.")

    def answer(self, frame: str, about: str, answer: str, alike: bool = False, press: str = "") -> None:
        """Answer a question about a frame, or take the answer back with ''."""
        said = f"Answered: {answer}." if answer else "Asked again."
        self._do(lambda: self.functions.answer(frame, about, answer, alike, press), said)

    def load(self, folder: str, header_map: str = "") -> None:
        """Sort the files of a folder into the open night, beside the kernel."""
        night = self.selected
        self._begin()
        path = str(Path(folder.strip()).expanduser())
        self.errands.start(
            lambda progress: self.functions.load(night, path, header_map, progress), self._loaded
        )

    def take_in(self, path: str) -> None:
        """Take what a run has left of a night into the ledger."""
        self._begin()
        file = str(Path(path.strip()).expanduser())
        self.errands.start(lambda _: self.functions.take_in(file), self._loaded)

    def _do(self, act: Callable[[], object], said: str) -> None:
        """Act, and say what became of it; what is refused changes nothing."""
        try:
            act()
        except AstrolibError as error:
            self.said, self.error = "", str(error)
        else:
            self.said, self.error = said, ""
            self.done += 1
        self.refresh()

    def _begin(self) -> None:
        self.phase, self.progress, self.said, self.error = "loading", (0, 0), "", ""
        self.revision += 1

    def _loaded(self, said: str) -> None:
        self.phase, self.said = "ready", said
        self.done += 1
        self.refresh()

    def _failed(self, reason: str) -> None:
        self.phase, self.error = "ready", reason
        self.refresh()

    def _progressed(self, done: int, total: int) -> None:
        self.progress = (done, total)
        self.revision += 1
