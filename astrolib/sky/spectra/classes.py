"""The classes of an H-alpha profile, as an observer answers when asked what it looks like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError

SINGLE = "single peak"
DOUBLE = "double peak"
SHELL = "shell"
FILLED = "emission in absorption"
ABSORPTION = "absorption"
OTHER = "other"
BAD = "bad"

KINDS = (SINGLE, DOUBLE, SHELL, FILLED, ABSORPTION, OTHER)
"""What a star can be."""

CLASSES = (*KINDS, BAD)
"""What a spectrum can be; a bad one does not show what the star is."""

SHOWCASE: Mapping[str, float] = {
    SINGLE: 0.22,
    DOUBLE: 0.26,
    SHELL: 0.10,
    FILLED: 0.10,
    ABSORPTION: 0.22,
    OTHER: 0.05,
    BAD: 0.05,
}
"""A prevalence that shows every class: an archive of Be stars."""

SURVEY: Mapping[str, float] = {
    SINGLE: 0.0035,
    DOUBLE: 0.0015,
    SHELL: 0.0010,
    FILLED: 0.0040,
    ABSORPTION: 0.9500,
    OTHER: 0.0100,
    BAD: 0.0300,
}
"""A prevalence as in a survey, where targets are rare."""


def shares(prevalence: Mapping[str, float]) -> tuple[NDArray[np.float64], float]:
    """Return the share of each of `KINDS` among stars, and of bad ones among spectra.

    Raises
    ------
    ParameterError
        If a class is unknown, a share is negative, or no star is left.
    """
    unknown = sorted(set(prevalence) - set(CLASSES))
    total = sum(prevalence.values())
    kinds = np.array([prevalence.get(kind, 0.0) for kind in KINDS])
    bad = prevalence.get(BAD, 0.0)
    if unknown or kinds.min() < 0 or bad < 0 or not kinds.sum() > 0:
        raise ParameterError(
            f"prevalence {dict(prevalence)}",
            remedy=f"give shares of 0 or more to any of {', '.join(CLASSES)}",
        )
    return kinds / kinds.sum(), bad / total
