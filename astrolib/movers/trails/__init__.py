"""Movers so fast that they leave trails: found, fitted and linked by what each trail says of its motion."""

from __future__ import annotations

from astrolib.movers.trails.fit import Fit, fit_trail
from astrolib.movers.trails.model import Profile, Trail, draw
from astrolib.movers.trails.search import SLOWEST, find

__all__ = ["SLOWEST", "Fit", "Profile", "Trail", "draw", "find", "fit_trail"]
