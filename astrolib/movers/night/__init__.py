"""The search of a night: field after field, then what is known, and what is one object.

============ =================================================================
fields       which frames are searched together
field_search one field, whatever it holds
joined       tracklets of one object, across fields and nights
products     what a search leaves in a folder
search       all of it
============ =================================================================
"""

from __future__ import annotations

from astrolib.movers.night.field_search import Plan
from astrolib.movers.night.search import KnownBy, NightSearch, search_night

__all__ = ["KnownBy", "NightSearch", "Plan", "search_night"]
