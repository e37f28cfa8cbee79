"""The stage of a verifying panel: one candidate with all that decides."""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets
import numpy as np
from traitlets import Bytes, Dict

from astrolib.widgets import wiring
from astrolib.widgets.state.verify import VerifyState
from astrolib.widgets.state.verify_functions import Evidence
from astrolib.widgets.state.viewer import SpectrumViewerState
from astrolib.widgets.view import verify_content as content
from astrolib.widgets.view.following import Following
from astrolib.widgets.view.look import module, stylesheet
from astrolib.widgets.view.viewer import SpectrumViewer

_HYDROGEN = "H I"


class VerifyEvidence(anywidget.AnyWidget):
    """All but the spectra: scores, prepared spectrum, map, picture and neighbours; drawn by ``verify.js``."""

    _esm = module("verify.js")
    _css = stylesheet("chart.css") + stylesheet("verify.css")

    about = Dict().tag(sync=True)
    prepared = Dict().tag(sync=True)
    curves = Bytes(b"").tag(sync=True)
    neuron = Dict().tag(sync=True)
    cells = Bytes(b"").tag(sync=True)
    picture = Dict().tag(sync=True)
    pixels = Bytes(b"").tag(sync=True)
    around = Dict().tag(sync=True)


class VerifyStage(Following, ipywidgets.VBox):
    """Shows `Evidence`, as a deck asks of its stage.

    Parameters
    ----------
    state : VerifyState
        Where what others know comes from.

    Attributes
    ----------
    viewer : SpectrumViewer
        The candidate, and the other spectra of the same object.
    evidence : VerifyEvidence
        Everything else.
    """

    def __init__(self, state: VerifyState) -> None:
        self.state = state
        self.viewer = SpectrumViewer(state=_viewed(), height="216px")
        self.evidence = VerifyEvidence()
        super().__init__([self.evidence, self.viewer])
        self.add_class("astrolib-verify-stage")
        self.follow(state.around, self._show_around, "phase", "answer")
        self.follow(state.image, self._show_picture, "phase", "answer")
        self.evidence.on_msg(self._on_message)
        self._show_around()
        self._show_picture()

    def show(self, known: Evidence) -> None:
        """Show one candidate; zoom and pan of the spectra stay."""
        self._frame(known)
        self.viewer.state.hidden = ()
        self.viewer.spectra = known.spectra
        prepared, curves = content.curves(known)
        neuron, cells = content.lattice(known.neuron)
        with self.evidence.hold_sync():
            self.evidence.about = content.about(known)
            self.evidence.prepared, self.evidence.curves = prepared, curves
            self.evidence.neuron, self.evidence.cells = neuron, cells

    def shown(self) -> dict[str, Any]:
        """Return what is on show, as a label event records it."""
        beside = {"around": self.state.around.phase, "image": self.state.image.phase}
        return self.viewer.shown() | beside | {"prepared": bool(self.evidence.curves)}

    def _frame(self, known: Evidence) -> None:
        """Look at the spectra where the network looks, unless the person looks elsewhere."""
        state, seen = self.viewer.state, known.prepared
        if state.x_range is None and seen is not None and np.isfinite(seen.wavelength).all():
            state.medium = "vacuum" if seen.medium == "vacuum" else "air"
            state.x_range = (float(seen.wavelength[0]), float(seen.wavelength[-1]))

    def _show_around(self, _change: object = None) -> None:
        self.evidence.around = content.neighbourhood(self.state.around)

    def _show_picture(self, _change: object = None) -> None:
        with self.evidence.hold_sync():
            self.evidence.picture, self.evidence.pixels = content.picture(self.state.image)

    def _on_message(self, _widget: object, asked: dict[str, Any], _buffers: object) -> None:
        """Ask a service once more; other messages are not ours."""
        lookups = {"around": self.state.around, "image": self.state.image}
        if asked.get("again") in lookups:
            lookups[asked["again"]].again()


def _viewed() -> SpectrumViewerState:
    """Return how spectra are looked at first: one above the other, with the lines of hydrogen alone."""
    functions = wiring.spectrum_functions()
    others = {line.group for line in functions.line_list()} - {_HYDROGEN}
    return SpectrumViewerState(functions, normalised=True, stacked=True, groups_off=tuple(sorted(others)))
