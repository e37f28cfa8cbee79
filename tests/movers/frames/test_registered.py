"""The frames of a field on one grid."""

from __future__ import annotations

import numpy as np

from astrolib.movers.frames.registering import register

from ..scenes import make_frames


def test_an_image_is_whole_away_from_the_edges_of_its_frame() -> None:
    """Of a dithered frame these are elsewhere on the grid."""
    field = register(make_frames()[0])
    for number, place in enumerate(field.places):
        x = np.array([3.0, 20.0, 160.0, 316.0, 160.0]) + place.dx
        y = np.array([160.0, 20.0, 160.0, 160.0, 318.0]) + place.dy
        assert field.inside(number, x, y).tolist() == [False, True, True, False, False]
