"""Even motions fitted to many sources at once, all frames together, each frame with a flux of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.slow.stamps import Frame, Image, Measures, add_sources, measure

Values = NDArray[np.float64]

_FLOOR = 0.02  # pixels: what registration and profile leave
_REACHES = (8, 14, 24, 40)  # half sides in which light is subtracted [pixel]
_BELOW = 0.1  # of the noise
_TOGETHER = 1.3  # pixels: two sources so near are one
_FARTHEST = 1.0  # pixels a place may move in one step


@dataclass(frozen=True, eq=False)
class Motions:
    """Places and motions of `n` sources over `k` frames.

    Parameters
    ----------
    place, speed : ndarray, shape (n, 2)
        At time 0 on the grid [pixel], and [pixel/min].
    covariance : ndarray, shape (n, 4, 4)
        Of x, y and the speed in x and y.
    flux, flux_error, chi2 : ndarray, shape (n, k)
        Of each frame [ADU, ADU, 1].
    measured : ndarray, shape (n, k, 2)
        The place in each frame by itself [pixel].
    weight : ndarray, shape (n, k, 2, 2)
        Its inverse covariance.
    """

    place: Values
    speed: Values
    covariance: Values
    flux: Values
    flux_error: Values
    chi2: Values
    measured: Values
    weight: Values

    def at(self, minutes: float) -> Values:
        """Return the places at a time."""
        return self.place + self.speed * minutes

    def part(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Motions:
        """Return some of the sources."""
        return Motions(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def fit_motions(
    frames: Sequence[Frame], place: Values, speed: Values, half: int, *, steps: int = 4
) -> Motions:
    """Fit even motions from a start.

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
    for _ in range(steps):
        told = [measure(frame, place + speed * frame.minutes, half) for frame in frames]
        motions = _fitted(frames, place, speed, told)
        place, speed = motions.place, motions.speed
    return motions


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
    return _fitted(frames, motions.place, motions.speed, told)


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


def _fitted(frames: Sequence[Frame], place: Values, speed: Values, told: list[Measures]) -> Motions:
    """Return the motions through what the frames told around a guess."""
    here = np.stack([place + speed * frame.minutes for frame in frames], axis=1)
    measured = here + np.clip(np.stack([one.step for one in told], axis=1), -_FARTHEST, _FARTHEST)
    weight = _floored(np.stack([one.weight for one in told], axis=1))
    new_place, new_speed, covariance = line(frames, measured, weight)
    flux, flux_error, chi2 = (
        np.stack([getattr(one, name) for one in told], axis=1) for name in ("flux", "flux_error", "chi2")
    )
    return Motions(new_place, new_speed, covariance, flux, flux_error, chi2, measured, weight)


def _floored(weight: Values) -> Values:
    """Return weights that no place exceeds by more than the frames' own errors of place allow."""
    return np.linalg.inv(np.eye(2) + _FLOOR**2 * weight) @ weight


def line(frames: Sequence[Frame], measured: Values, weight: Values) -> tuple[Values, Values, Values]:
    """Return place, speed and covariance of the even motions through measured places.

    Parameters
    ----------
    measured : ndarray, shape (n, k, 2)
        Places.
    weight : ndarray, shape (n, k, 2, 2)
        Their inverse covariances.
    """
    minutes = np.array([frame.minutes for frame in frames])
    powers = np.stack([np.ones_like(minutes), minutes])
    normal = np.einsum("ak,bk,nkij->naibj", powers, powers, weight).reshape(-1, 4, 4)
    right = np.einsum("ak,nkij,nkj->nai", powers, weight, measured).reshape(-1, 4)
    size = np.sqrt(np.maximum(np.einsum("nii->ni", normal), 1e-12))
    scale = size[:, :, None] * size[:, None, :]
    covariance = np.linalg.inv(normal / scale + 1e-9 * np.eye(4)) / scale
    answer = np.einsum("nij,nj->ni", covariance, right)
    return answer[:, :2], answer[:, 2:], covariance


def misfit(frames: Sequence[Frame], measured: Values, weight: Values) -> Values:
    """Return the chi^2 (n,) of the even motions through measured places."""
    place, speed, _ = line(frames, measured, weight)
    minutes = np.array([frame.minutes for frame in frames])
    left = measured - place[:, None] - speed[:, None] * minutes[:, None]
    return np.einsum("nki,nkij,nkj->n", left, weight, left)
