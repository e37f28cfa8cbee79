"""Sources of several frames linked along straight or slightly bent paths."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Values = NDArray[np.float64]

_NEAR = 2.5  # of a straight path through two sources, a third lies on it [pixel]
_FLUX = 2.0  # ratio of the fluxes of one mover, at most, and what noise adds


def links(
    minutes: Values, loose: list[NDArray[Any]], limits: tuple[float, float], least: int
) -> list[dict[int, int]]:
    """Return chains: frame to source. Longest and straightest first, and no source twice."""
    trees = [cKDTree(np.stack((one["x"], one["y"]), axis=1)) if len(one) else None for one in loose]
    chains = []
    for first, second in combinations(range(len(minutes)), 2):
        if second - first <= max(2, len(minutes) - 3):
            chains += _from_pair(minutes, loose, trees, (first, second), limits)
    chains = [chain for chain in chains if len(chain[0]) >= least]
    used: set[tuple[int, int]] = set()
    kept = []
    for chain, _ in sorted(chains, key=lambda one: (-len(one[0]), one[1])):
        if used.isdisjoint(chain.items()):
            used |= set(chain.items())
            kept.append(chain)
    return kept


def _from_pair(
    minutes: Values,
    loose: list[NDArray[Any]],
    trees: list[cKDTree | None],
    pair: tuple[int, int],
    limits: tuple[float, float],
) -> list[tuple[dict[int, int], float]]:
    """Return the chains that begin with two sources, each with its rms [pixel]."""
    first, second = pair
    here, there = trees[first], trees[second]
    if here is None or there is None:
        return []
    span = minutes[second] - minutes[first]
    chains = []
    for left, near in enumerate(here.query_ball_tree(there, limits[1] * span)):
        for right in near:
            a, b = loose[first][left], loose[second][right]
            way = np.array([b["x"] - a["x"], b["y"] - a["y"]])
            if np.hypot(*way) < limits[0] * span or not _alike(a, b):
                continue
            chain = _extended(minutes, loose, trees, {first: left, second: right})
            if len(chain) > 2:
                chains.append((chain, _rms(minutes, loose, chain)))
    return chains


def _alike(a: np.void, b: np.void) -> bool:
    """Say whether two sources may be one by their fluxes and sizes."""
    ratio = max(float(a["flux"]), 1e-9) / max(float(b["flux"]), 1e-9)
    faint = min(float(a["npix"]), float(b["npix"])) < 25
    return 1 / _FLUX < ratio < _FLUX or (faint and 0.25 < ratio < 4)


def _extended(
    minutes: Values, loose: list[NDArray[Any]], trees: list[cKDTree | None], chain: dict[int, int]
) -> dict[int, int]:
    """Return a chain with the sources of the other frames that lie on its path, nearest in time first."""
    chain = dict(chain)
    middle = np.mean([minutes[number] for number in chain])
    for number in sorted(range(len(minutes)), key=lambda number: abs(minutes[number] - middle)):
        tree = trees[number]
        if number in chain or tree is None:
            continue
        place, reach = _predicted(minutes, loose, chain, number)
        distance, nearest = tree.query(place, distance_upper_bound=reach)
        some = next(iter(chain.items()))
        if np.isfinite(distance) and _alike(loose[some[0]][some[1]], loose[number][nearest]):
            chain[number] = int(nearest)
    return chain


def _predicted(
    minutes: Values, loose: list[NDArray[Any]], chain: dict[int, int], number: int
) -> tuple[Values, float]:
    """Return where a chain is in another frame, and how far off it may be [pixel]."""
    frames = sorted(chain)
    times = minutes[frames]
    if len(frames) == 2:
        return _on_line(minutes, loose, chain, number)
    place = [
        np.polyval(
            np.polyfit(times, [loose[frame][axis][chain[frame]] for frame in frames], 2), minutes[number]
        )
        for axis in ("x", "y")
    ]
    outside = max(times.min() - minutes[number], minutes[number] - times.max(), 0.0) / np.ptp(times)
    return np.array(place), _NEAR * (1 + min(outside, 1.0))


def _on_line(
    minutes: Values, loose: list[NDArray[Any]], chain: dict[int, int], number: int
) -> tuple[Values, float]:
    """Return where two sources' straight path is in another frame, and how far off it may be [pixel]."""
    (first, left), (second, right) = sorted(chain.items())
    share = (minutes[number] - minutes[first]) / (minutes[second] - minutes[first])
    a, b = loose[first][left], loose[second][right]
    place = np.array([a[axis] + share * (b[axis] - a[axis]) for axis in ("x", "y")])
    return place, _NEAR * (1 + min(max(-share, share - 1, 0.0), 1.0))


def _rms(minutes: Values, loose: list[NDArray[Any]], chain: dict[int, int]) -> float:
    frames = sorted(chain)
    degree = 2 if len(frames) > 3 else 1
    off = [
        np.polyfit(
            minutes[frames], [loose[frame][axis][chain[frame]] for frame in frames], degree, full=True
        )[1]
        for axis in ("x", "y")
    ]
    return float(np.sqrt(sum(np.sum(one) for one in off) / len(frames)))
