"""Simulated nights: frames of the sky with stars, what moves among them, and the truth about both.

========== ====================================================================
regimes    the eight kinds of field on which a search is measured
psf        the image of a point
snr        signal-to-noise ratio by which movers are specified
conditions camera, sky, seeing and pointing
scene      what stands still
motion     what moves
defects    what a frame shows that is not in the sky
truth      what is true of the movers
field      a field of reduced frames with truth
score      how many movers a search has found
========== ====================================================================
"""

from astrolib.sky.nights.field import SimulatedField, floor_field
from astrolib.sky.nights.regimes import REGIMES
from astrolib.sky.nights.score import Score, score

__all__ = ["REGIMES", "Score", "SimulatedField", "floor_field", "score"]
