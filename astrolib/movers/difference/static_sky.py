"""The static sky of each frame: the weighted mean of the others, without a mover that one of them shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64]

LEFT_OUT = 4.0
"""Standard deviations at which the brightest of the others is left out."""

_SHARE = 0.1  # of the static sky, and so is what varies less
_LESS = 0.3  # of a frame's weight: of so little else there is no telling what stands off
_NOTHING = 1e-3  # the weight of no frame
_AROUND = 9  # pixels over which the static sky's power is averaged


class StaticSky:
    """Sums over frames, from which any one is left out.

    Parameters
    ----------
    flux : ndarray of float32, shape (frames, ny, nx)
        Matched images of one flux scale.
    valid : ndarray of bool, shape (frames, ny, nx)
        Where they say something.
    noise : ndarray, shape (frames,)
        Standard deviation that the sky gives them.

    Attributes
    ----------
    mean : ndarray of float32, shape (ny, nx)
        Of all frames.
    lowest : ndarray of float32, shape (ny, nx)
        The least of all frames: what is there in every one; inf where no frame says anything.
    weights : ndarray of float32, shape (frames,)
        Of the frames, 1 for the best.
    """

    def __init__(self, flux: Image, valid: Mask, noise: Values) -> None:
        self._flux, self._valid = flux, valid
        self.weights = (1 / noise**2 / np.max(1 / noise**2)).astype(np.float32)
        self._noise = np.float32(np.min(noise))
        shape = flux.shape[1:]
        self._weight, self._sum = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._first, self._second = (np.full(shape, -np.inf, np.float32) for _ in range(2))
        self._brightest, self.lowest = np.zeros(shape, np.int16), np.full(shape, np.inf, np.float32)
        for number in range(len(flux)):
            self._add(number)
        self.mean: Image = (self._sum / np.maximum(self._weight, 1e-6)).astype(np.float32)

    def _add(self, number: int) -> None:
        flux, valid = self._flux[number], self._valid[number]
        weight = valid * self.weights[number]
        self._weight += weight
        self._sum += weight * flux
        value = np.where(valid, flux, np.float32(-np.inf))
        np.maximum(self._second, np.minimum(value, self._first), out=self._second)
        self._brightest[value > self._first] = number
        np.minimum(self.lowest, flux, out=self.lowest, where=valid)
        np.maximum(self._first, value, out=self._first)

    def without(self, number: int) -> tuple[Image, Image]:
        """Return the mean of the other frames and its variance; inf where there is none."""
        own = self._valid[number] * self.weights[number]
        weight = self._weight - own
        total = self._sum - own * self._flux[number]
        is_first = self._brightest == number
        top = np.where(is_first, self._second, self._first)
        # The second brightest frame's own weight is not kept; the mean one is near enough.
        share = np.where(is_first, self.weights.mean(), self.weights[self._brightest]).astype(np.float32)
        rest_weight = weight - share
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = (total - share * top) / rest_weight
            limit = LEFT_OUT * self._noise * np.sqrt(1 / share + 1 / np.maximum(rest_weight, 1e-6))
            off = (rest_weight > _LESS * share) & (top - rest > limit + _SHARE * np.abs(rest))
            weight = np.where(off, rest_weight, weight)
            mean = np.where(off, rest, total / weight)
            nothing = weight < _NOTHING
            variance = np.where(nothing, np.float32(np.inf), self._noise**2 / weight)
        return np.where(nothing, np.float32(0), mean).astype(np.float32), variance

    def trust(self) -> Image:
        """Return by what the static sky is multiplied before it is subtracted: 1 on stars, 0 on empty sky.

        Where the mean of all frames has no more power than noise, subtracting it would add noise and nothing
        else (Wiener's filter, with the local power).
        """
        noise2 = self._noise**2 / np.maximum(self._weight, np.float32(_NOTHING))
        power = uniform_filter(self.mean**2, _AROUND) / noise2
        peak = self.mean**2 / noise2
        return np.clip(1 - 2.0 / np.maximum(np.maximum(power, peak / 4), 1e-6), 0, 1).astype(np.float32)
