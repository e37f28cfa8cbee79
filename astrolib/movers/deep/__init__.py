"""The deep search: difference images, summed along every path that two or three of their peaks suggest.

========== ===================================================================
hypotheses paths that the peaks of two or three frames suggest
refining   paths drawn to where the frames' scores are best
candidates which of them all frames show together
search     all of it, bright movers before faint ones
joint      the path on which all frames together show most
rows       what was found, measured and put into tables
========== ===================================================================
"""

from __future__ import annotations

from astrolib.movers.deep.rows import tabulate
from astrolib.movers.deep.search import FASTEST, SLOWEST, Deep, search_deep

__all__ = ["FASTEST", "SLOWEST", "Deep", "search_deep", "tabulate"]
