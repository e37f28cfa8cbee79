"""Places and fluxes along paths, from the difference images.

In matched images the value at a place is the flux of a point there, and its maximum is the place of greatest
likelihood. A trail is a row of points: its flux is the mean along it over what the profile says that mean
is. The noise is correlated as the profile is, which gives the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.difference.interpolation import cubic, cubic_of, nearest
from astrolib.movers.difference.matched import HALF
from astrolib.movers.difference.static_sky import LEFT_OUT
from astrolib.movers.difference.subtraction import Difference
from astrolib.movers.frames.registered import Registered

Values = NDArray[np.float64]
Image = NDArray[np.float32]

_STEP = 1.5  # between the points of a trail [pixel]
_NEWTON = 5
_HELD = 1.0  # how well a path is supposed to be known [pixel]
_FARTHEST = 2.5  # that a place may be from its path [pixel]
_LAGS = 9
_COVERED = 0.6  # of a trail that is seen, at least


@dataclass(frozen=True, eq=False)
class Measured:
    """Measurements along one path, one value a frame.

    Parameters
    ----------
    x, y : ndarray, shape (frames,)
        On the grid [pixel].
    covariance : ndarray, shape (frames, 2, 2)
        Of x and y [pixel^2].
    flux, flux_err : ndarray, shape (frames,)
        [ADU of the first frame]
    score : ndarray, shape (frames,)
        Significance; 0 where the frame says nothing.
    """

    x: Values
    y: Values
    covariance: Values
    flux: Values
    flux_err: Values
    score: Values


def measure(field: Registered, difference: Difference, x: Values, y: Values, free: bool = True) -> Measured:
    """Measure a mover in all frames.

    Parameters
    ----------
    field : Registered
        The frames.
    difference : Difference
        Of the same field.
    x, y : ndarray, shape (frames,)
        Where it is expected.
    free : bool
        Whether the place is fitted, or the flux is taken where expected.
    """
    trail = trail_vectors(field, x, y)
    share, curvature = _response(difference.profile, trail)
    if free:
        x, y = _climb(difference, trail, np.sqrt(share), x, y)
    covered = _covered(difference.sigma, trail, x, y)
    enough = covered > _COVERED
    mean = _along(difference.flux, trail, x, y) / np.where(enough, covered, 1)
    sigma = np.where(enough, nearest(difference.sigma, x, y) / np.sqrt(np.maximum(covered, _COVERED)), np.inf)
    left = 1 - _own_light(difference, x, y, mean / sigma)
    flux = mean / share / left
    flux_err = sigma / np.sqrt(share) / left
    score = np.where(np.isfinite(flux_err), flux / np.where(np.isfinite(flux_err), flux_err, 1), 0.0)
    told = curvature / share[:, None, None] * np.maximum(score, 1.0)[:, None, None] ** 2
    covariance = np.linalg.inv(told + np.eye(2) / _HELD**2)
    return Measured(x, y, covariance, flux, flux_err, score)


def trail_vectors(field: Registered, x: Values, y: Values) -> Values:
    """Return what a mover on a path draws in each frame, end to end [pixel], shape (frames, 2)."""
    exposure = np.array([frame.exposure for frame in field.originals]) / 60.0
    degree = min(2, len(x) - 1)
    motion = [
        np.polyval(np.polyder(np.polyfit(field.minutes, place, degree)), field.minutes) for place in (x, y)
    ]
    return np.stack(motion, axis=1) * exposure[:, None]


def _along(images: Image, trail: Values, x: Values, y: Values) -> Values:
    """Return the mean of each frame's image along the trail; x and y of shape (..., frames)."""
    share = _points(trail)
    columns, rows = np.broadcast_arrays(
        x[..., None] + share * trail[:, :1], y[..., None] + share * trail[:, 1:]
    )
    frames = np.broadcast_to(np.arange(len(images))[:, None], columns.shape)
    return cubic_of(images, (frames,), columns, rows).mean(axis=-1)


def _covered(sigma: Image, trail: Values, x: Values, y: Values) -> Values:
    """Return the share of each frame's trail where something is seen."""
    seen = [
        np.isfinite(nearest(sigma, x + share * trail[:, 0], y + share * trail[:, 1]))
        for share in _points(trail)
    ]
    return np.mean(seen, axis=0)


