"""The path through trails: places on the grid as polynomials of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from astrolib.movers.trails.sightings import Sighting, Sightings

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Path:
    """Where an object is at any time.

    Parameters
    ----------
    time : float
        To which the coefficients refer [min].
    coefficients : ndarray, shape (degree + 1, 2)
        Of x and y, powers of the time rising [pixel, min].
    """

    time: float
    coefficients: Vector

    def at(self, minutes: float) -> tuple[Vector, Vector]:
        """Return place and motion [pixel, pixel/min] at a time."""
        since = minutes - self.time
        place = np.asarray(polynomial.polyval(since, self.coefficients), np.float64)
        motion = np.asarray(polynomial.polyval(since, polynomial.polyder(self.coefficients)), np.float64)
        return place, motion


def path_of(sightings: Sequence[Sighting], frames: Sequence[Sightings], degree: int) -> Path:
    """Return the path of least squares through sightings: even (degree 1) or bent (2)."""
    time = np.array([frames[one.frame].plate.minutes for one in sightings])
    place = np.array([one.place for one in sightings])
    middle = time.mean()
    return Path(float(middle), polynomial.polyfit(time - middle, place, degree))
