"""Why a spectrum is not prepared: a word to count by, and a sentence with the remedy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from astropy.table import QTable

from astrolib.core.errors import AstrolibError

FLAGS = {
    "wavelength": "it does not increase, or is not finite",
    "medium": "air or vacuum is not known",
    "frame": "the velocity frame cannot be reached",
    "resolution": "the resolving power is not known, or too low",
    "range": "it does not cover the grid",
    "not finite": "fluxes that are needed are not finite",
    "masked at the line": "pixels near the line are masked",
    "masked": "too many pixels are masked",
    "too noisy": "the signal-to-noise ratio is too low",
    "flat": "all fluxes are the same",
    "continuum": "the continuum is not positive",
}
"""Every flag, and what it means."""


class UnfitError(AstrolibError):
    """A spectrum cannot be prepared.

    Parameters
    ----------
    flag : str
        One of `FLAGS`.
    what, remedy : str
        As for `AstrolibError`.
    """

    def __init__(self, flag: str, what: str, *, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.flag = flag


class Rejected(NamedTuple):
    """A spectrum that was not prepared: its identity, source, one of `FLAGS`, and one line that says why."""

    id: str
    source: str
    flag: str
    reason: str


def table_of(rejected: list[Rejected]) -> QTable:
    """Return the content of ``rejected.ecsv``."""
    columns = zip(*rejected, strict=True) if rejected else ([],) * len(Rejected._fields)
    named = zip(Rejected._fields, columns, strict=True)
    return QTable({name: np.array(column, dtype=str) for name, column in named})
