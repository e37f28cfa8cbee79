"""Even and bent motions through the places that the frames told, by least squares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.slow.stamps import Frame

Values = NDArray[np.float64]


def path(
    frames: Sequence[Frame], measured: Values, weight: Values, bent: NDArray[np.bool_]
) -> tuple[Values, Values, Values, Values]:
    """Return place, speed, bend and covariance of the motions through measured places.

    Parameters
    ----------
    measured : ndarray, shape (n, k, 2)
        Places.
    weight : ndarray, shape (n, k, 2, 2)
        Their inverse covariances.
    bent : ndarray of bool, shape (n,)
        Which are not even.
    """
    minutes = np.array([frame.minutes for frame in frames])
    powers = np.stack([np.ones_like(minutes), minutes, minutes**2 / 2])
    normal = np.einsum("ak,bk,nkij->naibj", powers, powers, weight, optimize=True).reshape(-1, 6, 6)
    right = np.einsum("ak,nkij,nkj->nai", powers, weight, measured, optimize=True).reshape(-1, 6)
    even = ~bent[:, None, None] & ((np.arange(6) >= 4) | (np.arange(6)[:, None] >= 4))
    normal = np.where(even, np.eye(6), normal)
    right[~bent, 4:] = 0
    size = np.sqrt(np.maximum(np.einsum("nii->ni", normal), 1e-12))
    scale = size[:, :, None] * size[:, None, :]
    covariance = np.linalg.inv(normal / scale + 1e-9 * np.eye(6)) / scale
    place, speed, bend = np.moveaxis(np.einsum("nij,nj->ni", covariance, right).reshape(-1, 3, 2), 1, 0)
    return place, speed, bend, covariance


def misfit(frames: Sequence[Frame], measured: Values, weight: Values, bent: NDArray[np.bool_]) -> Values:
    """Return the chi^2 (n,) of the motions through measured places."""
    place, speed, bend, _ = path(frames, measured, weight, bent)
    minutes = np.array([frame.minutes for frame in frames])[:, None]
    left = measured - place[:, None] - speed[:, None] * minutes - bend[:, None] * minutes**2 / 2
    return np.einsum("nki,nkij,nkj->n", left, weight, left, optimize=True)
