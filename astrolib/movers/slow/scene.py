"""A mover before a sky at rest against a variable in it: which tells the pixels better.

What rests, be it stars, galaxies or what the subtraction of neighbours left, is one distribution of light
that each frame shows with an image of its own: points on a grid that is finer than the image, each with one
flux. To these comes one point with a flux of its own in every frame, which moves evenly or stays. Neither
seeing nor any blend makes a sky at rest move, and a variable takes but a part of what a mover explains: its
light changes where the mover's place does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.slow.motion import Motions
from astrolib.movers.slow.stamps import Frame, Image
from astrolib.movers.slow.surroundings import Surroundings, around, by_frame, evenly, images, solve

Values = NDArray[np.float64]

_FINE, _WIDE = 0.5, 1.5  # step and radius of the grid: widths of an image
_STEPS = 3
_AT_ONCE = 50  # sources, of which each takes some megabytes
_FARTHEST = 0.6  # pixels a place may move in one step


@dataclass(frozen=True, eq=False)
class _Scene:
    """Pixels in units of their errors, of which all that a sky at rest can be is taken out.

    Parameters
    ----------
    pixels : Surroundings
        Of `n` sources in `k` frames.
    basis : ndarray, shape (n, k, pixels, m)
        What the sky at rest, and a level of each frame, can be: orthonormal.
    left : ndarray, shape (n, k, pixels)
        The values without it.
    """

    pixels: Surroundings
    basis: Values
    left: Values

    def beyond(self, columns: Values) -> Values:
        """Return columns (n, k, pixels, m), in units of errors, without what a sky at rest can be."""
        return columns - _within(self.basis, columns)


def gains(
    frames: Sequence[Frame], motions: Motions, clean: Sequence[Image], scale: Values
) -> tuple[Values, Values]:
    """Return by how much chi^2 falls (n,) below a sky at rest: with a mover, and with a variable.

    Parameters
    ----------
    motions : Motions
        The movers to begin with.
    clean : sequence of ndarray of float32
        The frames without all sources; the movers' own light is given back.
    scale : ndarray, shape (k,)
        Flux of a constant source in each frame over its mean.
    """
    batches = np.array_split(np.arange(len(motions.place)), 1 + len(motions.place) // _AT_ONCE)
    told = [_gains(frames, motions.part(rows), clean, scale) for rows in batches]
    moving, varying = (np.concatenate(part) for part in zip(*told, strict=True))
    return moving, varying


def _gains(
    frames: Sequence[Frame], motions: Motions, clean: Sequence[Image], scale: Values
) -> tuple[Values, Values]:
    width = float(np.median([frame.psf.fwhm for frame in frames]))
    grid = _grid(width)
    pixels = around(frames, motions, clean)
    n, k = pixels.dx.shape[:2]
    error = np.sqrt(pixels.weight)
    shape = (n, k, len(grid), 2)
    points = np.moveaxis(images(frames, pixels, np.broadcast_to(grid, shape))[0], 2, 3) * error[..., None]
    basis = _orthonormal(np.concatenate([points * scale[:, None, None], by_frame(error)], axis=3))
    value = (pixels.value * error)[..., None]
    scene = _Scene(pixels, basis, (value - _within(basis, value))[..., 0])
    minutes = np.array([frame.minutes for frame in frames])
    path = np.stack([motions.at(time) - motions.place for time in minutes], axis=1)
    near = np.hypot(*motions.speed.T) * np.ptp(minutes) / 2 + width
    still = grid[_best(scene, points, np.hypot(*grid.T) <= near[:, None])][:, None]
    places = evenly(minutes)
    return _gain(frames, scene, path, places), _gain(frames, scene, still, places[..., :2])


def _grid(width: float) -> Values:
    """Return the offsets (m, 2) of the points that make up a sky at rest."""
    reach = int(_WIDE / _FINE)
    y, x = (axis.ravel() * _FINE * width for axis in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    return np.stack([x, y], axis=1)[np.hypot(x, y) <= _WIDE * width]


def _orthonormal(columns: Values) -> Values:
    """Return columns (n, k, pixels, m) that span the same."""
    flat = columns.reshape(len(columns), -1, columns.shape[3])
    flat = flat / np.sqrt(np.maximum(np.sum(flat**2, axis=1, keepdims=True), 1e-12))
    normal = flat.transpose(0, 2, 1) @ flat + 1e-9 * np.eye(flat.shape[2])
    turned = np.linalg.inv(np.linalg.cholesky(normal)).transpose(0, 2, 1)
    return np.asarray((flat @ turned).reshape(columns.shape))


def _within(basis: Values, columns: Values) -> Values:
    """Return the part of columns (n, k, pixels, m) that lies in a space."""
    flat, those = (part.reshape(len(part), -1, part.shape[3]) for part in (basis, columns))
    return np.asarray((flat @ (flat.transpose(0, 2, 1) @ those)).reshape(columns.shape))


def _best(scene: _Scene, points: Values, near: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return which of the points (n, k, pixels, m), of those that are near, tells most as a variable."""
    shares = np.einsum("nkqp,nkpm->nmqk", scene.basis.transpose(0, 1, 3, 2), points, optimize=True)
    own = np.einsum("nkpm,nkpm->nmk", points, points)
    normal = own[..., None] * (np.eye(own.shape[2]) + 1e-6) - shares.transpose(0, 1, 3, 2) @ shares
    normal += 1e-9 * (1 + own.max(axis=2)[..., None, None]) * np.eye(own.shape[2])
    right = np.einsum("nkpm,nkp->nmk", points, scene.left)
    gain = np.sum(right * np.linalg.solve(normal, right[..., None])[..., 0], axis=2)
    return np.argmax(np.where(near, gain, -1.0), axis=1)


def _gain(frames: Sequence[Frame], scene: _Scene, path: Values, places: Values) -> Values:
    """Return by how much chi^2 falls (n,) with one point near a path (n, k, 2), moved by `places`."""
    error, k = np.sqrt(scene.pixels.weight), len(frames)
    ones = np.ones_like(scene.left)
    lowest = rest = np.sum(scene.left**2, axis=(1, 2))
    where = np.zeros((len(rest), places.shape[3]))
    for _ in range(_STEPS):
        unit, slopes = images(
            frames, scene.pixels, path[:, :, None] + np.einsum("ksxm,nm->nksx", places, where)
        )
        light = scene.beyond(by_frame(unit[:, :, 0] * error))
        flux, chi2 = solve(light, scene.left, ones)
        lowest = np.minimum(lowest, chi2)
        moved = np.einsum("nk,nkxp,kxm,nkp->nkpm", flux, slopes[:, :, 0], places[:, 0], error, optimize=True)
        step = solve(np.concatenate([light, scene.beyond(moved)], axis=3), scene.left, ones)[0][:, k:]
        limit = _FARTHEST / np.maximum(np.abs(places).max(axis=(0, 1, 2)), 1e-9)
        where = where + np.clip(step, -limit, limit)
    return rest - lowest
