"""How many targets are among what is called one, how many are missed, and how many nobody could tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.models.audit.posterior import (
    RAREST,
    SUREST,
    Cells,
    Floats,
    claimed_grid,
    line_means,
    missed_grid,
    totals,
)
from astrolib.models.audit.sample import AMBIGUOUS, UNANSWERED, Draw
from astrolib.models.audit.strata import FEWEST

HIDDEN = np.array([0, 0.0015, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2, 0.5, 1, 10, 100])
"""Share of a class that lies in the bulk where no score tells: the points at which it is tried."""
HIDES = (0.01, 0.75)
"""The prior probability that this share is more than nothing; the second in a draw that is wary."""
MOST_HIDDEN, UNFORESEEN = 0.03, 0.05
"""It then lies anywhere up to the first number; the second is the weight of a long tail beyond."""
BULK_SCALE = 0.02
"""Scale of a Lomax distribution of the share that the recalibrated scores alone put into the bulk."""
BIN = 0.5
"""Width of the histograms of scores [ln odds]."""
NONE = 1e-3
"""A Beta distribution needs a shape above zero."""

Wary = NDArray[np.bool_]
"""Which draws take the pessimistic end of what the discrete answers allow, shape (DRAWS,)."""


@dataclass(frozen=True)
class Judged:
    """One class of the pool, as a network judges it and as far as its labels are known.

    Attributes
    ----------
    claimed : ndarray of bool, shape (N,)
        Where the network calls the target.
    score : ndarray of float64, shape (N,)
        The log odds of the target.
    labels : ndarray of int64, shape (N,)
        The answers, and the labels known before; `UNANSWERED` elsewhere.
    target : int
        The column of the class.
    draw : Draw
        The sample.
    """

    claimed: NDArray[np.bool_]
    score: Floats
    labels: NDArray[np.int64]
    target: int
    draw: Draw

    def certain(self, claimed: bool) -> int:
        """Count the targets among what was known before the draw, called the target or not."""
        known = (self.draw.strata < 0) & (self.claimed == claimed)
        return int((known & (self.labels == self.target)).sum())

    def cells(self, claimed: bool) -> tuple[Cells, NDArray[np.int64]]:
        """Cut each stratum to what is called the target, or to what is not; return the strata of the cells.

        The part of a stratum that another network calls the target is a random sample of such, whatever
        drew the stratum (poststratification; Cochran 1977, section 5A.9).
        """
        pool = (self.draw.strata >= 0) & (self.claimed == claimed)
        lowest = self.score[pool].min(initial=0.0)
        position = ((self.score[pool] - lowest) / BIN).astype(np.int64)
        count = int(position.max(initial=0)) + 1
        strata = self.draw.strata[pool].astype(np.int64)
        histogram = np.bincount(strata * count + position, minlength=count * len(self.draw.names))
        histogram = histogram.reshape(-1, count)
        there = np.flatnonzero(histogram.sum(axis=1))
        answered = self._answered(claimed)
        asked = np.bincount(self.draw.strata[answered], minlength=len(histogram))
        hit = answered[self.labels[answered] == self.target]
        found = np.bincount(self.draw.strata[hit], minlength=len(histogram))
        bins = lowest + BIN * (np.arange(count) + 0.5)
        return Cells(histogram[there].astype(np.float64), bins, asked[there], found[there]), there

    def _answered(self, claimed: bool) -> NDArray[np.int64]:
        rows = self.draw.rows
        return rows[(self.labels[rows] != UNANSWERED) & (self.claimed[rows] == claimed)]


def claimed_targets(judged: Judged, wary: Wary, rng: np.random.Generator) -> Floats:
    """Draw how many targets are called targets, from the posterior.

    The prior is Beta(1, 0) on their share, or Beta(0, 1) where a draw is wary.
    """
    cells, _ = judged.cells(claimed=True)
    grid = claimed_grid()
    line = line_means(cells, grid)
    share = np.clip((line * cells.size).sum(axis=-1) / max(1, cells.size.sum()), RAREST, SUREST)
    priors = grid.log_prior + np.log(share), grid.log_prior + np.log1p(-share)
    return totals([(cells, line)], priors, wary, rng) + judged.certain(claimed=True)


def missed_targets(judged: Judged, wary: Wary, rng: np.random.Generator) -> Floats:
    """Draw how many targets are called something else, from the posterior.

    Outside the bulk the prior is Beta(0, 1) on the share of the class that is missed, to first order, or
    Beta(1, 0) where a draw is wary. Hardly anything is asked about in the bulk, so there the prior decides:
    a recalibrated line that would put a large share of the class into it is held unlikely, and a hidden
    share is added, which is nothing unless a draw is wary.
    """
    cells, strata = judged.cells(claimed=False)
    grid = missed_grid(cells.asked.sum())
    line = line_means(cells, grid)
    bulk = np.array([judged.draw.names[stratum] == "bulk" for stratum in strata], dtype=bool)
    near, far = ((line * cells.size)[..., which].sum(axis=-1) for which in (~bulk, bulk))
    class_size = np.maximum(FEWEST, judged.claimed.sum() + near)
    missed = np.clip(near / class_size, RAREST, SUREST)
    log_prior = grid.log_prior - 3 * np.log1p(far / class_size / BULK_SCALE)
    hidden = HIDDEN[:, None, None] * class_size / max(1, cells.size[bulk].sum())
    groups = [(cells.part(~bulk), line[..., ~bulk]), (cells.part(bulk), line[..., bulk] + hidden[..., None])]
    hiding = [np.log(hidden_prior(chance))[:, None, None] for chance in HIDES]
    priors = log_prior + np.log1p(-missed) + hiding[0], log_prior + np.log(missed) + hiding[1]
    return totals(groups, priors, wary, rng) + judged.certain(claimed=False)


def hidden_prior(chance: float) -> Floats:
    """Return the prior probability of each point of `HIDDEN`, where `chance` is that of anything hidden."""
    edges = np.concatenate([[0.0], (HIDDEN[1:] + HIDDEN[:-1]) / 2]) / MOST_HIDDEN
    beyond = np.append(np.maximum(1 - edges, UNFORESEEN * (1 + edges) ** -2.0), 0.0)
    mass = chance * (beyond[:-1] - beyond[1:])
    mass[0] += 1 - chance
    return mass


def untellable(judged: Judged, targets: Floats, wary: Wary, rng: np.random.Generator) -> Floats:
    """Draw how many of those called targets nobody could tell, given how many are targets.

    Their share among the answers that are no target, one for all strata, has a Beta posterior, with the
    one answer more that a draw supposes being an error where it is wary; without a single such answer
    nothing is taken off.
    """
    answered = judged._answered(claimed=True)
    labels = judged.labels[answered]
    known = int(((judged.draw.strata < 0) & judged.claimed & (judged.labels == AMBIGUOUS)).sum())
    some, others = (labels == AMBIGUOUS).sum(), ((labels >= 0) & (labels != judged.target)).sum()
    if some == 0:
        return np.full(len(targets), float(known))
    rest = (judged.draw.strata >= 0) & judged.claimed
    unasked = rest.sum() - len(answered)
    found = (labels == judged.target).sum() + judged.certain(claimed=True)
    free = np.maximum(0, unasked - (targets - found)).astype(np.int64)
    share = rng.beta(some + ~wary, np.maximum(others + wary, NONE))
    return known + some + rng.binomial(free, share)
