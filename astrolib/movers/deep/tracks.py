"""One candidate of the deep search, measured in every frame on the path that all of them show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.candidates import Candidate
from astrolib.movers.deep.fitting import CURVED, fit_places
from astrolib.movers.deep.joint import most_likely
from astrolib.movers.deep.search import Deep
from astrolib.movers.difference.interpolation import nearest
from astrolib.movers.difference.measuring import Measured, measure
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.found import Detection

Values = NDArray[np.float64]

_SHOWS = 2.0  # a frame's row is kept from this score
_FAINT = 5.0  # median score below which places of single frames do not tell the path
_BRIGHT = 10.0  # from this score the flux is taken at the maximum, below where the path says
_ROUNDS = 2  # of measuring and fitting: a place is looked for only near the path
_OFF = 3.0  # errors from the path, beyond which a row is another source
_UNSURE = 0.3  # of a place, whatever its light [pixel]


def shown(field: Registered, deep: Deep, candidate: Candidate) -> tuple[Track, NDArray[np.intp]]:
    """Measure a candidate, and say which frames show it: whole, where there are three of them.

    Parameters
    ----------
    field : Registered
        The frames.
    deep : Deep
        What was found in them.
    candidate : Candidate
        One of it.

    Returns
    -------
    track : Track
        It, measured in every frame.
    shows : ndarray of int
        The frames that show it.
    """
    track, good = _track(field, deep, candidate, candidate.curved)
    if good.sum() < len(field) == 3:
        # Three places off a straight line may be on a curved one.
        track, good = _track(field, deep, candidate, True)
    whole = good & _whole(deep.difference.sigma, track.free.x, track.free.y)
    return track, np.flatnonzero(whole if whole.sum() >= 3 else good)


def _track(
    field: Registered, deep: Deep, candidate: Candidate, curved: bool
) -> tuple[Track, NDArray[np.bool_]]:
    """Measure a candidate, and say which frames show it on its path."""
    # Of three frames two make a straight path shine; what is bent is where it was found.
    bent = curved and len(field) == 3
    x, y = (candidate.x, candidate.y) if bent else _joint_path(field, deep, candidate.x, candidate.y)
    free = measure(field, deep.difference, x, y)
    scores = free.score[free.score > _SHOWS]
    if len(scores) and np.median(scores) > _FAINT:
        for _ in range(_ROUNDS):
            x, y = fit_places(field, free, free.score > _SHOWS, curved)
            free = measure(field, deep.difference, x, y)
    forced = measure(field, deep.difference, x, y, free=False)
    off = np.hypot(free.x - x, free.y - y) / np.sqrt(
        np.trace(free.covariance, axis1=1, axis2=2) / 2 + _UNSURE**2
    )
    inside = [
        bool(field.inside(number, *place)) for number, place in enumerate(zip(free.x, free.y, strict=True))
    ]
    good = (free.score > _SHOWS) & (forced.score > 1.0) & (off < _OFF) & inside
    return Track(field, deep, free, forced, x, y), good


def _joint_path(field: Registered, deep: Deep, x: Values, y: Values) -> tuple[Values, Values]:
    """Return the path on which all frames show most: straight, or curved where that shows much more."""
    *straight, most = most_likely(field, deep.difference, x, y, 1)
    if len(field) > 3:
        *bent, more = most_likely(field, deep.difference, x, y, 2)
        if more**2 - most**2 > CURVED:
            return bent[0], bent[1]
    return straight[0], straight[1]


def _whole(sigma: NDArray[np.float32], x: Values, y: Values) -> NDArray[np.bool_]:
    """Say in which frames nothing near a place is masked or outside."""
    whole = np.ones(len(x), bool)
    for dy in (-2, 0, 2):
        for dx in (-2, 0, 2):
            whole &= np.isfinite(nearest(sigma, x + dx, y + dy))
    return whole


@dataclass(frozen=True, eq=False)
class Track:
    """One mover: measured freely, measured on its fitted path, and that path."""

    field: Registered
    deep: Deep
    free: Measured
    forced: Measured
    x: Values
    y: Values

    def row(self, number: int) -> Detection:
        """Return the measurement in one frame."""
        flux_from = self.free if self.free.score[number] > _BRIGHT else self.forced
        slope = [np.gradient(place, self.field.minutes)[number] for place in (self.x, self.y)]
        angle = float(np.arctan2(slope[1], slope[0]))
        length = float(np.hypot(*slope)) * self.field.originals[number].exposure / 60.0
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        along, across = np.sqrt(np.diag(turn @ self.free.covariance[number] @ turn.T))
        scale = self.deep.difference.scale[number]
        return Detection(
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
