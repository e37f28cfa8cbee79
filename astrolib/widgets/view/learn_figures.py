"""What a learning panel sends to the page: a round in numbers, as JSON holds them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from astropy.table import QTable

from astrolib.widgets.state.learn import LearnState

_ENDS = ("", "_low", "_high")
_NUMBERS = (*(f"{name}{end}" for name in ("precision", "completeness") for end in _ENDS), "n", "level")


def head(state: LearnState) -> dict[str, Any]:
    """Return what stands above everything: where the loop is, and what can be done now."""
    return {
        "phase": state.phase,
        "tab": state.tab,
        "number": None if state.round is None else int(state.round.number),
        "model": state.has_model,
        "batch": state.n_batch,
        "answered": state.n_answered,
        "left": state.n_left,
        "changed": 0 if state.round is None else len(state.round.changed),
        "progress": list(state.progress),
        "score": state.score_visible,
        "can": {"classify": bool(state.functions.classify), "save": bool(state.functions.save)},
        "error": state.error,
        "notice": state.notice,
    }


def figures(state: LearnState) -> dict[str, Any]:
    """Return what is known of the rounds so far; empty before the first one."""
    if state.round is None:
        return {}
    confusion = state.round.confusion
    return {
        "number": int(state.round.number),
        "advice": str(state.round.advice),
        "classes": list(state.classes),
        "targets": list(state.targets),
        "history": history(state.round.history),
        "audits": {target: audits(state.rounds, target) for target in state.targets},
        "confusion": None if confusion is None else [[int(n) for n in row] for row in confusion],
        "counts": labels_of_classes(state),
        "aside": {label: n for label, n in state.counts.items() if label not in state.classes},
    }


def labels_of_classes(state: LearnState) -> dict[str, int]:
    """Return how many labels each class has, those without any included."""
    return {name: state.counts.get(name, 0) for name in state.classes}


def history(table: QTable | None) -> dict[str, list[float | None]]:
    """Return the columns of a history; numbers that are not known are None."""
    if table is None:
        return {}
    return {name: [number(value) for value in table[name]] for name in table.colnames}


def audits(rounds: Iterable[Any], target: str) -> list[dict[str, Any]]:
    """Return what the audits said of one class, a row for each round that has one."""
    return [
        {"round": int(one.number), **_estimate(one.audit[target])}
        for one in rounds
        if one.audit and target in one.audit
    ]


def _estimate(told: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: number(told.get(name)) for name in _NUMBERS}


def audit_table(state: LearnState) -> QTable:
    """Return what the last audit said, a row for each target: ``class``, estimates with their ends, ``n``."""
    rows = [(target, audits(state.rounds, target)) for target in state.targets]
    last = [{"class": target, **found[-1]} for target, found in rows if found]
    names = ("class", "round", *_NUMBERS)
    return QTable(
        {name: [math.nan if row[name] is None else row[name] for row in last] for name in names},
        dtype=["U256", int, *[float] * len(_NUMBERS)],
    )


def number(value: Any) -> float | None:
    """Return a number as JSON holds it: what is masked, missing or not finite is None."""
    try:
        found = math.nan if np.ma.is_masked(value) else float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None
