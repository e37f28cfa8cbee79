"""The one place where widgets meet science: the functions they call when they are given none.

Each function imports its room when it is first called: a viewer is on the screen before astropy is read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from astrolib.widgets.state.axes import SpectrumFunctions


def _later(module: str, name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **keywords)

    return call


def spectrum_functions() -> SpectrumFunctions:
    """Return what a spectrum viewer calls, from `astrolib.spectra`."""
    return SpectrumFunctions(
        to_air=_later("astrolib.spectra.air", "vacuum_to_air"),
        to_vacuum=_later("astrolib.spectra.air", "air_to_vacuum"),
        velocity=_later("astrolib.spectra.velocity", "velocity"),
        wavelength_at=_later("astrolib.spectra.velocity", "wavelength_at"),
        normalise=_later("astrolib.spectra.normalise", "normalise"),
        line_list=_later("astrolib.spectra.lines", "line_list"),
    )
