"""The strata of an audit, and how many spectra are asked about in each.

What a network calls a target is cut by its score. All else is ranked by the score of the target it comes
nearest to, and cut at ranks that grow as a geometric series; what lies beyond is the bulk. Only the order of
the scores counts, so an overconfident network is cut as well as a calibrated one. Equal numbers in strata
that grow in this way come near to Neyman's allocation (Cochran 1977, section 5.5) for targets whose density
falls as the inverse square of the rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLAIMED = 0.2  # share of the sample among what is called a target
BULK = 0.08  # share of the sample in the bulk
MOST_CUTS = 10  # of what is called no target, by the score of each target
PER_STRATUM = 14  # a stratum is cut when it would be asked about so often
FIRST = 0.2  # rank of the first cut, in units of the class's size
REACH = 16.0  # rank where the bulk begins, in the same units,
REACH_OF_POOL = 0.05  # or as a share of the pool, whichever is further
FEWEST = 20.0  # no class is taken to be smaller
ASKED = 0.5  # share of a stratum that is asked about at most, while others can take more


@dataclass(frozen=True)
class Strata:
    """A partition of the pool.

    Attributes
    ----------
    of : ndarray of int16, shape (N,)
        The stratum of each spectrum, an index of `names`; -1 for what is not drawn from.
    names : tuple of str
        "claimed C B", "near C B" or "bulk": C is the target's column, B counts from the surest score.
    allocation : ndarray of int64
        How many spectra are asked about in each stratum.
    """

    of: NDArray[np.int16]
    names: tuple[str, ...]
    allocation: NDArray[np.int64]


def stratify(
    probabilities: NDArray[np.float32], targets: tuple[int, ...], size: int, eligible: NDArray[np.bool_]
) -> Strata:
    """Cut the eligible spectra into strata, and share the sample among them.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (N, k)
        The scores.
    targets : tuple of int
        The columns of the classes of interest.
    size : int
        How many spectra are asked about.
    eligible : ndarray of bool, shape (N,)
        What may be drawn.
    """
    rows = np.flatnonzero(eligible)
    called = probabilities[rows].argmax(axis=1)
    parts = _claimed(probabilities, rows, called, targets, size) + _rest(
        probabilities, rows[~np.isin(called, targets)], targets, size, called
    )
    if len(parts) > size:
        parts = [("all", rows, 1.0)]
    of = np.full(len(probabilities), -1, np.int16)
    for index, (_, members, _) in enumerate(parts):
        of[members] = index
    sizes = np.array([len(members) for _, members, _ in parts], dtype=np.int64)
    shares = np.array([share for *_, share in parts])
    return Strata(of, tuple(name for name, *_ in parts), apportion(size, shares, sizes))


_Part = tuple[str, NDArray[np.int64], float]  # name, rows, share of the sample


def _claimed(
    probabilities: NDArray[np.float32],
    rows: NDArray[np.int64],
    called: NDArray[np.int64],
    targets: tuple[int, ...],
    size: int,
) -> list[_Part]:
    """Cut what is called a target into equal parts by its score."""
    parts: list[_Part] = []
    share = CLAIMED / len(targets)
    count = max(1, min(3, int(share * size / PER_STRATUM)))
    for target in targets:
        members = rows[called == target]
        members = members[np.argsort(-probabilities[members, target], kind="stable")]
        cuts = [cut for cut in np.array_split(members, count) if len(cut)]
        parts += [(f"claimed {target} {i}", cut, share / len(cuts)) for i, cut in enumerate(cuts)]
    return parts


def _rest(
    probabilities: NDArray[np.float32],
    rest: NDArray[np.int64],
    targets: tuple[int, ...],
    size: int,
    called: NDArray[np.int64],
) -> list[_Part]:
    """Cut what is called no target by its best rank among the targets' scores."""
    units = np.array([_class_size(probabilities, called, target) for target in targets])
    ranks = np.empty((len(targets), len(rest)))
    for rank, target, unit in zip(ranks, targets, units, strict=True):
        rank[np.argsort(-probabilities[rest, target], kind="stable")] = np.arange(0.5, len(rest)) / unit
    nearest, best = ranks.argmin(axis=0), ranks.min(axis=0)
    shares = (1 - CLAIMED - BULK) * units**-0.5 / (units**-0.5).sum()  # a missed one of few counts for more
    parts: list[_Part] = []
    bulk = np.ones(len(rest), bool)
    for index, (target, unit, share) in enumerate(zip(targets, units, shares, strict=True)):
        count = max(1, min(MOST_CUTS, int(share * size / PER_STRATUM)))
        reach = max(REACH, REACH_OF_POOL * len(rest) / unit)
        edges = np.geomspace(FIRST, reach, count) if count > 1 else np.array([reach])
        cut = np.where(nearest == index, np.searchsorted(edges, best), count)
        bulk &= cut == count
        members = [(f"near {target} {i}", rest[cut == i], share / count) for i in range(count)]
        parts += [part for part in members if len(part[1])]
    return [*parts, ("bulk", rest[bulk], BULK)] if bulk.any() else parts


def _class_size(probabilities: NDArray[np.float32], called: NDArray[np.int64], target: int) -> float:
    """Guess how many spectra belong to a class, before anybody looked."""
    return max(FEWEST, float(probabilities[:, target].sum()), float((called == target).sum()))


def apportion(size: int, shares: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Share `size` among strata: in proportion, at least two (or one) in each, at most half where possible.

    Parameters
    ----------
    size : int
        The sum; all that there is, if it is more than that.
    shares : ndarray of float64, shape (H,)
        The wished proportions.
    sizes : ndarray of int64, shape (H,)
        How many there are in each stratum.
    """
    if size >= sizes.sum():
        return sizes.copy()
    least = np.minimum(2 if size >= 2 * len(sizes) else 1, sizes)
    most = np.maximum(least, np.ceil(ASKED * sizes).astype(np.int64))
    if most.sum() < size:
        most = sizes
    given = least.copy()
    while given.sum() < size:
        room = given < most
        behind = np.where(room, shares * size / (given + 0.5), -1.0)
        given[np.argmax(behind)] += 1
    return given
