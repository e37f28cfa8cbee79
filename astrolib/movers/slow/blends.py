"""Two sources at rest against one that moves: which tells the pixels better.

Seeing that changes moves the middle of an unresolved pair, and so does one of the two that varies. Both are
fitted to the same pixels as the moving point: two places that stay, with one flux each or one flux that is
free in each frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.slow.motion import Motions
from astrolib.movers.slow.stamps import Frame, Image, cutouts, profile, variance

Values = NDArray[np.float64]

_HALF = 8
_STEPS = 7
_FARTHEST = 0.6  # pixels a place may move in one step
_APART = 1.2  # pixels from the middle at which the two begin, at least


@dataclass(frozen=True, eq=False)
class _Pixels:
    """Cutouts of `n` sources in `k` frames: offsets from the middle, values and weights (n, k, pixels)."""

    dx: Values
    dy: Values
    value: Values
    weight: Values


def better_at_rest(
    frames: Sequence[Frame], motions: Motions, clean: Sequence[Image], scale: Values
) -> Values:
    """Return by how much chi^2 falls (n,) where two sources at rest take the place of one that moves.

    Parameters
    ----------
    motions : Motions
        Of sources that move by little more than their image in all.
    clean : sequence of ndarray of float32
        The frames without all sources; the sources' own light is given back.
    scale : ndarray, shape (k,)
        Flux of a constant source in each frame over its mean.
    """
    pixels = _around(frames, motions, clean)
    minutes = np.array([frame.minutes for frame in frames])
    nothing = np.zeros_like(motions.place)
    moving = _fit(frames, pixels, np.hstack([nothing, motions.speed]), _moving(minutes), scale, "free")
    way = motions.speed * np.ptp(minutes)
    length = np.hypot(*way.T)[:, None]
    apart = way / np.maximum(length, 1e-9) * np.maximum(length / 2, _APART)
    still = [
        _fit(frames, pixels, np.hstack([-apart, apart]), _still(len(frames)), scale, kind)
        for kind in ("constant", "one varies")
    ]
    return moving - np.minimum(still[0], still[1])


def _around(frames: Sequence[Frame], motions: Motions, clean: Sequence[Image]) -> _Pixels:
    """Return the pixels around the sources' places at time 0, with their own light alone."""
    parts = []
    for number, frame in enumerate(frames):
        rows, columns, dx, dy, inside = cutouts(frame, motions.place, _HALF)
        own = motions.speed * frame.minutes
        light = motions.flux[:, number, None] * profile(frame.psf, dx - own[:, :1], dy - own[:, 1:])[0]
        value = clean[number][rows, columns] + light
        good = inside & ~frame.bad[rows, columns]
        parts.append((dx, dy, value, np.where(good, 1 / variance(frame, rows, columns, value), 0.0)))
    return _Pixels(*(np.stack(part, axis=1).astype(np.float64) for part in zip(*parts, strict=True)))


def _moving(minutes: Values) -> Values:
    """Return how a source's places (k, 1 source, 2) follow from four parameters: (k, 1, 2, 4)."""
    matrix = np.zeros((len(minutes), 1, 2, 4))
    matrix[:, 0, 0, 0] = matrix[:, 0, 1, 1] = 1
    matrix[:, 0, 0, 2] = matrix[:, 0, 1, 3] = minutes
    return matrix


def _still(count: int) -> Values:
    """Return how two places at rest follow from four parameters: (k, 2, 2, 4)."""
    matrix = np.zeros((count, 2, 2, 4))
    matrix[:, 0, 0, 0] = matrix[:, 0, 1, 1] = matrix[:, 1, 0, 2] = matrix[:, 1, 1, 3] = 1
    return matrix


