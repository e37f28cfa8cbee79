"""What a browser of nights sends to the page: plain values, texts as they came."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from astrolib.widgets.state.night import NightState
from astrolib.widgets.state.night_functions import File, Place

HOLDS = {"": "survey", "survey": "project", "project": "night", "night": "field", "field": ""}
"""What can be added to each."""


def branch(place: Place) -> dict[str, Any]:
    """Return a place of the tree."""
    return dataclasses.asdict(place)


def row(file: File) -> dict[str, Any]:
    """Return a row of the table; where it lies on the disk is nobody's business but the kernel's."""
    told = dataclasses.asdict(file)
    told["exposure"] = file.exposure if math.isfinite(file.exposure) else None
    told["folder"] = told.pop("path").rpartition("/")[0]
    return told


def now(state: NightState) -> dict[str, Any]:
    """Return everything about the open place, in one piece, so that the page never shows half of it."""
    here = state.here
    level = here.level if here else ""
    has_state = level in ("night", "field")
    return {
        "id": state.selected,
        "level": level,
        "way": [{"id": place.id, "name": place.name} for place in state.way()],
        "adds": HOLDS[level],
        "allowed": list(state.functions.allowed.get(here.state, ())) if here and has_state else [],
        "followers": {known: list(after) for known, after in state.functions.allowed.items()},
        "questions": [_question(one) for one in state.contents.questions],
        "lacking": [dataclasses.asdict(one) for one in state.contents.lacking],
        "history": [{"when": when, "who": who, "what": what} for when, who, what in state.history],
        "maps": [{"name": name, "about": about} for name, about in state.functions.maps],
        "phase": state.phase,
        "progress": list(state.progress),
        "done": state.done,
        "said": state.said,
        "error": state.error,
    }


def _question(one: Any) -> dict[str, Any]:
    told = dataclasses.asdict(one)
    told["files"] = [{"id": identity, "name": name} for identity, name in one.files]
    return told
