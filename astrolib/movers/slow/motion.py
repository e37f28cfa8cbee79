"""Motions fitted to many sources at once, all frames together, each frame with a flux of its own.

A motion is even unless its bend stands out by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.slow.paths import misfit, path
from astrolib.movers.slow.stamps import Frame, Image, Measures, add_sources, measure

Values = NDArray[np.float64]

_FLOOR = 0.02  # pixels: what registration and profile leave
_REACHES = (8, 14, 24, 40)  # half sides in which light is subtracted [pixel]
_BELOW = 0.1  # of the noise
_TOGETHER = 1.3  # pixels: two sources so near are one
_FARTHEST = 1.0  # pixels a place may move in one step
_BENT = 5.0
"""Bend over its error of a path that is not straight."""

_ENOUGH = 5  # frames that tell a bend from a scatter


@dataclass(frozen=True, eq=False)
class Motions:
    """Places and motions of `n` sources over `k` frames.

    Parameters
    ----------
    place, speed, bend : ndarray, shape (n, 2)
        At time 0 on the grid [pixel, pixel/min, pixel/min^2]; no bend where the motion is even.
    covariance : ndarray, shape (n, 6, 6)
        Of place, speed and bend, each in x and y.
    flux, flux_error, chi2 : ndarray, shape (n, k)
        Of each frame [ADU, ADU, 1].
    measured : ndarray, shape (n, k, 2)
        The place in each frame by itself [pixel].
    weight : ndarray, shape (n, k, 2, 2)
        Its inverse covariance.
    """

    place: Values
    speed: Values
    bend: Values
    covariance: Values
    flux: Values
    flux_error: Values
    chi2: Values
    measured: Values
    weight: Values

    def at(self, minutes: float) -> Values:
        """Return the places at a time."""
        return self.place + self.speed * minutes + self.bend * minutes**2 / 2

    @property
    def bent(self) -> NDArray[np.bool_]:
        """Which are not even."""
        return np.any(self.bend != 0, axis=1)

    def with_part(self, rows: NDArray[np.intp], others: Motions) -> Motions:
        """Return the sources with some of them replaced."""
        parts = []
        for name in self.__dataclass_fields__:
            parts.append(getattr(self, name).copy())
            parts[-1][rows] = getattr(others, name)
        return Motions(*parts)

    def part(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Motions:
        """Return some of the sources."""
        return Motions(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def fit_motions(
    frames: Sequence[Frame], place: Values, speed: Values, half: int, *, steps: int = 4
) -> Motions:
    """Fit motions from a start: even ones, and bent ones where even ones do not do.

    Parameters
    ----------
    frames : sequence of Frame
        Times from the middle one.
    place, speed : ndarray, shape (n, 2)
        The start.
    half : int
        Half side of the cutouts [pixel].
    steps : int
        Of Gauss and Newton.
    """
    here = np.stack([place + speed * frame.minutes for frame in frames], axis=1)
    motions = _stepped(frames, here, np.zeros(len(place), bool), half, steps)
    rows = np.flatnonzero(_bent(frames, motions))
    if not len(rows):
        return motions
    start = _path(frames, motions.part(rows))
    bent = _stepped(frames, start, np.ones(len(rows), bool), half, steps)
    return motions.with_part(rows, bent)


def _stepped(
    frames: Sequence[Frame], here: Values, bent: NDArray[np.bool_], half: int, steps: int
) -> Motions:
    """Return motions fitted from places (n, k, 2)."""
    for _ in range(steps):
        told = [measure(frame, here[:, number], half) for number, frame in enumerate(frames)]
        motions = _fitted(frames, here, bent, told)
        here = _path(frames, motions)
    return motions


def _path(frames: Sequence[Frame], motions: Motions) -> Values:
    """Return the places (n, k, 2) in all frames."""
    return np.stack([motions.at(frame.minutes) for frame in frames], axis=1)


def _bent(frames: Sequence[Frame], motions: Motions) -> NDArray[np.bool_]:
    """Tell which motions (n,) have a bend that stands out of what is left when it is fitted."""
    count = np.sum(motions.weight[:, :, 0, 0] > 0, axis=1)
    all_bent = np.ones(len(count), bool)
    _, _, bend, covariance = path(frames, motions.measured, motions.weight, all_bent)
    chi2 = misfit(frames, motions.measured, motions.weight, all_bent)
    over2 = np.einsum("ni,nij,nj->n", bend, np.linalg.inv(covariance[:, 4:, 4:]), bend)
    return (count >= _ENOUGH) & (over2 > _BENT**2 * np.maximum(1, chi2 / np.maximum(2 * count - 6, 1)))


def refit(frames: Sequence[Frame], motions: Motions, clean: Sequence[Image], half: int) -> Motions:
    """Fit motions anew in frames from which all sources were subtracted, each with its own light given back.

    Parameters
    ----------
    clean : sequence of ndarray of float32
        The frames without `motions`, as `without` gives them.
    """
    told = [
        measure(frame, motions.at(frame.minutes), half, own=motions.flux[:, number], data=clean[number])
        for number, frame in enumerate(frames)
    ]
    return _fitted(frames, _path(frames, motions), motions.bent, told)


def alone(frames: Sequence[Frame], motions: Motions) -> Motions:
    """Return the motions without light where a brighter one has the same place: it is subtracted once."""
    flux = motions.flux.copy()
    rank = np.median(motions.flux / motions.flux_error, axis=1)
    for number, frame in enumerate(frames):
        pairs = cKDTree(motions.at(frame.minutes)).query_pairs(_TOGETHER, output_type="ndarray")
        first, second = pairs.T
        flux[np.where(rank[first] < rank[second], first, second), number] = 0.0
    return replace(motions, flux=flux)


def without(frames: Sequence[Frame], motions: Motions) -> list[Image]:
    """Return the frames without the sources, each subtracted as far as its light reaches."""
    clean = []
    for number, frame in enumerate(frames):
        place, flux = motions.at(frame.minutes), motions.flux[:, number]
        model, reach = np.zeros_like(frame.data), _reach(frame, flux)
        for half in np.unique(reach):
            add_sources(model, frame, place[reach == half], flux[reach == half], int(half))
        clean.append(frame.data - model)
    return clean


def _reach(frame: Frame, flux: Values) -> NDArray[np.int_]:
    """Return the half sides of the cutouts beyond which sources fall below a share of the noise."""
    edge = frame.psf.at(np.array(_REACHES[:-1], dtype=np.float64), np.zeros(len(_REACHES) - 1))
    return np.array(_REACHES)[np.sum(np.abs(flux)[:, None] * edge > _BELOW * frame.rms, axis=1)]


def _fitted(frames: Sequence[Frame], here: Values, bent: NDArray[np.bool_], told: list[Measures]) -> Motions:
    """Return the motions through what the frames told around guesses (n, k, 2)."""
    measured = here + np.clip(np.stack([one.step for one in told], axis=1), -_FARTHEST, _FARTHEST)
    weight = _floored(np.stack([one.weight for one in told], axis=1))
    place, speed, bend, covariance = path(frames, measured, weight, bent)
    flux, flux_error, chi2 = (
        np.stack([getattr(one, name) for one in told], axis=1) for name in ("flux", "flux_error", "chi2")
    )
    return Motions(place, speed, bend, covariance, flux, flux_error, chi2, measured, weight)


def _floored(weight: Values) -> Values:
    """Return weights that no place exceeds by more than the frames' own errors of place allow."""
    return np.linalg.inv(np.eye(2) + _FLOOR**2 * weight) @ weight
