"""Straight and curved paths fitted to the places of single frames, where these tell it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.difference.measuring import Measured
from astrolib.movers.frames.registered import Registered

Values = NDArray[np.float64]

CURVED = 16.0
"""By how much a curved path lessens chi squared where the path is curved."""

_MOST_BENT = 0.3  # sagitta over the length of a path
_VARIES = 0.15  # of a mover's light, from frame to frame


def _doubt(field: Registered, free: Measured, shows: NDArray[np.bool_]) -> Values:
    """Return how far each place may be off [pixel]: by noise, and where its light is unlike the others'.

    What adds to the light of one frame, or takes from it (a neighbour, the edge of a mask), moves its place
    by as great a share of the star's width.
    """
    width = np.array([psf.fwhm for psf in field.psfs])
    usual = np.median(free.flux[shows])
    unlike = (free.flux - usual) ** 2 - (2 * free.flux_err) ** 2 - (_VARIES * usual) ** 2
    spoilt = width * np.sqrt(np.where(shows, np.maximum(unlike, 0), 0)) / usual
    return np.sqrt(np.trace(free.covariance, axis1=1, axis2=2) / 2 + 0.05**2 + spoilt**2)


def fit_places(
    field: Registered, free: Measured, shows: NDArray[np.bool_], curved: bool
) -> tuple[Values, Values]:
    """Return the places of the fitted path at all times: straight, or curved where that is significant.

    Three places say nothing of a curve; there what was found as one stays one.

    No frame counts more than twice the usual one, and what stands off the path counts less (a brighter
    neighbour draws places towards it).
    """
    if shows.sum() < 2:
        return free.x, free.y
    minutes, error = field.minutes, _doubt(field, free, shows)
    error = np.maximum(error, np.median(error[shows]) / 2)
    if curved and shows.sum() == 3:
        return _robust(minutes, free, error, shows, 2)
    straight = _robust(minutes, free, error, shows, 1)
    if shows.sum() > 3:
        bent = _robust(minutes, free, error, shows, 2)
        gain = _unlike(straight, free, error, shows) - _unlike(bent, free, error, shows)
        off = np.hypot(bent[0] - straight[0], bent[1] - straight[1]).max()
        length = np.hypot(np.ptp(straight[0]), np.ptp(straight[1]))
        if gain > CURVED and off < _MOST_BENT * length + 3:
            return bent
    return straight


def _robust(
    minutes: Values, free: Measured, error: Values, shows: NDArray[np.bool_], degree: int
) -> tuple[Values, Values]:
    weight = np.where(shows, 1 / error, 0.0)
    for _ in range(4):
        fitted = [
            np.polyval(np.polyfit(minutes, place, degree, w=weight), minutes) for place in (free.x, free.y)
        ]
        off = np.hypot(free.x - fitted[0], free.y - fitted[1]) / error
        weight = np.where(shows, 1 / error / np.sqrt(1 + (off / 2.5) ** 4), 0.0)
    return np.asarray(fitted[0]), np.asarray(fitted[1])


def _unlike(path: tuple[Values, Values], free: Measured, error: Values, shows: NDArray[np.bool_]) -> float:
    """Return the chi squared of a path, with none worse than three errors in each coordinate."""
    off = np.hypot(free.x - path[0], free.y - path[1]) / error
    return float(np.minimum(off[shows] ** 2, 18.0).sum())
