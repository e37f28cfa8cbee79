"""Spectra with the numbers of their classes: what a network learns from, or is validated on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrolib.core.errors import ParameterError


@dataclass(frozen=True, eq=False)
class LabelledSpectra:
    """What a network learns from, or is validated on.

    Parameters
    ----------
    flux : ndarray of float32, shape (n, pixels)
    labels : ndarray of int64, shape (n,)
    weights : ndarray of float32, shape (n,)
        With mean 1.
    """

    flux: NDArray[np.float32]
    labels: NDArray[np.int64]
    weights: NDArray[np.float32]

    @classmethod
    def of(
        cls, flux: NDArray[np.float32], labels: ArrayLike, weights: ArrayLike | None = None
    ) -> LabelledSpectra:
        """Check that the arrays fit together.

        Raises
        ------
        ParameterError
            If they do not, there are none, or the weights are negative or all zero.
        """
        numbers = np.asarray(labels, dtype=np.int64)
        mass = np.ones(len(numbers)) if weights is None else np.asarray(weights, dtype=np.float64)
        if flux.ndim != 2 or numbers.shape != flux.shape[:1] or mass.shape != numbers.shape or not len(flux):
            raise ParameterError(
                f"spectra of shape {flux.shape}, labels of shape {numbers.shape}, weights of {mass.shape}",
                remedy="give one label and one weight a spectrum",
            )
        if not (np.isfinite(mass).all() and mass.min() >= 0 and mass.sum() > 0):
            raise ParameterError("weights that are negative, not finite or all zero", remedy="correct them")
        return cls(flux, numbers, (mass / mass.mean()).astype(np.float32))

    def shuffled(self, seed: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return flux of shape (n, pixels, 1), labels and weights in a random order."""
        order = np.random.default_rng(seed).permutation(len(self.labels))
        return self.flux[order, :, None], self.labels[order], self.weights[order]

    def digest(self) -> bytes:
        """Return the SHA-256 of all of it."""
        total = hashlib.sha256()
        for array in (self.flux, self.labels, self.weights):
            total.update(np.ascontiguousarray(array).data)
        return total.digest()
