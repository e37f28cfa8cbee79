"""How well a person tells planted movers from planted decoys: completeness and false alarms by magnitude."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from astropy.stats import binom_conf_interval
from astropy.table import QTable
from numpy.typing import NDArray

BIN = 0.5
"""Width of a bin [mag]."""

LEVEL = 0.6827
"""Of the intervals: Jeffreys' (Brown, Cai and DasGupta 2001, Statistical Science 16, 101)."""

Answer = tuple[str, str, str]
"""Tracklet, person, verdict."""


@dataclass(frozen=True)
class Watch:
    """How well one person tells planted movers from planted decoys, in all or in one bin of magnitude.

    Parameters
    ----------
    who : str
        The person.
    mag : float
        Middle of the bin; NaN for all together.
    n, found : int
        Planted movers answered, and those called valid.
    n_decoys, alarms : int
        Decoys answered, and those called valid.
    """

    who: str
    mag: float
    n: int
    found: int
    n_decoys: int
    alarms: int

    @property
    def completeness(self) -> tuple[float, float, float]:
        """The share of planted movers called valid, and its interval; NaN where none was answered."""
        return _share(self.found, self.n)

    @property
    def false_alarms(self) -> tuple[float, float, float]:
        """The share of decoys called valid, and its interval; NaN where none was answered."""
        return _share(self.alarms, self.n_decoys)


def vigilance(planted: QTable, answers: Iterable[Answer]) -> list[Watch]:
    """Return how many planted movers and decoys each person called valid, in all and by magnitude.

    Parameters
    ----------
    planted : QTable
        Of the schema `PLANTED`.
    answers : iterable of (str, str, str)
        Tracklet, person and verdict (``valid``, ``invalid`` or ``unsure``), one a person and tracklet;
        other tracklets are passed over.

    Returns
    -------
    list of Watch
        By person; all magnitudes together first, then bin by bin.
    """
    truth = {
        str(row["tracklet_id"]): (str(row["kind"]) == "mover", float(row["mag"].to_value("mag")))
        for row in planted
    }
    said: dict[str, list[tuple[bool, float, bool]]] = {}
    for tracklet, who, verdict in answers:
        if tracklet in truth:
            said.setdefault(who, []).append((*truth[tracklet], verdict == "valid"))
    return [row for who in sorted(said) for row in _rows(who, said[who])]


def _rows(who: str, said: list[tuple[bool, float, bool]]) -> Iterable[Watch]:
    movers, mags, valid = (np.array(column) for column in zip(*said, strict=True))
    yield _row(who, np.nan, movers, valid)
    bins = np.floor(mags / BIN)
    for one in np.unique(bins[np.isfinite(bins)]):
        inside = bins == one
        yield _row(who, float((one + 0.5) * BIN), movers[inside], valid[inside])


def _row(who: str, mag: float, movers: NDArray[np.bool_], valid: NDArray[np.bool_]) -> Watch:
    parts = (movers, movers & valid, ~movers, ~movers & valid)
    return Watch(who, mag, *(int(np.sum(part)) for part in parts))


def _share(part: int, whole: int) -> tuple[float, float, float]:
    if not whole:
        return np.nan, np.nan, np.nan
    low, high = binom_conf_interval(part, whole, LEVEL, "jeffreys")
    return part / whole, float(low), float(high)
