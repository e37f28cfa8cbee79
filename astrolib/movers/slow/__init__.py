"""Movers so slow that their images overlap from frame to frame: found by the drift of their places."""

from __future__ import annotations

from astrolib.movers.slow.search import FASTEST, find

__all__ = ["FASTEST", "find"]
