"""What a blinking panel sends to the page: plain values, texts as they came, and pixels as bytes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from astrolib.widgets.state.blink import BlinkState
from astrolib.widgets.state.blink_functions import Cutouts, Evidence
from astrolib.widgets.state.verify_functions import Fact

if TYPE_CHECKING:
    from astrolib.movers.blink.vigilance import Watch


def about(evidence: Evidence) -> dict[str, Any]:
    """Return what is said of a tracklet whichever of its positions count; not its scores."""
    return {
        "id": evidence.id,
        "cutouts": _cutouts(evidence.cutouts),
        "positions": [_finite(dataclasses.asdict(position)) for position in evidence.positions],
        "known": {
            "status": evidence.known.status,
            "said": evidence.known.said,
            "sure": evidence.known.sure,
            "nearby": [_finite(row) for row in evidence.known.nearby],
        },
        "trail": [_fact(fact) for fact in evidence.trail],
        "missing": list(evidence.missing),
    }


def pixels(evidence: Evidence) -> bytes:
    """Return the cutouts as float32, little-endian, frame by frame, the lowest row first."""
    return evidence.cutouts.pixels.astype("<f4", copy=False).tobytes() if evidence.cutouts else b""


def verdicts(state: BlinkState) -> dict[str, Any]:
    """Return what changes while an object is on show: positions that count, and what they give."""
    measured = state.measured
    scores = state.item.scores if state.phase == "ready" and state.score_visible else ()
    return {
        "id": state.current,
        "invalid": sorted(state.invalid),
        "facts": [_fact(fact) for fact in measured.facts],
        "residuals": {frame: _numbers(values) for frame, values in measured.residuals.items()},
        "means": _finite(measured.means),
        "lines": measured.lines,
        "why": measured.why,
        "blind": state.blind,
        "scores": [_fact(fact) for fact in scores],
    }


def watch(state: BlinkState) -> dict[str, Any]:
    """Return how well people tell what was planted; no rows before all is answered."""
    return {
        "left": len(state.order) - state.n_labelled,
        "rows": [_watched(row) for row in state.watch()],
    }


def _watched(row: Watch) -> dict[str, Any]:
    return _finite(dataclasses.asdict(row)) | {"completeness": _numbers(row.completeness)}


def _cutouts(cutouts: Cutouts | None) -> dict[str, Any] | None:
    if cutouts is None:
        return None
    arrays = {name: getattr(cutouts, name).tolist() for name in ("x", "y", "x0", "y0")}
    directions = {"north": list(cutouts.north), "east": list(cutouts.east)}
    size = {"frames": cutouts.pixels.shape[0], "size": cutouts.pixels.shape[1]}
    return arrays | directions | size | {"scale": cutouts.scale}


def _fact(fact: Fact) -> dict[str, str]:
    return {"name": fact.name, "value": fact.value}


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON holds them: a missing number is none."""
    return {
        name: _number(float(value)) if isinstance(value, float | np.floating) else value
        for name, value in values.items()
    }


def _numbers(values: Sequence[float]) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
