"""What a search found: sources as they were measured, objects made of them, and the tables of both."""

from __future__ import annotations

from dataclasses import dataclass

from astropy.table import QTable


@dataclass(frozen=True)
class Found:
    """What a stage found.

    Parameters
    ----------
    tracklets, detections, removed : QTable
        As in `astrolib.movers.tracklets.tables`.
    """

    tracklets: QTable
    detections: QTable
    removed: QTable


@dataclass(frozen=True)
class Detection:
    """One source in one frame, trailed or not.

    Parameters
    ----------
    frame : int
        Which, by time.
    x, y : float
        Place on the grid [pixel].
    angle : float
        Direction of the motion, from +x to +y [rad].
    along, across : float
        Standard errors of the place [pixel].
    length : float
        Of the trail [pixel]; 0 for a point.
    flux, flux_error : float
        [ADU of the frame]
    flags : str
        Words with commas.
    """

    frame: int
    x: float
    y: float
    angle: float
    along: float
    across: float
    length: float
    flux: float
    flux_error: float
    flags: str = ""


@dataclass(frozen=True)
class Tracklet:
    """One object: what was measured of it, and what it is.

    Parameters
    ----------
    measured : tuple of Detection
        By time.
    kind : str
        As in the table of tracklets.
    score : float
        Significance of all frames together.
    """

    measured: tuple[Detection, ...]
    kind: str
    score: float