def _points(trail: Values) -> Values:
    """Return where the points of trails lie, as shares of their length from the middle."""
    count = max(1, int(np.ceil(np.hypot(*trail.T).max() / _STEP)))
    return (np.arange(count) + 0.5) / count - 0.5


def _climb(
    difference: Difference, trail: Values, root_share: Values, x: Values, y: Values
) -> tuple[Values, Values]:
    """Return the likeliest places near those expected, by parabolas through 3 x 3 points.

    Half the squared significance is the logarithm of a place's likelihood. The path is a prior of `_HELD`
    pixels, which nothing bright feels, and without which a faint place would be any peak of the noise.
    """
    start_x, start_y = x, y
    steps = np.array([-1.0, 0.0, 1.0])[:, None]
    for _ in range(_NEWTON):
        tried_x, tried_y = x + steps, y + steps[:, None]
        noise = nearest(difference.sigma, x, y) * root_share
        shown = np.maximum(_along(difference.flux, trail, tried_x, tried_y), 0) / noise
        off2 = (tried_x - start_x) ** 2 + (tried_y - start_y) ** 2
        value = (shown**2 - off2 / _HELD**2) / 2
        slope_x, slope_y = (
            (value[:, 2] - value[:, 0]).mean(axis=0) / 2,
            (value[2] - value[0]).mean(axis=0) / 2,
        )
        bend_x = (value[:, 2] + value[:, 0] - 2 * value[:, 1]).mean(axis=0)
        bend_y = (value[2] + value[0] - 2 * value[1]).mean(axis=0)
        cross = (value[2, 2] + value[0, 0] - value[2, 0] - value[0, 2]) / 4
        determinant = bend_x * bend_y - cross**2
        peak = (determinant > 0) & (bend_x < 0)
        safe = np.where(peak, determinant, 1.0)
        step_x = np.where(peak, (cross * slope_y - bend_y * slope_x) / safe, np.sign(slope_x) * 0.5)
        step_y = np.where(peak, (cross * slope_x - bend_x * slope_y) / safe, np.sign(slope_y) * 0.5)
        x, y = x + np.clip(step_x, -1, 1), y + np.clip(step_y, -1, 1)
        far = np.maximum(np.hypot(x - start_x, y - start_y) / _FARTHEST, 1.0)
        x, y = start_x + (x - start_x) / far, start_y + (y - start_y) / far
    return x, y


def _response(profile: Values, trail: Values) -> tuple[Values, Values]:
    """Return the mean along a trail of a trail of unit flux, and minus its second derivatives.

    Points of two equal trails are apart by lags whose density falls linearly to the full length.
    """
    lag = np.linspace(-1, 1, 2 * _LAGS + 1)
    density = (1 - np.abs(lag)) / np.sum(1 - np.abs(lag))

    def at(dx: float, dy: float) -> Values:
        points = trail[:, None, :] * lag[:, None]
        return cubic(profile, HALF + dx + points[..., 0], HALF + dy + points[..., 1]) @ density

    middle = at(0, 0)
    xx = 2 * middle - at(1, 0) - at(-1, 0)
    yy = 2 * middle - at(0, 1) - at(0, -1)
    xy = -(at(1, 1) + at(-1, -1) - at(1, -1) - at(-1, 1)) / 4
    bend = np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -1)
    return middle, bend + 1e-4 * np.eye(2)


def _own_light(difference: Difference, x: Values, y: Values, score: Values) -> Values:
    """Return the share of a slow mover's flux that is in the static sky of each frame.

    The brightest of the other frames was left out where it stood off.
    """
    apart_x, apart_y = x - x[:, None], y - y[:, None]
    light = cubic(difference.profile, HALF + apart_x, HALF + apart_y)
    light[np.hypot(apart_x, apart_y) > HALF - 1] = 0
    seen = np.isfinite(nearest(difference.sigma, x, y))
    weight = np.where(seen & ~np.eye(len(x), dtype=bool), difference.weights, 0.0)
    top = np.argmax(np.where(weight > 0, light, -np.inf), axis=1)
    rows = np.arange(len(x))
    off = light[rows, top] * np.nan_to_num(score) > LEFT_OUT
    weight[rows[off], top[off]] = 0.0
    share = (weight * light).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    trust = nearest(np.broadcast_to(difference.trust, difference.flux.shape), x, y)
    return np.clip(share * np.where(np.isfinite(trust), trust, 0.0), 0, 0.8)
