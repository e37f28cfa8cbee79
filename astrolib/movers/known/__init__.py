"""Which tracklets are known objects.

============== ===============================================================
matches        how near known objects come, in position and in motion
identification which of them a tracklet is
============== ===============================================================
"""

from __future__ import annotations

from astrolib.movers.known.identification import Identification, identify
from astrolib.movers.known.matches import MATCH, SURE

__all__ = ["MATCH", "SURE", "Identification", "identify"]
