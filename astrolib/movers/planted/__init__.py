"""Objects planted before and after a search, to test the search and whoever validates what it finds.

========= =====================================================================
light     the light of one source, with its noise
sources   moving sources, added to copies of frames before they are searched
decoys    tracklets made of noise peaks, put among those that were found
marks     which tracklets hold a planted source: these are never reported
searching all of it around one search
========= =====================================================================
"""

from __future__ import annotations

from astrolib.movers.planted.decoys import decoys
from astrolib.movers.planted.marks import mark_planted
from astrolib.movers.planted.searching import Tested, search_planted
from astrolib.movers.planted.sources import FAKE, plant

__all__ = ["FAKE", "Tested", "decoys", "mark_planted", "plant", "search_planted"]
