"""Movers so slow that their images overlap from frame to frame: found by the drift of their places.

============ =================================================================
stamps       many sources measured at once in one frame
sources      where to begin: sources, and where each is seen again
motion       motions fitted to many sources, all frames together
paths        even and bent motions through places
surroundings the pixels around many sources in all frames
scene        a mover before a sky at rest, against a variable in it
evidence     which of the two the pixels tell
calibration  how far significances are to be believed
judge        which sources move
search       all of it
============ =================================================================
"""

from __future__ import annotations

from astrolib.movers.slow.search import FASTEST, search_slow

__all__ = ["FASTEST", "search_slow"]
