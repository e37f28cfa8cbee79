"""What the frames show along paths: scores, weights, and their significance together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.hypotheses import Hypotheses
from astrolib.movers.deep.refining import places, scores_along
from astrolib.movers.difference.significance import significance

Values = NDArray[np.float64]
Image = NDArray[np.float32]

_TRAIL, _POINTS = 4.0, 5  # from this length on a trail is summed [pixel], at so many points
_HOPEFUL = 4.0  # significance as points, from which a trail is summed
_SLACK = 10.0  # added to the length of a path, by which its sagitta is divided [pixel]


@dataclass(frozen=True, eq=False)
class Judged:
    """Paths with what was measured on them; one row a path."""

    x: Values
    y: Values
    score: Values
    weight: Values
    together: Values
    without_best: Values
    scatter: Values
    rate: Values
    bend: Values

    @property
    def curved(self) -> NDArray[np.bool_]:
        """Which paths are parabolas."""
        return self.bend > 0

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which frames say something."""
        return self.weight > 0

    def part(self, rows: NDArray[np.generic]) -> Judged:
        """Return some of them."""
        return Judged(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def without(self, frames: NDArray[np.bool_]) -> Judged:
        """Return the paths as the other frames show them."""
        return _judged(self.x, self.y, self.score, np.where(frames, 0, self.weight), self.rate, self.bend)


def judge(
    paths: Hypotheses, score: Image, sigma: Image, minutes: Values, exposure: float, profile: Values
) -> Judged:
    """Return the significance of paths.

    Parameters
    ----------
    paths : Hypotheses
        Any number.
    score, sigma : ndarray of float32, shape (frames, ny, nx)
        Significance of a point, and the standard deviation of its flux; inf where nothing was seen.
    minutes : ndarray, shape (frames,)
        From the middle [min].
    exposure : float
        Of a frame [min]: fast movers are trails, whose score is the sum along them.
    profile : ndarray, shape (side, side)
        Of a point, 1 at its centre.
    """
    x, y = places(paths, minutes)
    rate = np.hypot(paths.x[:, 1], paths.y[:, 1])
    values = scores_along(paths, score, minutes)
    hopeful = values.sum(axis=1) > _HOPEFUL * np.sqrt(len(minutes))
    trailed = np.flatnonzero(hopeful & (rate * exposure > _TRAIL))
    values[trailed] = _trail_scores(paths.part(trailed), score, minutes, exposure, profile)
    weight = np.stack(
        [_weight(sigma[number], x[:, number], y[:, number]) for number in range(len(minutes))], 1
    )
    span = float(np.ptp(minutes))
    bend = np.hypot(paths.x[:, 2], paths.y[:, 2]) * span**2 / 4
    return _judged(x, y, values, weight, rate, np.where(bend > 0, bend / (rate * span + _SLACK), 0.0))


def _trail_scores(
    paths: Hypotheses, score: Image, minutes: Values, exposure: float, profile: Values
) -> Values:
    """Return the scores of trails: means along them over what noise, as correlated as the profile, leaves."""
    shares = (np.arange(_POINTS) + 0.5) / _POINTS - 0.5
    total = sum(scores_along(paths, score, minutes + share * exposure) for share in shares) / _POINTS
    length = np.hypot(paths.x[:, 1], paths.y[:, 1]) * exposure
    lag = np.linspace(0, 1, 41)
    half = len(profile) // 2
    radial = np.interp(length[:, None] * lag, np.arange(half + 1), profile[half, half:], right=0.0)
    share = np.sum(radial * (1 - lag), axis=1) / np.sum(1 - lag)
    return np.asarray(total) / np.sqrt(share)[:, None]


def _judged(x: Values, y: Values, score: Values, weight: Values, rate: Values, bend: Values) -> Judged:
    together, without_best, scatter = significance(score, weight)
    return Judged(x, y, score, weight, together, without_best, scatter, rate, bend)


def _weight(sigma: Image, x: Values, y: Values) -> Values:
    """Return one over the noise at the nearest pixel; 0 where nothing was seen."""
    ny, nx = sigma.shape
    column, row = np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)
    inside = (column >= 0) & (row >= 0) & (column < nx) & (row < ny)
    return np.where(inside, 1 / sigma[np.where(inside, row, 0), np.where(inside, column, 0)], 0.0)
