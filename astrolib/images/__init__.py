"""Images: raw frames reduced, placed on the sky and measured."""

from __future__ import annotations
