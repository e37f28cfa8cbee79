"""Simulated nights: frames of the sky with stars, what moves among them, and the truth about both.

============ ==================================================================
psf          the image of a point
placement    where pixels look
scene        what stands still
motion       what moves
defects      what a frame shows that is not in the sky
light        all of that in one exposure
snr          signal-to-noise ratio by which movers are specified
truth        what is true of the movers
------------ ------------------------------------------------------------------
regimes      the eight kinds of field on which a search is measured
conditions   camera, sky, seeing and pointing of such a field
field        a field of reduced frames
score        how many movers a search has found
------------ ------------------------------------------------------------------
cameras      a mosaic and a small chip
detector     what a chip is like, and how it is read out
programme    the fields of a night, and when each exposure was made
calibrations bias, dark and flat
chip_shot    one science exposure on one chip
raw          raw frames as files
reference    the reference catalogue
known        the objects of a night, and what others know of them
observers    where observers stand
seen         known objects as an observer sees them
night        a raw night in a folder
============ ==================================================================
"""

from astrolib.sky.nights.field import SimulatedField, floor_field
from astrolib.sky.nights.night import make_night
from astrolib.sky.nights.regimes import REGIMES
from astrolib.sky.nights.score import Score, score

__all__ = ["REGIMES", "Score", "SimulatedField", "floor_field", "make_night", "score"]
