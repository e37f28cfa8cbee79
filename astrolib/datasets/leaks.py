"""A split that shares an object or a place between its parts is refused."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.collection.objects import MATCH_RADIUS, chord, unit_vectors
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
    points = unit_vectors(table["ra"].to_value("deg"), table["dec"].to_value("deg"))
    placed = np.isfinite(points).all(axis=1)
    rows_of = {name: np.flatnonzero(placed & (parts == name)) for name in np.unique(parts)}
    for name, other in combinations(rows_of, 2):
        tree = cKDTree(points[rows_of[name]])
        near = tree.query(points[rows_of[other]], distance_upper_bound=chord(radius))[1]
        hits = np.flatnonzero(near < len(rows_of[name]))
        if len(hits):
            rows = int(rows_of[name][near[hits[0]]]), int(rows_of[other][hits[0]])
            raise _leak(table, min(rows), max(rows), f'places closer than {radius:g}"')


def _leak(table: QTable, one: int, other: int, what: str) -> LeakError:
    told = [
        f"{table['id'][row]} ({table['part'][row]}, ra {table['ra'][row].to_value('deg'):.5f}, "
        f"dec {table['dec'][row].to_value('deg'):.5f})"
        for row in (one, other)
    ]
    return LeakError(f"{told[0]} and {told[1]} have {what}", remedy="put both into one part")
