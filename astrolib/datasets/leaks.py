"""A split that shares an object or a place between its parts is refused."""

from __future__ import annotations

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.collection.objects import MATCH_RADIUS
from astrolib.core.errors import RefusedError


class LeakError(RefusedError):
    """What a network is tested on was there when it was trained."""


def check_leaks(table: QTable, radius: float = MATCH_RADIUS) -> None:
    """Refuse parts that share a spectrum, an object, or a place on the sky.

    Objects were told apart when the spectra were split; this looks at the rows again, as they are, so that a
    manifest that was edited or joined from two is caught too.

    Parameters
    ----------
    table : QTable
        Columns ``id``, ``object`` and ``part``, ``ra`` and ``dec`` [deg], NaN where unknown.
    radius : float
        Places closer than this are the same [arcsec].

    Raises
    ------
    LeakError
        Naming both rows.
    """
    parts = np.asarray(table["part"], dtype=str)
    for name in ("id", "object"):
        _check_shared(table, np.asarray(table[name], dtype=str), parts, f"the same {name}")
    _check_places(table, parts, radius)


def _check_shared(table: QTable, keys: NDArray[np.str_], parts: NDArray[np.str_], what: str) -> None:
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    leaks = np.flatnonzero(same & (parts[order[1:]] != parts[order[:-1]]))
    if len(leaks):
        raise _leak(table, int(order[leaks[0]]), int(order[leaks[0] + 1]), what)


def _check_places(table: QTable, parts: NDArray[np.str_], radius: float) -> None:
    ra, dec = (np.radians(np.asarray(table[name].to_value("deg"))) for name in ("ra", "dec"))
    placed = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
    points = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)[placed]
    chord = 2 * np.sin(np.radians(radius / 3600) / 2)
    trees = {name: placed[parts[placed] == name] for name in np.unique(parts)}
    names = list(trees)
    where = np.full(len(table), -1)
    where[placed] = np.arange(len(placed))
    for number, name in enumerate(names):
        tree = cKDTree(points[where[trees[name]]])
        for other in names[number + 1 :]:
            near = tree.query(points[where[trees[other]]], distance_upper_bound=chord)[1]
            hits = np.flatnonzero(near < len(trees[name]))
            if len(hits):
                rows = int(trees[name][near[hits[0]]]), int(trees[other][hits[0]])
                raise _leak(table, min(rows), max(rows), f'places closer than {radius:g}"')


def _leak(table: QTable, one: int, other: int, what: str) -> LeakError:
    told = [
        f"{table['id'][row]} ({table['part'][row]}, ra {table['ra'][row].to_value('deg'):.5f}, "
        f"dec {table['dec'][row].to_value('deg'):.5f})"
        for row in (one, other)
    ]
    return LeakError(f"{told[0]} and {told[1]} have {what}", remedy="put both into one part")
