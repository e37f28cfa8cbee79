"""A spectrum in both its shapes, side by side: as it was collected, and as the network sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import ipywidgets
import numpy as np
from traitlets import Bytes, Int, Unicode

from astrolib.widgets import wiring
from astrolib.widgets.state.learn_functions import Profile
from astrolib.widgets.state.viewer import SpectrumViewerState
from astrolib.widgets.view.look import module, stylesheet
from astrolib.widgets.view.viewer import SpectrumViewer

_HEIGHT, _PREPARED_HEIGHT = 280, 274  # of the plots [pixels]: their axes are level
_AROUND = 0.25  # of the prepared range, shown of the raw spectrum on either side


class PreparedPlot(anywidget.AnyWidget):
    """A prepared spectrum, and the model's answer where it is to be seen; drawn by ``learn_prepared.js``."""

    _esm = module("learn_prepared.js")
    _css = stylesheet("chart.css") + stylesheet("learn.css")

    points = Bytes(b"").tag(sync=True)
    height = Int(_PREPARED_HEIGHT).tag(sync=True)
    x_label, y_label, answer = (Unicode().tag(sync=True) for _ in range(3))

    def show(self, wavelength: np.ndarray, flux: np.ndarray, medium: str) -> None:
        """Replace the spectrum; wavelengths in angstrom, all NaN where nobody knows them."""
        known = bool(np.isfinite(wavelength).all())
        where = "" if medium == "unknown" else f" in {medium}"
        if not known:
            wavelength = np.arange(flux.size)
        with self.hold_sync():
            self.x_label = f"wavelength{where} [Å]" if known else "pixel"
            self.y_label = "flux, scaled"
            self.points = np.concatenate([wavelength, flux]).astype("<f4").tobytes()


class ProfileStage(ipywidgets.Box):
    """Shows a `Profile`, as a deck asks of its stage.

    Parameters
    ----------
    answer : callable
        Id -> what is to be said of the model's answer; '' hides it.

    Attributes
    ----------
    viewer : SpectrumViewer
        The raw spectrum.
    prepared : PreparedPlot
    """

    def __init__(self, answer: Callable[[Profile], str] = lambda _: "") -> None:
        state = SpectrumViewerState(wiring.spectrum_functions(), normalised=True)
        self.viewer = SpectrumViewer(state=state, height=f"{_HEIGHT}px")
        self.prepared = PreparedPlot()
        self.missing = ipywidgets.Label()
        self.missing.add_class("astrolib-note")
        self._answer = answer
        super().__init__([self.viewer, self.missing, self.prepared])
        self.add_class("astrolib-learn-stage")

    def show(self, profile: Profile) -> None:
        """Show one spectrum; zoom and pan of the raw one stay."""
        self.missing.value = profile.missing
        self.missing.layout.display = None if profile.missing else "none"
        self._frame(profile)
        self.viewer.spectra = () if profile.raw is None else (profile.raw,)
        self.prepared.show(profile.wavelength, profile.flux, profile.medium)
        self.prepared.answer = self._answer(profile)

    def shown(self) -> dict[str, Any]:
        """Return what is on show, as a label event records it."""
        return self.viewer.shown() | {"prepared": True}

    def _frame(self, profile: Profile) -> None:
        """Look at the raw spectrum where the network looks, and a little around it."""
        state = self.viewer.state
        if state.x_range is None and np.isfinite(profile.wavelength).all():
            first, last = float(profile.wavelength[0]), float(profile.wavelength[-1])
            around = _AROUND * (last - first)
            state.medium = "vacuum" if profile.medium == "vacuum" else "air"
            state.x_range = (first - around, last + around)
