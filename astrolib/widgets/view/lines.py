"""The line list in the figure of a spectrum viewer: a rule for each line, and names where there is room."""

from __future__ import annotations

import bqplot
import numpy as np

from astrolib.widgets.state.viewer import SpectrumViewerState
from astrolib.widgets.view.look import MUTED

NAME_SIZE = 11  # pixels
_NAME_WIDTH = 15  # pixels that an upright name takes
_BELOW_NAMES, _TOP = 0.85, 0.98  # of the height of the plot: where rules end, and names


class LineList:
    """The marks of the line list.

    Parameters
    ----------
    x : bqplot.LinearScale
        The wavelength axis.

    Attributes
    ----------
    lines : bqplot.Lines
        One row a line.
    names : bqplot.Label
    """

    def __init__(self, x: bqplot.LinearScale) -> None:
        scales = {"x": x, "y": bqplot.LinearScale(min=0.0, max=1.0)}
        self.lines = bqplot.Lines(
            scales=scales, colors=[MUTED], stroke_width=1, line_style="dashed", opacities=[0.5]
        )
        self.names = bqplot.Label(
            scales=scales,
            colors=[MUTED],
            default_size=NAME_SIZE,
            font_weight="normal",
            rotate_angle=-90,
            align="end",
        )

    def draw(self, state: SpectrumViewerState, room: float) -> None:
        """Draw the lines that the state shows; one pixel is `room` wide in the unit of the axis."""
        listed = state.functions.line_list() if state.show_lines and state.curves else ()
        chosen = [line for line in listed if line.group not in state.groups_off]
        with self.lines.hold_sync(), self.names.hold_sync():
            self.lines.visible = self.names.visible = bool(chosen)
            if chosen:
                at = state.to_shown(np.array([getattr(line, state.medium) for line in chosen]))
                self._place([line.name for line in chosen], at, room * _NAME_WIDTH)

    def _place(self, names: list[str], at: np.ndarray, room: float) -> None:
        """Name each line whose name has room beside those before it; the first in the list come first."""
        named: list[int] = []
        for number, place in enumerate(at):
            if all(abs(place - at[other]) > room for other in named):
                named.append(number)
        _assign(self.lines, x=np.stack([at, at], axis=1), y=np.tile((0.0, _BELOW_NAMES), (at.size, 1)))
        text = np.array([names[number].partition(" (")[0] for number in named])
        _assign(self.names, x=at[named], y=np.full(len(named), _TOP), text=text)


def _assign(mark: bqplot.Mark, **arrays: np.ndarray) -> None:
    """Set what differs: a pan sends nothing."""
    for name, value in arrays.items():
        if not np.array_equal(getattr(mark, name), value):
            setattr(mark, name, value)
