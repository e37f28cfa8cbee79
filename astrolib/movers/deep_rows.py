"""What the deep search found, measured and put into tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.candidates import Candidate
from astrolib.movers.deep import Deep
from astrolib.movers.measuring import Measured, measure
from astrolib.movers.registered import Registered
from astrolib.movers.trails import rows

Values = NDArray[np.float64]

_SHOWS = 2.0  # a frame's row is kept from this score
_BRIGHT = 10.0  # from this score the flux is taken at the maximum, below where the path says
_CURVED = 4.0  # errors of the curvature, from which the path is curved
_OFF = 4.0  # errors from the path, beyond which a row is another source


def tabulate(field: Registered, deep: Deep, least: int = 3) -> rows.Found:
    """Return the tables of the deep search.

    Parameters
    ----------
    field : Registered
        The frames.
    deep : Deep
        What was found in them.
    least : int
        Rows that a tracklet has at least.
    """
    found = [_object(field, deep, candidate) for candidate in deep.candidates]
    return rows.tabulate(field, "deep", [one for one in found if len(one.measured) >= least], deep.removed)


def _object(field: Registered, deep: Deep, candidate: Candidate) -> rows.Candidate:
    free = measure(field, deep.difference, candidate.x, candidate.y)
    x, y = _path(field.minutes, free, free.score > _SHOWS)
    forced = measure(field, deep.difference, x, y, free=False)
    off = np.hypot(free.x - x, free.y - y) / np.sqrt(np.trace(free.covariance, axis1=1, axis2=2) / 2 + 0.1)
    shows = np.flatnonzero((free.score > _SHOWS) & (forced.score > 1.0) & (off < _OFF))
    track = _Track(field, deep, free, forced, x, y)
    return rows.Candidate(tuple(track.row(number) for number in shows), "mover", candidate.significance)


def _path(minutes: Values, free: Measured, shows: NDArray[np.bool_]) -> tuple[Values, Values]:
    """Return the places of the fitted path at all times: straight, or curved where that is significant."""
    error = np.sqrt(np.trace(free.covariance, axis1=1, axis2=2) / 2 + 0.05**2)
    if shows.sum() < 2:
        return free.x, free.y
    degree = 1
    if shows.sum() > 3:
        curvature = [
            np.polyfit(minutes[shows], place[shows], 2, w=1 / error[shows], cov="unscaled")
            for place in (free.x, free.y)
        ]
        if any(abs(fitted[0]) > _CURVED * np.sqrt(covariance[0, 0]) for fitted, covariance in curvature):
            degree = 2
    fitted = [np.polyfit(minutes[shows], place[shows], degree, w=1 / error[shows]) for place in (free.x, free.y)]
    return np.polyval(fitted[0], minutes), np.polyval(fitted[1], minutes)


@dataclass(frozen=True, eq=False)
class _Track:
    """One mover: measured freely, measured on its fitted path, and that path."""

    field: Registered
    deep: Deep
    free: Measured
    forced: Measured
    x: Values
    y: Values

    def row(self, number: int) -> rows.Measured:
        """Return the measurement in one frame."""
        flux_from = self.free if self.free.score[number] > _BRIGHT else self.forced
        slope = [np.gradient(place, self.field.minutes)[number] for place in (self.x, self.y)]
        angle = float(np.arctan2(slope[1], slope[0]))
        length = float(np.hypot(*slope)) * self.field.originals[number].exposure / 60.0
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        along, across = np.sqrt(np.diag(turn @ self.free.covariance[number] @ turn.T))
        scale = self.deep.difference.scale[number]
        return rows.Measured(
            frame=number,
            x=float(self.free.x[number]),
            y=float(self.free.y[number]),
            angle=angle,
            along=float(along),
            across=float(across),
            length=length,
            flux=float(flux_from.flux[number] * scale),
            flux_error=float(flux_from.flux_err[number] * scale),
        )
