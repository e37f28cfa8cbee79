"""SpectrumViewer: the plot, with everything that changes it around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anywidget
import ipywidgets
from traitlets import Bool, Dict, Float, Int, List, Tuple, Unicode, link

from astrolib.core.spectrum import Spectrum
from astrolib.widgets import wiring
from astrolib.widgets.state import axes
from astrolib.widgets.state.curves import Curve
from astrolib.widgets.state.viewer import SpectrumViewerState
from astrolib.widgets.view.look import module, panel, stylesheet
from astrolib.widgets.view.plot import INSET, SpectrumPlot

_LINKED = (
    *("stacked", "normalised", "show_lines", "offset", "medium", "x_unit", "line"),
    *("groups_off", "hidden", "highlighted", "phase", "error", "notice"),
)


class ViewerControls(anywidget.AnyWidget):
    """The tools above the plot, the legend beside it, and the readout below; drawn by ``viewer.js``."""

    _esm = module("viewer.js")
    _css = stylesheet("viewer.css")

    stacked, normalised, show_lines = (Bool().tag(sync=True) for _ in range(3))
    medium, x_unit, line, highlighted = (Unicode().tag(sync=True) for _ in range(4))
    phase, error, notice = (Unicode().tag(sync=True) for _ in range(3))
    offset = Float(None, allow_none=True).tag(sync=True)
    groups_off, hidden = (Tuple().tag(sync=True) for _ in range(2))
    legend: List = List().tag(sync=True)
    rest_lines: List = List().tag(sync=True)
    units = Dict(axes.SYMBOLS).tag(sync=True)
    columns = Int(1000).tag(sync=True)
    inset = Dict(INSET).tag(sync=True)
    x_scale, y_scale = (anywidget.WidgetTrait().tag(sync=True) for _ in range(2))


class SpectrumViewer(ipywidgets.VBox):
    """Look at up to 50 spectra: one over the other or stacked, zoom and pan that stay.

    Parameters
    ----------
    spectra : iterable of Spectrum, optional
        What to show; replace it later with ``viewer.spectra = [...]``.
    state : SpectrumViewerState, optional
        A state of your own; by default one that calls `astrolib.spectra`.
    height : str
        Of the plot, as CSS says it.
    **traits
        First values of the state, as in ``SpectrumViewer(spectra, stacked=True)``.

    Attributes
    ----------
    state : SpectrumViewerState
        Everything that can be changed.
    """

    def __init__(
        self,
        spectra: Iterable[Spectrum] = (),
        *,
        state: SpectrumViewerState | None = None,
        height: str = "420px",
        **traits: Any,
    ) -> None:
        if state is None:
            state = SpectrumViewerState(wiring.spectrum_functions(), spectra=tuple(spectra), **traits)
        self.state = state
        self.plot = SpectrumPlot(state, height)
        self.controls = self._make_controls()
        self._panel = panel(self.controls, self.plot.figure, name="astrolib-viewer")
        self._show_phase()
        state.observe(self._show_phase, "phase")
        super().__init__([self._panel])

    def _make_controls(self) -> ViewerControls:
        state, plot = self.state, self.plot
        controls = ViewerControls(
            x_scale=plot.x,
            y_scale=plot.y,
            rest_lines=_rest_lines(state),
            legend=_legend(state.curves),
            **{name: getattr(state, name) for name in _LINKED},
        )
        for name in _LINKED:
            link((state, name), (controls, name))
        state.observe(lambda change: controls.set_trait("legend", _legend(change["new"])), "curves")
        controls.observe(lambda change: plot.resize(change["new"]), "columns")
        controls.on_msg(self._on_message)
        return controls

    def _show_phase(self, _change: object = None) -> None:
        """Leave out the plot and its tools while there is nothing to show."""
        change = self._panel.add_class if self.state.phase == "idle" else self._panel.remove_class
        change("astrolib-viewer-idle")

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Do what a button asks; other messages are not ours."""
        if content.get("do") == "reset":
            self.state.reset()
        elif content.get("do") == "centre":
            self.state.centre_on(self.state.line)

    @property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra on show; setting them keeps the view."""
        return self.state.spectra

    @spectra.setter
    def spectra(self, spectra: Iterable[Spectrum]) -> None:
        self.state.spectra = tuple(spectra)

    def show(self, spectrum: Spectrum) -> None:
        """Show one spectrum, as a deck asks of its stage; the view stays."""
        self.spectra = (spectrum,)

    def shown(self) -> dict[str, Any]:
        """Return what is on show, as a label event records it."""
        return self.state.shown()


def _legend(curves: tuple[Curve, ...]) -> list[dict[str, str]]:
    """Return one entry a spectrum: who, and when with what; a single one's error band is said."""
    band = "band ± 1 σ" if len(curves) == 1 and curves[0].error is not None else ""
    return [
        {
            "id": curve.spectrum.id,
            "name": curve.spectrum.target or curve.spectrum.source or curve.spectrum.id,
            "detail": " · ".join(filter(None, (_epoch(curve.spectrum), curve.spectrum.instrument, band))),
        }
        for curve in curves
    ]


def _epoch(spectrum: Spectrum) -> str:
    return spectrum.obstime[:16].replace("T", " ")


def _rest_lines(state: SpectrumViewerState) -> list[dict[str, str]]:
    return [{"name": line.name, "group": line.group} for line in state.functions.line_list()]
