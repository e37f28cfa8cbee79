"""The figure of a spectrum viewer: a state drawn with bqplot, with no more points than the screen has."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import bqplot
import ipywidgets
import numpy as np

from astrolib.widgets.state import axes
from astrolib.widgets.state.decimate import as_rows, decimate
from astrolib.widgets.state.viewer import SpectrumViewerState
from astrolib.widgets.view.band import ErrorBand
from astrolib.widgets.view.lines import NAME_SIZE, LineList
from astrolib.widgets.view.look import MUTED, SERIES

_MARGIN = {"top": 10, "bottom": 48, "left": 88, "right": 16}
_STROKE = 1.2  # pixels
# bqplot keeps half a stroke free at every side, and beside names (sqrt(size) / 2 + 1) pixels
_BESIDE, _ABOVE = math.sqrt(NAME_SIZE) / 2 + 1, _STROKE / 2
INSET = {
    "left": _MARGIN["left"] + _BESIDE,
    "right": _MARGIN["right"] + _BESIDE,
    "top": _MARGIN["top"] + _ABOVE,
    "bottom": _MARGIN["bottom"] + _ABOVE,
}
"""From the figure's edges to the ends of its scales [pixels]."""

_AIR_ABOVE = 0.04  # of the range of the flux, left free above and below
_MOST_POINTS = 50_000  # in view; more do not follow the mouse, and among many curves nobody sees them
_NOTHING = np.empty(0)


