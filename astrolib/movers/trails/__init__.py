"""Movers so fast that they leave trails: found, fitted and linked by what each trail says of its motion.

========= ====================================================================
static    frames without what stands still
plate     a frame as the search for trails sees it
model     the image of a point that moved while the shutter was open
bank      trails detected by matched filters
fit       a trail fitted to pixels
sightings the trails of one frame
paths     the path through trails
linking   trails of several frames on one path
refining  chains measured anew along one path
chains    from pairs of trails to objects
search    all of it
========= ====================================================================
"""

from __future__ import annotations

from astrolib.movers.trails.fit import Fit, fit_trail
from astrolib.movers.trails.model import Profile, Trail, draw
from astrolib.movers.trails.search import SLOWEST, search_trails

__all__ = ["SLOWEST", "Fit", "Profile", "Trail", "draw", "fit_trail", "search_trails"]
