"""The spectra to ask about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from astrolib.models.active.plan import Plan
from astrolib.models.active.spread import company, components, spread
from astrolib.models.active.uncertainty import of_targets, uncertainty

FEW_LABELS = 6
"""While a target has fewer, half of a batch goes on looking for rare profiles."""

OUTSKIRTS = 4.0
"""Power of the distance when nothing is known: between following the density and collecting the noise."""

_SHORTLIST = 6
"""Spectra among which a batch is spread, in batches."""

Features = Callable[[NDArray[np.int64]], NDArray[np.float32]]


def first_batch(
    flux: NDArray[np.float32], count: int, open_: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose spectra by their shape alone, rare shapes before common ones.

    Parameters
    ----------
    flux : ndarray of float32, shape (spectra, pixels)
        The pool.
    count : int
        How many.
    open_ : ndarray of bool, shape (spectra,)
        Which may be chosen; it stays away from the others.
    rng : numpy.random.Generator
        The source of chance.
    """
    points = components(flux, rng)
    weights = company(points, rng) * open_
    return spread(points, count, rng, power=OUTSKIRTS, weights=weights, taken=np.flatnonzero(~open_))


def choose(
    flux: NDArray[np.float32],
    probabilities: NDArray[np.float32],
    features: Features,
    labelled: Sequence[int],
    plan: Plan,
    open_: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Choose the spectra that teach most, and that are not of one kind.

    Parameters
    ----------
    flux : ndarray of float32, shape (spectra, pixels)
        The pool.
    probabilities : ndarray of float32, shape (members, spectra, classes)
        Of each network of the committee.
    features : callable
        Rows -> what the network sees in them, shape (rows, features).
    labelled : sequence of int
        How many labels each target has.
    plan : Plan
        What the loop is to do.
    open_ : ndarray of bool, shape (spectra,)
        Which may be chosen.
    rng : numpy.random.Generator
        The source of chance.
    """
    if plan.strategy == "random":
        rows = np.flatnonzero(open_)
        return rng.choice(rows, min(plan.batch_size, len(rows)), replace=False)
    blind = plan.batch_size // 2 if min(labelled) < FEW_LABELS else 0
    found = first_batch(flux, blind, open_, rng) if blind else np.empty(0, dtype=np.int64)
    left = open_.copy()
    left[found] = False
    unsure = uncertainty(of_targets(probabilities, plan.columns), plan.strategy)
    rows = np.flatnonzero(left)
    best = rows[np.argsort(-unsure[rows], kind="stable")[: _SHORTLIST * (plan.batch_size - blind)]]
    picked = spread(
        features(best), plan.batch_size - blind, rng, weights=unsure[best].astype(float) ** 2 + 1e-9
    )
    return np.concatenate([found, best[picked]])