class SpectrumPlot:
    """A bqplot figure that shows a `SpectrumViewerState`, and writes zoom and pan back to it.

    Attributes
    ----------
    figure : bqplot.Figure
    x, y : bqplot.LinearScale
        In the units of the axes.
    spectra : bqplot.Lines
        One row a visible spectrum.
    band : ErrorBand
    lines : LineList
    columns : int
        Pixels across the plot.
    """

    def __init__(self, state: SpectrumViewerState, height: str) -> None:
        self.state, self.columns = state, 1000
        self._setting = False
        self._drawn: tuple[float, float, float] = (0.0, 0.0, 0.0)
        self._make_marks()
        self.figure = self._make_figure(height)
        self._draw()
        state.observe(self._draw, ["curves", "hidden", "stacked", "offset", "x_unit", "line"])
        state.observe(self._show_range, ["x_range", "y_range"])
        state.observe(self._draw_lines, ["show_lines", "groups_off", "medium"])
        state.observe(self._style, ["highlighted"])
        self.x.observe(self._moved, ["min", "max"])
        self.y.observe(self._moved, ["min", "max"])

    def _make_marks(self) -> None:
        self.x, self.y = (bqplot.LinearScale(min=0.0, max=1.0) for _ in range(2))
        scales = {"x": self.x, "y": self.y}
        self.spectra = bqplot.Lines(scales=scales, stroke_width=_STROKE)
        self.band = ErrorBand(scales)
        self.lines = LineList(self.x)

    def _make_figure(self, height: str) -> bqplot.Figure:
        self.x_axis = bqplot.Axis(scale=self.x, label_offset="36px")
        self.y_axis = bqplot.Axis(scale=self.y, side="left", label_offset="68px")
        return bqplot.Figure(
            marks=[self.lines.lines, self.band.mark, self.spectra, self.lines.names],
            axes=[self.x_axis, self.y_axis],
            fig_margin=_MARGIN,
            padding_y=0,
            display_toolbar=False,
            layout=ipywidgets.Layout(height=height, width="auto", min_width="0"),
        )

    # ---- from the state to the figure ---------------------------------------------------------

    def _draw(self, _change: object = None) -> None:
        """Draw the curves over the visible range and half of it on either side."""
        state = self.state
        first, last = state.x_range or state.full_range()
        half = (last - first) / 2
        visible = state.visible
        columns = min(self.columns, _MOST_POINTS // (2 * max(1, len(visible))))
        points = [
            decimate(curve.wavelength, curve.flux, first - half, last + half, 2 * columns)
            for _, curve in visible
        ]
        self._drawn = (first - half, last + half, last - first)
        step = self._step()
        shown = [(state.to_shown(x), y + np.float32(step * row)) for row, (x, y) in enumerate(points)] or [
            (_NOTHING, _NOTHING)
        ]
        x, y = as_rows(shown)
        with self.spectra.hold_sync():
            self.spectra.x, self.spectra.y = x, y
            self._style()
        self.band.draw(state, points, self.spectra.colors[:1])
        self._label_axes()
        self._show_range()

    def resize(self, columns: int) -> None:
        """Draw for a plot that many pixels wide; a little more or less is not worth it."""
        with self.state.lock:
            if columns > 0 and not 0.8 < columns / self.columns < 1.05:
                self.columns = columns
                self._draw()

    def _style(self, _change: object = None) -> None:
        visible, chosen = self.state.visible, self.state.highlighted
        ids = [curve.spectrum.id for _, curve in visible]
        with self.spectra.hold_sync():
            self.spectra.colors = [SERIES[place % len(SERIES)] for place, _ in visible] or [MUTED]
            self.spectra.opacities = [0.15 if chosen in ids and chosen != name else 1.0 for name in ids]

    def _label_axes(self) -> None:
        state = self.state
        spectra = [curve.spectrum for _, curve in state.visible]
        self.x_axis.label = axes.x_label(state.x_unit, state.medium, state.line, spectra)
        self.y_axis.label = axes.y_label(state.normalised, state.stacked, spectra)
        largest = max(map(abs, self._flux_range()))
        self.y_axis.tick_format = "" if 1e-2 < largest < 1e6 else ".2e"

    def _show_range(self, _change: object = None) -> None:
        """Bring the scales to the state's range; draw anew if the points at hand do not serve it."""
        first, last = self.state.x_range or self.state.full_range()
        low, high, width = self._drawn
        if first < low or last > high or last - first < 0.5 * width:
            self._draw()
            return
        with self._kernel_moves():
            _set(self.x, *self.state.to_shown(np.array([first, last])))
            _set(self.y, *(self.state.y_range or self._flux_range()))
        self._draw_lines()

    def _step(self) -> float:
        """Return the offset between stacked spectra."""
        if not self.state.stacked:
            return 0.0
        if self.state.offset is not None:
            return self.state.offset
        spans = [np.ptp(np.nanpercentile(curve.flux, (1, 99))) for _, curve in self.state.visible]
        return float(np.median(spans)) if spans else 0.0

    def _flux_range(self) -> tuple[float, float]:
        """Return the range of the visible flux, with a little air above and below."""
        first, last = self.state.x_range or self.state.full_range()
        step, low, high = self._step(), math.inf, -math.inf
        for row, (_, curve) in enumerate(self.state.visible):
            begin, end = np.searchsorted(curve.wavelength, (first, last))
            part = curve.flux[begin:end]
            if np.isfinite(part).any():
                low = min(low, float(np.nanmin(part)) + row * step)
                high = max(high, float(np.nanmax(part)) + row * step)
        if low > high:
            return 0.0, 1.0
        margin = _AIR_ABOVE * (high - low or abs(high) or 1.0)
        return low - margin, high + margin

    def _draw_lines(self, _change: object = None) -> None:
        self.lines.draw(self.state, room=(self.x.max - self.x.min) / self.columns)

    # ---- from the figure to the state ---------------------------------------------------------

    def _moved(self, _change: object) -> None:
        """Take over what a person did with wheel, mouse or keys."""
        with self.state.lock:
            if not self._setting:
                self._take_ranges()

    def _take_ranges(self) -> None:
        state = self.state
        shown = state.to_shown(np.array(state.x_range or state.full_range()))
        if not np.allclose(shown, (self.x.min, self.x.max), rtol=1e-12, atol=0):
            state.x_range = tuple(map(float, state.from_shown(np.array([self.x.min, self.x.max]))))
        flux = state.y_range or self._flux_range()
        if not np.allclose(flux, (self.y.min, self.y.max), rtol=1e-9, atol=0):
            state.y_range = (self.y.min, self.y.max)

    @contextmanager
    def _kernel_moves(self) -> Iterator[None]:
        before, self._setting = self._setting, True
        try:
            yield
        finally:
            self._setting = before


def _set(scale: bqplot.LinearScale, low: float, high: float) -> None:
    with scale.hold_sync():
        scale.min, scale.max = float(low), float(high)
