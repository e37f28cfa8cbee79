"""The ordinary search: sources of each frame, those that stand still removed, the rest linked.

======== =====================================================================
linking  sources of several frames on one path
aperture one of them measured
search   all of it
======== =====================================================================
"""

from __future__ import annotations

from astrolib.movers.ordinary.search import FASTEST, SLOWEST, search_ordinary

__all__ = ["FASTEST", "SLOWEST", "search_ordinary"]
