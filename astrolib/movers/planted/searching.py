"""A search with movers planted before it and decoys after it, as whoever validates gets to see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from astropy.table import QTable, vstack

from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames import vetting
from astrolib.movers.frames.vetting import LeftOut, Tell
from astrolib.movers.planted.decoys import decoys
from astrolib.movers.planted.marks import mark_planted
from astrolib.movers.planted.sources import plant
from astrolib.movers.tracklets.found import Found
from astrolib.movers.tracklets.named import all_named

Search = Callable[..., Found]
"""Frames of one field, and as `left_out` who hears of frames that are of no use -> what was found in them."""


@dataclass(frozen=True, eq=False)
class Tested:
    """What was found in frames with movers planted into them.

    Parameters
    ----------
    frames : list of ReducedFrame
        Those that were searched, planted movers included: what is blinked. Those left out are not among them.
    found : Found
        With decoys among it; whatever is planted is marked.
    planted : QTable
        Of the schema `PLANTED`.
    """

    frames: list[ReducedFrame]
    found: Found
    planted: QTable


def search_planted(
    frames: Sequence[ReducedFrame],
    search: Search,
    *,
    movers: int,
    decoy: int,
    seed: int,
    left_out: Tell = vetting.log,
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
    left_out : callable
        Hears of each frame that is of no use.
    """
    seen, fakes = plant(frames, movers, seed)
    lost: set[str] = set()

    def hear(frame: LeftOut) -> None:
        lost.add(frame.name)
        left_out(frame)

    found = all_named(search(seen, left_out=hear))
    used = [frame for frame in seen if frame.name not in lost]
    tracklets, detections = found.tracklets, found.detections
    tracklets, planted = mark_planted(tracklets, detections, fakes)
    tracklets, detections, more = decoys(used, tracklets, detections, decoy, seed + 1)
    planted = vstack([planted, more], metadata_conflicts="silent")
    return Tested(used, Found(tracklets, detections, found.removed), planted)
