"""The error band of a spectrum viewer: one standard deviation on either side of the only spectrum on show."""

from __future__ import annotations

from typing import Any

import bqplot
import numpy as np

from astrolib.widgets.state.decimate import Floats, as_rows
from astrolib.widgets.state.viewer import SpectrumViewerState

_NONE: Floats = np.empty(0)


class ErrorBand:
    """The mark of the error band.

    Parameters
    ----------
    scales : dict
        Of the spectra, as bqplot takes them.

    Attributes
    ----------
    mark : bqplot.Lines
        Two rows: below and above; only what lies between them is drawn.
    """

    def __init__(self, scales: dict[str, Any]) -> None:
        self.mark = bqplot.Lines(scales=scales, fill="between", opacities=[0.0] * 2, fill_opacities=[0.2] * 2)

    def draw(
        self, state: SpectrumViewerState, points: list[tuple[Floats, Floats]], colours: list[str]
    ) -> None:
        """Draw the band about the points of the only visible curve; none about several, or without errors."""
        errors = [curve.error for _, curve in state.visible]
        x = low = high = _NONE
        if len(errors) == 1 and errors[0] is not None:
            x, flux = points[0]
            error = errors[0][np.searchsorted(state.visible[0][1].wavelength, x)]
            low, high = flux - error, flux + error
        shown = state.to_shown(x)
        with self.mark.hold_sync():
            self.mark.x, self.mark.y = as_rows([(shown, low), (shown, high)])
            self.mark.colors = self.mark.fill_colors = colours * 2
