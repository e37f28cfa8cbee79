"""Movers: what moved between the frames of a night, and whether it is known."""

from __future__ import annotations
