"""The pixels around many sources in all frames, and images of points fitted to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.slow.motion import Motions
from astrolib.movers.slow.stamps import Frame, Image, cutouts, profile, variance

Values = NDArray[np.float64]

_HALF = 8


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Cutouts of `n` sources in `k` frames: offsets from the middle, values and weights (n, k, pixels)."""

    dx: Values
    dy: Values
    value: Values
    weight: Values


def around(frames: Sequence[Frame], motions: Motions, clean: Sequence[Image]) -> Surroundings:
    """Return the pixels around the sources' places at time 0, with their own light alone.

    Parameters
    ----------
    clean : sequence of ndarray of float32
        The frames without all sources; the sources' own light is given back.
    """
    parts = []
    for number, frame in enumerate(frames):
        rows, columns, dx, dy, inside = cutouts(frame, motions.place, _HALF)
        own = motions.at(frame.minutes) - motions.place
        light = motions.flux[:, number, None] * profile(frame.psf, dx - own[:, :1], dy - own[:, 1:])[0]
        value = clean[number][rows, columns] + light
        good = inside & ~frame.bad[rows, columns]
        parts.append((dx, dy, value, np.where(good, 1 / variance(frame, rows, columns, value), 0.0)))
    return Surroundings(*(np.stack(part, axis=1).astype(np.float64) for part in zip(*parts, strict=True)))


def images(frames: Sequence[Frame], pixels: Surroundings, at: Values) -> tuple[Values, Values]:
    """Return images of unit flux (n, k, points, pixels) of points at offsets (n, k, points, 2).

    Their derivatives with the place (n, k, points, 2, pixels) come second.
    """
    parts = [
        profile(
            frame.psf,
            pixels.dx[:, number, None] - at[:, number, :, :1],
            pixels.dy[:, number, None] - at[:, number, :, 1:],
        )
        for number, frame in enumerate(frames)
    ]
    unit, along_x, along_y = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return unit, np.stack([along_x, along_y], axis=3)


def solve(columns: Values, value: Values, weight: Values) -> tuple[Values, Values]:
    """Return the factors (n, m) of columns (n, k, pixels, m) that fit values, and the chi^2 (n,)."""
    n, m = len(columns), columns.shape[3]
    design, value, weight = columns.reshape(n, -1, m), value.reshape(n, -1), weight.reshape(n, -1)
    weighted = design * weight[:, :, None]
    normal = np.matmul(design.transpose(0, 2, 1), weighted)
    size = np.sqrt(np.maximum(np.einsum("nii->ni", normal), 1e-12))
    scaled = normal / (size[:, :, None] * size[:, None, :]) + 1e-6 * np.eye(m)
    right = np.einsum("npm,np->nm", weighted, value) / size
    factors = np.linalg.solve(scaled, right[:, :, None])[:, :, 0] / size
    left = value - np.einsum("npm,nm->np", design, factors)
    return factors, np.sum(left**2 * weight, axis=1)


def by_frame(one: Values) -> Values:
    """Return a column (n, k, pixels) as one of each frame (n, k, pixels, k)."""
    return np.einsum("nkp,kj->nkpj", one, np.eye(one.shape[1]))


def evenly(minutes: Values) -> Values:
    """Return how the places (k, 1 point, 2) of a mover follow from four parameters: (k, 1, 2, 4)."""
    matrix = np.zeros((len(minutes), 1, 2, 4))
    matrix[:, 0, 0, 0] = matrix[:, 0, 1, 1] = 1
    matrix[:, 0, 0, 2] = matrix[:, 0, 1, 3] = minutes
    return matrix
