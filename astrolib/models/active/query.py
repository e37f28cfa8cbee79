"""The spectra to ask about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from astrolib.models.active.plan import Plan
from astrolib.models.active.spread import company, components, spread
from astrolib.models.active.uncertainty import of_targets, uncertainty

CONFIRMED = 4
"""One query in so many is a candidate, drawn at random from all."""

SHORTLIST = 2
"""Spectra among which the unsure ones are spread, for each that is wanted."""

OUTSKIRTS = 4.0
"""Power of the distance when nothing is known: between following the density and collecting the noise."""

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
    probabilities: NDArray[np.float32],
    features: Features,
    plan: Plan,
    count: int,
    open_: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Choose the spectra that teach most, and that are not of one kind.

    A quarter of them is drawn at random from those that the network calls targets: what confirms or refutes
    a candidate teaches too, and a rare class needs examples. The rest are the least sure.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (members, spectra, classes)
        Of each network of the committee.
    features : callable
        Rows -> what the network sees in them, shape (rows, features).
    plan : Plan
        What the loop is to do.
    count : int
        How many.
    open_ : ndarray of bool, shape (spectra,)
        Which may be chosen.
    rng : numpy.random.Generator
        The source of chance.
    """
    rows = np.flatnonzero(open_)
    if plan.strategy == "random":
        return rng.choice(rows, min(count, len(rows)), replace=False)
    called = probabilities.mean(axis=0).argmax(axis=1)
    candidates = rows[np.isin(called[rows], plan.columns)]
    confirmed = rng.choice(candidates, min(count // CONFIRMED, len(candidates)), replace=False)
    rows = np.setdiff1d(rows, confirmed)
    unsure = uncertainty(of_targets(probabilities, plan.columns), plan.strategy)
    wanted = count - len(confirmed)
    best = rows[np.argsort(-unsure[rows], kind="stable")[: SHORTLIST * wanted]]
    picked = spread(
        features(best), wanted, rng, weights=unsure[best].astype(float) ** 2 + np.finfo(np.float32).eps
    )
    return np.concatenate([confirmed, best[picked]])
