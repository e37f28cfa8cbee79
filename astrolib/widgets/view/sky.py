"""A chart of positions on the sky, linked with a table."""

from __future__ import annotations

from collections.abc import Sequence

import anywidget
import numpy as np
from numpy.typing import ArrayLike
from traitlets import Bytes, Float, List, Tuple

from astrolib.widgets.view.look import module, stylesheet


class SkyChart(anywidget.AnyWidget):
    """Positions on the tangent plane, east to the left; all of the sky where they are wide apart.

    Drawn by ``sky.js``.

    Attributes
    ----------
    selected : tuple of int
        Positions that are chosen; both ways.
    """

    _esm = module("sky.js")
    _css = stylesheet("sky.css")

    positions = Bytes(b"").tag(sync=True)
    names: List = List().tag(sync=True)
    centre = Tuple(Float(), Float(), default_value=None, allow_none=True).tag(sync=True)
    radius = Float(None, allow_none=True).tag(sync=True)
    selected = Tuple().tag(sync=True)

    def show(
        self,
        ra: ArrayLike,
        dec: ArrayLike,
        names: Sequence[str],
        circle: tuple[float, float, float] | None = None,
    ) -> None:
        """Replace the positions.

        Parameters
        ----------
        ra, dec : array_like of float, shape (n,)
            ICRS [deg]; NaN where unknown.
        names : sequence of str
            What is said of each.
        circle : tuple of float, optional
            Right ascension, declination and radius of the search [deg].
        """
        with self.hold_sync():
            self.selected = ()
            self.positions = np.stack([ra, dec], axis=1).astype("<f8").tobytes()
            self.names = list(names)
            self.set_trait("centre", None if circle is None else circle[:2])
            self.radius = None if circle is None else circle[2]
