"""How unsure a network is of each spectrum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_TINY = 1e-9


def of_targets(probabilities: NDArray[np.float32], columns: Sequence[int]) -> NDArray[np.float32]:
    """Return the probabilities of each target and of everything else, shape (..., targets + 1).

    Whether a spectrum that nobody looks for is of one class or the other teaches nothing about the targets.
    """
    wanted = probabilities[..., list(columns)]
    return np.concatenate([wanted, 1 - wanted.sum(axis=-1, keepdims=True)], axis=-1).clip(0, 1)


def uncertainty(probabilities: NDArray[np.float32], strategy: str) -> NDArray[np.float32]:
    """Return how unsure the answers are: 0 where they are sure.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (members, spectra, outcomes)
        Of each network of a committee.
    strategy : {'margin', 'entropy', 'least_confidence', 'disagreement'}
        How near the two best outcomes are; how many outcomes are left, in nats; how little the best one has;
        how much of the entropy is because the members differ (mutual information; Houlsby et al. 2011,
        arXiv:1112.5745). Of the first three, of the mean over the members (Settles 2009, *Active Learning
        Literature Survey*, section 3.1).

    Returns
    -------
    ndarray of float32, shape (spectra,)
    """
    mean = probabilities.mean(axis=0)
    if strategy == "entropy":
        return _entropy(mean)
    if strategy == "disagreement":
        return np.maximum(_entropy(mean) - _entropy(probabilities).mean(axis=0), 0)
    ordered = np.sort(mean, axis=-1)
    if strategy == "margin":
        return 1 - (ordered[:, -1] - ordered[:, -2])
    return 1 - ordered[:, -1]


def _entropy(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    return -(probabilities * np.log(np.maximum(probabilities, _TINY))).sum(axis=-1)