def _fit(
    frames: Sequence[Frame], pixels: _Pixels, start: Values, places: Values, scale: Values, light: str
) -> Values:
    """Return the chi^2 (n,) of the best places and fluxes, each frame with a level of its own."""
    where, best = start.copy(), np.full(len(start), np.inf)
    flux: Values | None = None
    for _ in range(_STEPS):
        parts, slopes = _images(frames, pixels, where, places)
        columns = _light_columns(parts, scale, light)
        if flux is None:
            flux = _solve(pixels, columns)[0]
        fluxes = _fluxes(flux, scale, light, parts.shape[2])
        moved = np.einsum("nks,nksxp,ksxm->nkpm", fluxes, slopes, places)
        answer, _ = _solve(pixels, np.concatenate([columns, moved], axis=3))
        best = np.minimum(best, _solve(pixels, columns)[1])
        flux = answer[:, : columns.shape[3]]
        limit = _FARTHEST / np.maximum(np.abs(places).max(axis=(0, 1, 2)), 1e-9)
        where = where + np.clip(answer[:, columns.shape[3] :], -limit, limit)
    parts, _ = _images(frames, pixels, where, places)
    return np.minimum(best, _solve(pixels, _light_columns(parts, scale, light))[1])


def _images(frames: Sequence[Frame], pixels: _Pixels, where: Values, places: Values) -> tuple[Values, Values]:
    """Return unit images (n, k, sources, pixels), and derivatives with place (n, k, sources, 2, pixels)."""
    at = np.einsum("ksxm,nm->nksx", places, where)
    images, slopes = [], []
    for number, frame in enumerate(frames):
        one = [
            profile(
                frame.psf,
                pixels.dx[:, number] - at[:, number, source, :1],
                pixels.dy[:, number] - at[:, number, source, 1:],
            )
            for source in range(places.shape[1])
        ]
        images.append(np.stack([part[0] for part in one], axis=1))
        slopes.append(np.stack([np.stack(part[1:], axis=1) for part in one], axis=1))
    return np.stack(images, axis=1), np.stack(slopes, axis=1)


def _light_columns(parts: Values, scale: Values, light: str) -> Values:
    """Return the images that are added up with free factors: (n, k, pixels, factors); levels last."""
    n, k, _, p = parts.shape
    each = np.eye(k)
    level = np.broadcast_to(each[None, :, None, :], (n, k, p, k))
    by_frame = np.einsum("nkp,kj->nkpj", parts[:, :, -1], each)
    if light == "free":
        return np.concatenate([by_frame, level], axis=3)
    constant = parts * scale[:, None, None]
    if light == "constant":
        return np.concatenate([np.moveaxis(constant, 2, 3), level], axis=3)
    return np.concatenate([constant[:, :, 0, :, None], by_frame, level], axis=3)


def _fluxes(factors: Values, scale: Values, light: str, sources: int) -> Values:
    """Return the flux (n, k, sources) of each source in each frame."""
    k = len(scale)
    if light == "free":
        return factors[:, :k, None]
    if light == "constant":
        return factors[:, None, :sources] * scale[:, None]
    return np.stack([factors[:, :1] * scale, factors[:, 1 : k + 1]], axis=2)


def _solve(pixels: _Pixels, columns: Values) -> tuple[Values, Values]:
    """Return the factors (n, m) of the columns (n, k, pixels, m) and the chi^2 (n,)."""
    n, m = len(columns), columns.shape[3]
    design = columns.reshape(n, -1, m)
    weight, value = pixels.weight.reshape(n, -1), pixels.value.reshape(n, -1)
    weighted = design * weight[:, :, None]
    normal = np.matmul(design.transpose(0, 2, 1), weighted)
    size = np.sqrt(np.maximum(np.einsum("nii->ni", normal), 1e-12))
    scaled = normal / (size[:, :, None] * size[:, None, :]) + 1e-6 * np.eye(m)
    right = np.einsum("npm,np->nm", weighted, value) / size
    factors = np.linalg.solve(scaled, right[:, :, None])[:, :, 0] / size
    left = value - np.einsum("npm,nm->np", design, factors)
    return factors, np.sum(left**2 * weight, axis=1)
