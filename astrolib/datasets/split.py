"""Train, validation and test: whole objects go to one of them, each class in the same proportion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError

FRACTIONS = {"train": 0.7, "validation": 0.15, "test": 0.15}


def split_objects(
    objects: NDArray[np.str_], labels: NDArray[np.str_], fractions: Mapping[str, float], seed: int
) -> NDArray[np.str_]:
    """Give each spectrum a part, all spectra of an object the same.

    Objects are dealt out class by class, so that a rare class is in every part as soon as it has enough
    objects; an object of several classes counts for its rarest. The largest part is dealt to first.

    Parameters
    ----------
    objects : ndarray of str, shape (n,)
        Key of each spectrum's object.
    labels : ndarray of str, shape (n,)
        Class of each spectrum.
    fractions : mapping of str to float
        Share of each part; the shares add up to 1.
    seed : int
        Of the order in which objects are dealt.

    Returns
    -------
    ndarray of str, shape (n,)

    Raises
    ------
    ParameterError
        If the fractions are not positive or do not add up to 1.
    """
    shares = np.array(list(fractions.values()), dtype=np.float64)
    if not (shares.size and (shares > 0).all() and abs(shares.sum() - 1) < 1e-6):
        raise ParameterError(f"fractions {dict(fractions)}", remedy="give positive ones that add up to 1")
    keys, which = np.unique(objects, return_inverse=True)
    rarest = _rarest_class(which, labels, len(keys))
    parts = np.empty(len(keys), dtype=np.int64)
    rng = np.random.default_rng(seed)
    for name in np.unique(rarest):
        members = rng.permutation(np.flatnonzero(rarest == name))
        parts[members] = _dealt(len(members), shares)
    return np.array(list(fractions))[parts[which]]


def _rarest_class(which: NDArray[np.int64], labels: NDArray[np.str_], n_objects: int) -> NDArray[np.int64]:
    """Return for each object the number of its rarest class; numbers grow with how common a class is."""
    _, number, counts = np.unique(labels, return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(counts, kind="stable"), kind="stable")
    rarest = np.full(n_objects, len(counts), dtype=np.int64)
    np.minimum.at(rarest, which, rank[number])
    return rarest


def _dealt(n: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a part for each of `n` objects: at every step the part that lacks most gets the next."""
    given = np.zeros(len(shares))
    parts = np.empty(n, dtype=np.int64)
    for number in range(n):
        parts[number] = np.argmax(shares * (number + 1) - given)
        given[parts[number]] += 1
    return parts
