"""The deep search: difference images, summed along every path that two or three of their peaks suggest.

========== ===================================================================
hypotheses paths that the peaks of two or three frames suggest
refining   paths drawn to where the frames' scores are best
evidence   what the frames show along a path
candidates which paths all frames show together, each once
depth      how deep a pass goes
paths      all paths of a pass
search     all of it, bright movers before faint ones
joint      the path near one on which all frames show most
fitting    the path through the places of single frames
tracks     a candidate measured in every frame
rows       what was found, in tables
========== ===================================================================
"""

from __future__ import annotations

from astrolib.movers.deep.rows import tabulate
from astrolib.movers.deep.search import FASTEST, SLOWEST, Deep, search_deep

__all__ = ["FASTEST", "SLOWEST", "Deep", "search_deep", "tabulate"]
