"""Which spectra are of the same object: by place, else by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

MATCH_RADIUS = 3.0
"""Two places closer than this are the same object [arcsec]."""


def same_object(
    target: NDArray[np.str_], ra: ArrayLike, dec: ArrayLike, radius: float = MATCH_RADIUS
) -> NDArray[np.int64]:
    """Say which spectra are of the same object.

    Places within `radius`, directly or through others, are one object. A name joins only where some
    spectrum of that name has no place: names of stars apart repeat (``flat``, ``star 1``).

    Parameters
    ----------
    target : ndarray of str, shape (n,)
        Empty where unknown.
    ra, dec : array_like of float, shape (n,)
        ICRS [deg]; NaN where unknown.
    radius : float
        [arcsec].

    Returns
    -------
    ndarray of int64, shape (n,)
        The row of the first spectrum of each one's object.
    """
    points = unit_vectors(ra, dec)
    placed = np.isfinite(points).all(axis=1)
    names = np.unique(target[~placed & (target != "")])
    pairs = [_by_place(points, np.flatnonzero(placed), radius), _by_name(target, names)]
    one, other = np.concatenate(pairs, axis=1)
    graph = coo_array((np.ones(len(one), dtype=np.bool_), (one, other)), shape=(len(target),) * 2)
    component = connected_components(graph, directed=False)[1]
    first = np.unique(component, return_index=True)[1]
    return first[component].astype(np.int64)


def unit_vectors(ra: ArrayLike, dec: ArrayLike) -> NDArray[np.float64]:
    """Return places on the sky [deg] as unit vectors, shape (n, 3); NaN where a coordinate is."""
    lon, lat = np.radians(np.asarray(ra, dtype=np.float64)), np.radians(np.asarray(dec, dtype=np.float64))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def chord(radius: float) -> float:
    """Return the distance of two unit vectors whose places are `radius` apart [arcsec]."""
    return float(2 * np.sin(np.radians(radius / 3600) / 2))


def _by_place(points: NDArray[np.float64], rows: NDArray[np.int64], radius: float) -> NDArray[np.int64]:
    """Return pairs of rows that lie together, shape (2, pairs); exact repetitions are joined to one first."""
    if rows.size == 0:
        return np.empty((2, 0), dtype=np.int64)
    places, first, which = np.unique(points[rows], axis=0, return_index=True, return_inverse=True)
    near = cKDTree(places).query_pairs(chord(radius), output_type="ndarray")
    repeated = np.stack([rows[first[which.ravel()]], rows])
    return np.concatenate([repeated, rows[first[near.T]]], axis=1)


def _by_name(target: NDArray[Any], names: NDArray[np.str_]) -> NDArray[np.int64]:
    rows = np.flatnonzero(np.isin(target, names))
    if rows.size == 0:
        return np.empty((2, 0), dtype=np.int64)
    _, first, which = np.unique(target[rows], return_index=True, return_inverse=True)
    return np.stack([rows[first[which]], rows])
