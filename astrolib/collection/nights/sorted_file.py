"""A raw file as its header, its name and its pixels say, and as people answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from astropy.time import Time

from astrolib.collection.nights import doubts as asking
from astrolib.collection.nights import instants
from astrolib.collection.nights.doubt import LEAVE_OUT, Doubt


@dataclass(frozen=True)
class SortedFile:
    """A raw file, and all that decides what it is.

    Parameters
    ----------
    id : str
        First 16 hex digits of the SHA-256 of the file.
    path : str
        Where it lies.
    kind, filter, exposure, start, ra, dec, target
        As `FrameHeader` has them, or as a person said. `exposure` in seconds, `start` UTC in ISO 8601, `ra`
        and `dec` [deg].
    gain, read_noise, saturation, telescope, instrument, station, header_map
        As `FrameHeader` has them.
    shape : tuple of int
        Rows and columns of the first image with two axes.
    chips : int
        How many such images the file holds.
    level, noise, stars, overscan_level : float, float, int, float
        As `Pixels` has them.
    night_bias, night_flat : float
        Levels of the night's bias and flat frames [ADU]; NaN where it has none.
    kind_said, name_says, starts, pointings, reduced, time_problem
        What header and name claim, for the questions.
    settled : mapping of str to str
        What a person has answered, by what was asked.
    replaced : mapping of str to object
        What the answers took the place of.
    """

    id: str
    path: str
    kind: str = ""
    filter: str = ""
    exposure: float = math.nan
    start: str = ""
    ra: float = math.nan
    dec: float = math.nan
    target: str = ""
    gain: float = math.nan
    read_noise: float = math.nan
    saturation: float = math.nan
    telescope: str = ""
    instrument: str = ""
    station: str = ""
    header_map: str = ""
    shape: tuple[int, int] = (0, 0)
    chips: int = 1
    level: float = math.nan
    noise: float = math.nan
    stars: int = 0
    overscan_level: float = math.nan
    night_bias: float = math.nan
    night_flat: float = math.nan
    kind_said: str = ""
    name_says: str = ""
    starts: Mapping[str, str] = field(default_factory=dict)
    pointings: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    reduced: str = ""
    time_problem: str = ""
    settled: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name

    @property
    def bias_level(self) -> float:
        """Level without light [ADU]: that of the overscan, or of the night's bias frames; NaN for neither."""
        return self.overscan_level if math.isfinite(self.overscan_level) else self.night_bias

    @property
    def left_out(self) -> bool:
        """Whether a person has said that it is used for nothing, or it is none of the kinds that are used."""
        return LEAVE_OUT in self.settled.values() or self.kind == "other"

    @property
    def middle(self) -> Time | None:
        """Middle of the exposure [UTC]; None where it is not known."""
        return instants.middle(self.start, self.exposure)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What must be asked before this file can be used; empty for one that is sure."""
        return asking.doubts(self)

    def answered(self, about: str, answer: str) -> SortedFile:
        """Return the file as it is after a person's answer; see `doubts.settle`."""
        return asking.settle(self, about, answer)
