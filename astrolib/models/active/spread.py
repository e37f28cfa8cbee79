"""Choose points far from one another: a batch is no heap of twins, and a first batch meets the rare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

COMPONENTS = 6
"""Principal components that tell profiles apart: with more of them, noise does."""

NEIGHBOURS = 10

_SAMPLE = 20_000
_TREE = 100_000


def spread(
    points: NDArray[np.float32],
    count: int,
    rng: np.random.Generator,
    *,
    power: float = 2.0,
    weights: NDArray[np.floating] | None = None,
    taken: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Draw points one by one, each with a chance that grows with its distance from those drawn before.

    With a power of 2 this is the seeding of k-means++ (Arthur & Vassilvitskii 2007, SODA, 1027), which
    follows the density; greater powers go to the outskirts.

    Parameters
    ----------
    points : ndarray of float32, shape (n, dimensions)
        Where they are.
    count : int
        How many; fewer come back where there are not so many that differ.
    rng : numpy.random.Generator
        The source of chance.
    power : float
        Of the distance.
    weights : ndarray, shape (n,), optional
        Multiplied with the chance; 0 excludes a point.
    taken : ndarray of int, optional
        Rows that were chosen before, from which to stay away too.

    Returns
    -------
    ndarray of int64, shape (count,)
        Rows, in the order in which they were drawn.
    """
    chance = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=np.float64)
    squared = np.full(len(points), np.inf)
    if taken is not None and len(taken):
        squared = cKDTree(points[taken]).query(points)[0] ** 2
    chosen: list[int] = []
    for _ in range(min(count, len(points))):
        odds = chance * (squared ** (power / 2) if np.isfinite(squared[0]) else 1.0)
        total = odds.sum()
        if not total > 0:
            break
        row = int(np.searchsorted(np.cumsum(odds), rng.random() * total, side="right"))
        chosen.append(min(row, len(points) - 1))
        difference = points - points[chosen[-1]]
        np.minimum(squared, np.einsum("ij,ij->i", difference, difference), out=squared)
    return np.array(chosen, dtype=np.int64)


def company(points: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how close the company of each point is, as the inverse square of a distance.

    A rare class is far from the others, but its members are near one another; a defective spectrum is alone.
    The distance is that to the `NEIGHBOURS`-th neighbour in a sample of the points.
    """
    sample = rng.choice(len(points), min(_TREE, len(points)), replace=False)
    nth = min(NEIGHBOURS + 1, len(sample))
    distance = cKDTree(points[sample]).query(points, k=[nth])[0][:, 0]
    return 1 / np.maximum(distance, np.finfo(np.float32).eps) ** 2


def components(flux: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the first principal components of spectra, shape (spectra, `COMPONENTS`), found on a sample."""
    sample = np.asarray(flux[np.sort(rng.choice(len(flux), min(_SAMPLE, len(flux)), replace=False))])
    mean = sample.mean(axis=0, dtype=np.float64)
    _, vectors = np.linalg.eigh(np.cov((sample - mean).T))
    axes = vectors[:, ::-1][:, :COMPONENTS].astype(np.float32)
    return np.concatenate(
        [(flux[first : first + _SAMPLE] - mean.astype("f4")) @ axes for first in range(0, len(flux), _SAMPLE)]
    )
