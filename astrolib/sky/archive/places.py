"""Which positions lie within a circle on the sky."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit_vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors of positions [deg], shape (n, 3)."""
    longitude, latitude = np.radians(ra), np.radians(dec)
    across = np.cos(latitude)
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=-1)


def distances(
    ra: NDArray[np.float64], dec: NDArray[np.float64], centre: tuple[float, float]
) -> NDArray[np.float64]:
    """Return how far positions lie from `centre` [deg]; NaN for those that are not known."""
    chord = np.linalg.norm(unit_vectors(ra, dec) - unit_vectors(*map(np.asarray, centre)), axis=-1)
    return np.degrees(2 * np.arcsin(np.clip(chord / 2, 0, 1)))


def within(
    ra: NDArray[np.float64], dec: NDArray[np.float64], centre: tuple[float, float], radius: float
) -> NDArray[np.bool_]:
    """Say which positions lie within `radius` of `centre` [deg], to a micro-arcsecond."""
    return distances(ra, dec, centre) <= radius + 3e-10
