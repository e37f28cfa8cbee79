"""Ghosts among what was removed: reflections of bright stars, which a dither moves the other way.

A ghost lies opposite its star on the far side of the optical axis. A frame does not say where that is; of a
camera with one detector it is near its middle. A crowd of peaks there is called a ghost where chance would
hardly have put one there: in fields full of stars, what is left of them is as crowded anywhere.
"""

from __future__ import annotations

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.frames.pixels import STANDS_OUT
from astrolib.movers.frames.registered import Registered

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]

GHOST = "ghost"
"""The kind of what is removed."""

_CROWDED = "crowded"  # the filter that removes them
_CROWD = 4  # peaks of a crowd
_BRIGHT = 0.5  # of the light of a frame's brightest star: what is fainter has no ghost that is seen
_APART = 15.0  # from stars, about which what is left of them is crowded [pixel]
_REACH = 60.0  # of a ghost from its middle [pixel]
_CHANCE = 0.1  # that one of a frame's crowds is there which is no ghost, at most


def name_ghosts(field: Registered, removed: QTable) -> QTable:
    """Return the trail of what was removed, in which ghosts are named.

    Parameters
    ----------
    field : Registered
        The frames.
    removed : QTable
        Of the schema `astrolib.movers.tracklets.tables.REMOVED`.
    """
    named = removed.copy()
    kind = np.array(removed["kind"], object)
    for number, frame in enumerate(field.originals):
        rows = np.flatnonzero((removed["frame"] == frame.name) & (removed["filter"] == _CROWDED))
        places = np.stack((removed["x"][rows], removed["y"][rows]), axis=1)
        kind[rows[_opposite_stars(field, number, places)]] = GHOST
    named["kind"] = kind.astype(str)
    return named


def _opposite_stars(field: Registered, number: int, places: Points) -> Mask:
    """Say which places of a frame as it was read lie opposite its brightest stars, and not by chance."""
    stars, brightest = _stars(field, number)
    if not len(stars) or not len(places):
        return np.zeros(len(places), bool)
    shape = field.originals[number].data.shape
    opposite = np.array(shape[::-1]) - 1 - stars[brightest]
    alone = np.isinf(cKDTree(stars).query(places, distance_upper_bound=_APART)[0])
    near = alone & (cKDTree(opposite).query(places)[0] < _REACH)
    crowds = 1 + np.count_nonzero(alone & ~near) / _CROWD
    chance = crowds * len(opposite) * np.pi * _REACH**2 / np.prod(shape)
    return near & (near.sum() >= _CROWD) & (chance < _CHANCE)


def _stars(field: Registered, number: int) -> tuple[Points, Mask]:
    """Return where stars are on a frame as it was read, shape (stars, 2): x, y; and which are brightest."""
    pixels = field.pixels[number]
    out = pixels.sources["peak"] > STANDS_OUT * pixels.rms
    flux = pixels.sources["flux"][out]
    x, y = field.sources_at(number)[out].T
    return np.stack(field.to_frame(number, x, y), axis=1), flux > _BRIGHT * flux.max(initial=0)
