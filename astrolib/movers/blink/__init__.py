"""What a person blinks to validate a tracklet, and how well people do it.

========= ====================================================================
record    what is blinked of one tracklet
cutouts   windows of frames on one grid of the sky
cutting   one tracklet, cut from every frame
files     the file that holds it
measures  what the positions give when some do not count
vigilance completeness and false alarms of a person, by what was planted
========= ====================================================================
"""

from __future__ import annotations

from astrolib.movers.blink.cutting import cut_blink
from astrolib.movers.blink.files import read_blink, write_blink, write_blinks
from astrolib.movers.blink.record import CUTOUT, Blink

__all__ = ["CUTOUT", "Blink", "cut_blink", "read_blink", "write_blink", "write_blinks"]
