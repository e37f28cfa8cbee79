"""What a blinking panel shows of one moving object, and the functions that it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from astrolib.widgets.state.verify_functions import Fact

if TYPE_CHECKING:
    from astrolib.movers.blink.vigilance import Watch


@dataclass(frozen=True, eq=False)
class Cutouts:
    """What is blinked.

    Parameters
    ----------
    pixels : ndarray of float32, shape (frames, size, size)
        In order of time, the lowest row first; NaN where a frame ends.
    x, y : ndarray of float64, shape (frames,)
        Where the object is in each cutout, 0-based [pixel].
    x0, y0 : ndarray of int, shape (frames,)
        First pixel of each cutout on the common grid.
    scale : float
        [arcsec/pixel].
    north, east : (float, float)
        Unit vectors on the grid, (x, y).
    """

    pixels: np.ndarray
    x: np.ndarray
    y: np.ndarray
    x0: np.ndarray
    y0: np.ndarray
    scale: float
    north: tuple[float, float]
    east: tuple[float, float]


@dataclass(frozen=True)
class Position:
    """One frame of a tracklet: a row of the panel's table. NaN stands for what nobody knows.

    Parameters
    ----------
    frame, obstime, flags : str
        File name; middle of the exposure, UTC; what was odd about the detection.
    hours : float
        Since the first frame [h].
    measured : bool
        Whether the tracklet has a position here.
    mag, rms_mag, snr, fwhm, ellipticity, theta : float
        `fwhm` [arcsec], `theta` [deg, east of north].
    """

    frame: str
    obstime: str
    hours: float
    measured: bool = False
    mag: float = np.nan
    rms_mag: float = np.nan
    snr: float = np.nan
    fwhm: float = np.nan
    ellipticity: float = np.nan
    theta: float = np.nan
    flags: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of known objects here.

    Parameters
    ----------
    status : str
        ``known``, ``none``, ``ambiguous``, ``failed`` or ``not asked``.
    said : str
        The same in a sentence.
    nearby : tuple of mapping
        Those that match first, then the nearest: ``name``; ``matches``, whether it may be this one;
        ``separation`` [arcsec], ``motion``, by which its motion differs [arcsec/min], how much of each is
        ``allowed`` and ``motion_allowed``, and ``mag``.
    sure : bool
        Whether the known one is where any ephemeris would have it, and not only where its own, which is
        uncertain, may.
    """

    status: str = "not asked"
    said: str = "Nobody asked which known objects are here."
    nearby: tuple[Mapping[str, str | float], ...] = ()
    sure: bool = True


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is on this machine about one tracklet, whichever of its positions count.

    Parameters
    ----------
    id : str
        Of the tracklet.
    cutouts : Cutouts or None
        None where there is no blink file.
    positions : tuple of Position
        One a frame, in the order of the cutouts.
    known : Known
        Known objects nearby.
    trail : tuple of Fact
        Which tests it passed, and how.
    scores : tuple of Fact
        How sure the search or a model is; never sent to the page of a validator who is blind to them.
    missing : tuple of str
        What is not here, and why, in a sentence each.
    """

    id: str
    cutouts: Cutouts | None
    positions: tuple[Position, ...]
    known: Known = field(default_factory=Known)
    trail: tuple[Fact, ...] = ()
    scores: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def frames(self) -> tuple[str, ...]:
        """File names of the frames in which there is a position."""
        return tuple(position.frame for position in self.positions if position.measured)


@dataclass(frozen=True)
class Measured:
    """What the positions that count give together.

    Parameters
    ----------
    facts : tuple of Fact
        Rate, position angle, magnitude, each with its error.
    residuals : mapping
        Frame -> (ra with cos dec, dec, error in ra, error in dec) from the straight line [arcsec]; a position
        that does not count has its own as well.
    means : mapping
        ``fwhm`` [arcsec], ``ellipticity``, ``theta`` [deg].
    lines : str
        As they would be reported; '' where they cannot be.
    why : str
        Why something of this is not here; '' where all is.
    """

    facts: tuple[Fact, ...] = ()
    residuals: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)
    lines: str = ""
    why: str = ""


@dataclass(frozen=True)
class BlinkFunctions:
    """What a panel calls.

    Parameters
    ----------
    evidence : callable
        Id -> `Evidence`; on this machine, and quick.
    measured : callable
        (id, the frames whose position does not count) -> `Measured`; quick.
    watch : callable
        () -> how well people tell what was planted; empty where nothing is.
    """

    evidence: Callable[[str], Evidence]
    measured: Callable[[str, frozenset[str]], Measured]
    watch: Callable[[], Sequence[Watch]] = tuple
