"""A science platform for astronomers who find things.

The rooms, from the bottom up: `core`, `archive`, `collection`, `spectra` and `images`, `movers`, `labels`,
`datasets`, `models`, `candidates`, `report` and `sky`, `jobs` and `widgets`, `cli`. Each is imported when it
is first named, so that ``import astrolib`` costs nothing.
"""

from __future__ import annotations

import importlib
from types import ModuleType

__version__ = "0.1.0"

__all__ = [
    "archive",
    "candidates",
    "collection",
    "core",
    "datasets",
    "images",
    "jobs",
    "labels",
    "models",
    "movers",
    "report",
    "sky",
    "spectra",
    "widgets",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return importlib.import_module(f"astrolib.{name}")
    raise AttributeError(f"module 'astrolib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
