"""Whether frames together show one object of one flux beyond chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_VARIES = 0.25  # of a mover's flux, from frame to frame
_TOP = (1.7, 1.5)  # a frame counts at most so many times the median score, and so much more


def significance(score: Values, weight: Values) -> tuple[Values, Values, Values]:
    """Return the significance of all frames together, of all but the best, and how unlike they are.

    A frame counts no more than the median flux makes likely, so that one bright artefact is no mover. How
    unlike: the reduced chi squared of one flux, which may vary by a few tenths from frame to frame.

    Parameters
    ----------
    score, weight : ndarray, shape (n, frames)
        Significance, and one over the noise; 0 where nothing was seen.
    """
    seen = weight > 0
    count = np.maximum(seen.sum(axis=1), 1)
    flux = np.where(seen, score / np.where(seen, weight, 1), np.inf)
    ordered = np.sort(flux, axis=1)
    rows = np.arange(len(score))
    median = (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]) / 2
    median = np.where(np.isfinite(median), np.maximum(median, 0), 0)
    capped = np.where(seen, np.minimum(score, _TOP[0] * median[:, None] * weight + _TOP[1]), 0)
    norm = np.sum(weight**2, axis=1)
    together = np.sum(capped * weight, axis=1) / np.sqrt(np.maximum(norm, 1e-30))
    best = np.argmax(capped * weight, axis=1)
    rest = np.sum(capped * weight, axis=1) - (capped * weight)[rows, best]
    without_best = rest / np.sqrt(np.maximum(norm - weight[rows, best] ** 2, 1e-30))
    expected = (together / np.sqrt(np.maximum(norm, 1e-30)))[:, None] * weight
    unlike = np.where(seen, (score - expected) ** 2 / (1 + (_VARIES * expected) ** 2), 0)
    return together, without_best, unlike.sum(axis=1) / np.maximum(count - 1, 1)
