"""What a network answers for many spectra: batch by batch, at the speed of the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent

if TYPE_CHECKING:
    import keras

BATCH = 1024
"""Spectra a batch. The last one is filled up, so that a network is compiled for one shape."""


def predict(
    model: keras.Model, flux: NDArray[np.float32], progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the answers of a network.

    Parameters
    ----------
    model : keras.Model
        From ``(spectra, pixels, 1)`` to ``(spectra, classes)``.
    flux : ndarray of float32, shape (spectra, pixels)
        In memory or memory-mapped; only a batch of it is copied at a time.
    progress : Progress, optional
        Called after each batch.

    Returns
    -------
    ndarray of float32, shape (spectra, classes)
    """
    answers = np.empty((len(flux), model.output_shape[-1]), dtype=np.float32)
    for rows, batch in _batches(flux):
        answers[rows] = predict_batch(model, batch)[: rows.stop - rows.start]
        (progress or silent)(rows.stop, len(flux))
    return answers


def predict_batch(model: keras.Model, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the answers for one batch, shape (n, pixels, 1)."""
    return np.asarray(model.predict_on_batch(batch))


def _batches(flux: NDArray[np.float32]) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    size = min(BATCH, 1 << max(len(flux) - 1, 31).bit_length())
    for start in range(0, len(flux), size):
        rows = slice(start, min(start + size, len(flux)))
        batch = np.zeros((size, flux.shape[1], 1), dtype=np.float32)
        batch[: rows.stop - start, :, 0] = flux[rows]
        yield rows, batch
