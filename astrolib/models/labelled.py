"""Spectra with the numbers of their classes: what a network learns from, or is validated on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

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
            If they do not, there are none, a flux is not finite, or the weights are negative or all zero.
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
        if not np.isfinite(flux).all():
            raise ParameterError("a flux that is not finite", remedy="prepare the spectra again")
        return cls(flux, numbers, (mass / mass.mean()).astype(np.float32))

    def batches(
        self, size: int, seed: tuple[int, int]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]]:
        """Yield flux of shape (size, pixels, 1), labels and weights in a random order.

        All batches have the same size, for which a network is compiled once: the last is filled up with
        spectra of the first, and fewer spectra than `size` are one batch.
        """
        n = len(self.labels)
        size = min(size, n)
        steps = -(-n // size)
        order = np.resize(np.random.default_rng(seed).permutation(n), (steps, size))
        for rows in order:
            yield self.flux[rows, :, None], self.labels[rows], self.weights[rows]

    def digest(self) -> bytes:
        """Return the SHA-256 of all of it."""
        total = hashlib.sha256()
        for array in (self.flux, self.labels, self.weights):
            total.update(np.ascontiguousarray(array).data)
        return total.digest()
