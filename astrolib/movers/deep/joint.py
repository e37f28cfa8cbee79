"""The path on which all frames together show the most light of a mover.

In one frame the place of a faint mover is as much the noise's as its own, and a path through such places is
no better. The flux along the trail, summed over the frames with the weight that their noise gives them, tells
how likely a path is; its maximum is sought over the path itself.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.difference.interpolation import cubic_each
from astrolib.movers.difference.own_profile import scores_around
from astrolib.movers.difference.significance import significance
from astrolib.movers.difference.subtraction import Difference
from astrolib.movers.frames.registered import Registered

Values = NDArray[np.float64]

_REACH = 5  # how far from the first path is looked [pixel]
_ROUNDS = 2  # the trail follows from the path
_FIRST, _LAST = 1.6, 0.1  # steps of the search [pixel]


def most_likely(
    field: Registered, difference: Difference, x: Values, y: Values, degree: int
) -> tuple[Values, Values, float]:
    """Return the path near a first one on which the frames show most.

    Parameters
    ----------
    field : Registered
        The frames.
    difference : Difference
        Of the same field.
    x, y : ndarray, shape (frames,)
        The first path [pixel].
    degree : int
        1 for a straight path, 2 for a parabola.

    Returns
    -------
    x, y : ndarray, shape (frames,)
        The path [pixel].
    significance : float
        Of all frames together on it.
    """
    minutes = field.minutes
    time = (minutes - minutes.mean()) / (np.ptp(minutes) / 2)
    shares = _lagrange(time, np.linspace(-1, 1, degree + 1))
    x, y = (np.polyval(np.polyfit(time, place, degree), time) for place in (x, y))
    best = 0.0
    for _ in range(_ROUNDS):
        score, weight = scores_around(field, difference, x, y, _REACH + 2)
        moved_x, moved_y, best = _climb(score, weight, shares)
        x, y = x + moved_x, y + moved_y
    return x, y, best


def _lagrange(time: Values, nodes: Values) -> Values:
    """Return how far a path moves at all times for a move at each node, shape (nodes, frames).

    So the parameters are how far it moves at its ends and, where it is bent, at its middle.
    """
    return np.array(
        [
            np.prod([(time - other) / (node - other) for other in nodes if other != node], axis=0)
            for node in nodes
        ]
    )


def _climb(score: Values, weight: Values, shares: Values) -> tuple[Values, Values, float]:
    """Return by how much the path moves to where all frames together show most, and how significant that is.

    All steps of one size are tried at once; the size is halved where none climbs.
    """
    count = len(shares)
    steps = np.array(list(product((-1.0, 0.0, 1.0), repeat=2 * count)))
    place, size, best = np.zeros(2 * count), _FIRST, -np.inf
    while size > _LAST:
        tried = place + size * steps
        dx, dy = tried[:, :count] @ shares, tried[:, count:] @ shares
        near = np.hypot(dx, dy).max(axis=1) <= _REACH
        shown = cubic_each(score, _REACH + 2 + dx[near], _REACH + 2 + dy[near])
        together = significance(shown, np.broadcast_to(weight, shown.shape))[0]
        top = int(np.argmax(together))
        if together[top] > best:
            place, best = tried[near][top], float(together[top])
        else:
            size /= 2
    return place[:count] @ shares, place[count:] @ shares, best
