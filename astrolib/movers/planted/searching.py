"""A search with movers planted before it and decoys after it, as whoever validates gets to see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from astropy.table import QTable, vstack

from astrolib.images.frame import ReducedFrame
from astrolib.movers.named import all_named
from astrolib.movers.planted.decoys import decoys
from astrolib.movers.planted.marks import mark_planted
from astrolib.movers.planted.sources import plant
from astrolib.movers.rows import Found

Search = Callable[[Sequence[ReducedFrame]], Found]
"""Frames of one field -> what was found in them."""


@dataclass(frozen=True, eq=False)
class Tested:
    """What was found in frames with movers planted into them.

    Parameters
    ----------
    frames : list of ReducedFrame
        Those that were searched, planted movers included: what is blinked.
    found : Found
        With decoys among it; whatever is planted is marked.
    planted : QTable
        Of the schema `PLANTED`.
    """

    frames: list[ReducedFrame]
    found: Found
    planted: QTable


def search_planted(
    frames: Sequence[ReducedFrame], search: Search, *, movers: int, decoy: int, seed: int
) -> Tested:
    """Plant movers, search, mark what is planted, and put decoys among what was found.

    Parameters
    ----------
    frames : sequence of ReducedFrame
        Of one field.
    search : callable
        Such as `find_movers`.
    movers, decoy : int
        How many movers to plant, of which the search finds some; how many decoys to make.
    seed : int
        Of both.
    """
    seen, fakes = plant(frames, movers, seed)
    found = all_named(search(seen))
    tracklets, detections = found.tracklets, found.detections
    tracklets, planted = mark_planted(tracklets, detections, fakes)
    if len(tracklets):
        tracklets, detections, more = decoys(seen, tracklets, detections, decoy, seed + 1)
        planted = vstack([planted, more], metadata_conflicts="silent")
    return Tested(seen, Found(tracklets, detections, found.removed), planted)
