"""Report: what may leave the platform, and the ledger of what left."""

from __future__ import annotations
