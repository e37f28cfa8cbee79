"""What a browser of nights calls, and what it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # a browser is on the screen before astropy is read
    from astrolib.core.progress import Progress


@dataclass(frozen=True)
class Place:
    """A survey, project, night or field in the tree.

    Parameters
    ----------
    id, parent, level, name, state : str
        As the ledger has them; a survey and a project have no state that means anything.
    frames, open : int
        How many frames it holds, and how many questions about them are open.
    note : str
        A person's.
    """

    id: str
    parent: str
    level: str
    name: str
    state: str = "created"
    frames: int = 0
    open: int = 0
    note: str = ""


@dataclass(frozen=True)
class File:
    """A frame in the table.

    Parameters
    ----------
    id, name, path, state : str
        As the ledger has them.
    kind, filter, target, start : str
        As the file says, or a person did.
    exposure : float
        [s]; NaN where it is not known.
    open : int
        How many questions about it are open.
    left_out : bool
        Whether it is used for nothing.
    facts : tuple of (str, str)
        What else is known, in words.
    answers : tuple of (str, str)
        What a person answered: about what, and how.
    """

    id: str
    name: str
    path: str
    state: str = "created"
    kind: str = ""
    filter: str = ""
    target: str = ""
    start: str = ""
    exposure: float = float("nan")
    open: int = 0
    left_out: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """The same question about one file or several.

    Parameters
    ----------
    files : tuple of (str, str)
        Id and name of each.
    about, reason : str
        What is asked of the first, and why.
    answers : tuple of str
        Those that can be chosen.
    free : str
        What may be typed instead; '' where nothing may.
    """

    files: tuple[tuple[str, str], ...]
    about: str
    reason: str
    answers: tuple[str, ...]
    free: str = ""


@dataclass(frozen=True)
class Lacking:
    """What a night lacks: what, why it would be needed, and whether nothing can be done without it."""

    what: str
    why: str
    needed: bool


@dataclass(frozen=True)
class Contents:
    """What is in a night or field.

    Parameters
    ----------
    files : tuple of File
        By name.
    questions : tuple of Question
        Those that are open, the most frequent first.
    lacking : tuple of Lacking
        What the night lacks.
    """

    files: tuple[File, ...] = ()
    questions: tuple[Question, ...] = ()
    lacking: tuple[Lacking, ...] = ()


@dataclass(frozen=True)
class NightFunctions:
    """What a browser calls.

    Parameters
    ----------
    places : callable
        () -> the tree, each `Place` before what it holds.
    contents : callable
        Id of a night or field -> its `Contents`.
    version : callable
        () -> what differs as soon as anybody has changed anything; quick.
    history : callable
        Id -> who did what to it, the newest first, as (when, who, what).
    add : callable
        (level, parent, name, press) -> id of what was added.
    edit : callable
        (id, name, note, press).
    move : callable
        (id, state, the state that was seen, reason, press).
    answer : callable
        (frame, about, answer, whether it holds for all alike, press).
    load : callable
        (night, folder, name or path of a header map, progress) -> a sentence that says what was loaded.
    take_in : callable
        Path of an extract -> a sentence.
    thumbnail : callable
        Path -> a grey picture, uint8, top row first.
    allowed : mapping of str to tuple of str
        From each state those that may follow.
    maps : tuple of (str, str)
        Name of each header map that is known, and what it is for.
    """

    places: Callable[[], Sequence[Place]]
    contents: Callable[[str], Contents]
    version: Callable[[], object]
    history: Callable[[str], Sequence[tuple[str, str, str]]]
    add: Callable[[str, str, str, str], str]
    edit: Callable[[str, str, str, str], None]
    move: Callable[[str, str, str, str, str], None]
    answer: Callable[[str, str, str, bool, str], Any]
    load: Callable[[str, str, str, Progress], str]
    take_in: Callable[[str], str]
    thumbnail: Callable[[str], np.ndarray]
    allowed: Mapping[str, tuple[str, ...]]
    maps: tuple[tuple[str, str], ...] = ()
