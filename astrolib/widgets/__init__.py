"""People look and decide: find spectra, look at them, label them.

============== =====================================================================
QueryPanel     ask an archive, see the answer, choose, download
SpectrumViewer spectra one over the other or stacked, in the units you think in
LearnPanel     the loop of active learning: label, train, look at what came of it, label the next
MapExplorer    walk over a map of spectra, brush a region into a deck
CutTrail       what each cut removed, as bars
BlinkPanel     validate moving objects: blink, judge each position, by keyboard
NightBrowser   surveys, nights, fields and files, with what is asked and what is missing
VerifyPanel    judge candidates by keyboard, with all that decides on the screen
Deck           label anything by keyboard: a `DeckState` and a stage, such as a viewer
Stage          makes a stage of any widget
progress_bar   how far a long cell is
============== =====================================================================

Each is a view over a state: `widgets.state` holds what is known, and `widgets.view` shows it. Science is
handed in as functions; `widgets.wiring` names the ones that are used when none are given.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = [
    "BlinkPanel",
    "CutTrail",
    "Deck",
    "DeckState",
    "LearnPanel",
    "MapExplorer",
    "NightBrowser",
    "QueryPanel",
    "SpectrumViewer",
    "Stage",
    "VerifyPanel",
    "progress_bar",
]

_MODULES = {
    "BlinkPanel": "view.blink",
    "CutTrail": "view.verify_trail",
    "Deck": "view.deck",
    "DeckState": "state.deck",
    "LearnPanel": "view.learn",
    "MapExplorer": "view.map",
    "NightBrowser": "view.night",
    "QueryPanel": "view.query",
    "SpectrumViewer": "view.viewer",
    "Stage": "view.deck",
    "VerifyPanel": "view.verify",
    "progress_bar": "view.progress",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'astrolib.widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(f"astrolib.widgets.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
