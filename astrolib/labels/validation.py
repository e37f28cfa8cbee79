"""What people say of moving objects: a verdict on each, and which of its positions are not its own.

A position is called invalid by a flag on its tracklet, named after the frame; taking the flag off makes it
valid again. So that undo, history and agreement are those of every other label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from astrolib.labels.current import Current, current, effective
from astrolib.labels.event import LabelEvent
from astrolib.labels.question import read_question

MOVER = "mover"
"""Name of the question."""

_INVALID = "invalid position "
_SEMICOLON = "%3B"  # in the name of a frame: a bare one parts flags in tables


@dataclass(frozen=True)
class Validation:
    """What one person says now of one tracklet.

    Parameters
    ----------
    tracklet_id, who : str
        Which tracklet, and who says it.
    verdict : str
        ``valid``, ``invalid`` or ``unsure``; '' where only positions, flags or a note were given.
    time : str
        When the verdict was given, or else whatever came last; ISO 8601, UTC.
    invalid_frames : frozenset of str
        File names of the frames in which the position is not that of the object.
    score_visible : bool
        Whether a model's score was on the screen when the verdict was given.
    """

    tracklet_id: str
    who: str
    verdict: str
    time: str
    invalid_frames: frozenset[str]
    score_visible: bool


def invalid_position(frame: str) -> str:
    """Return the flag that calls the position in a frame invalid."""
    return _INVALID + frame.replace(";", _SEMICOLON)


def invalid_frames(flags: Iterable[str]) -> frozenset[str]:
    """Return the frames whose position is called invalid by one of `flags`."""
    marked = (flag.removeprefix(_INVALID) for flag in flags if flag.startswith(_INVALID))
    return frozenset(frame.replace(_SEMICOLON, ";") for frame in marked)


def validations(events: Iterable[LabelEvent]) -> list[Validation]:
    """Return what each person says now of each tracklet, in the question's present version.

    Parameters
    ----------
    events : iterable of LabelEvent
        A log or a part of it; other questions are passed over.
    """
    version = read_question(MOVER).version
    asked = (event for event in events if (event.question, event.version) == (MOVER, version))
    return [_validation(said) for said in current(asked) if said.says_something]


def first_verdicts(events: Iterable[LabelEvent]) -> list[tuple[str, str, str]]:
    """Return tracklet, person and the first verdict that this person did not take back.

    A verdict that is changed later was perhaps changed in view of more than the pixels.
    """
    version = read_question(MOVER).version
    first: dict[tuple[str, str], str] = {}
    for event in effective(events):
        if (event.question, event.version, event.kind) == (MOVER, version, "answer"):
            first.setdefault((event.object, event.who), event.value)
    return [(*key, verdict) for key, verdict in first.items()]


def _validation(said: Current) -> Validation:
    decisive = said.answer or said.newest
    return Validation(
        tracklet_id=said.object,
        who=said.who,
        verdict=said.label,
        time=decisive.time,
        invalid_frames=invalid_frames(said.flags),
        score_visible=decisive.score_visible,
    )
