"""Pools with known truth, as a network would score them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_softmax

TARGETS = (1, 2)


@dataclass(frozen=True)
class Pool:
    """Scores and truth."""

    probabilities: NDArray[np.float32]
    truth: NDArray[np.int64]

    def figures(self, target: int) -> tuple[float, float]:
        """Return the true precision and completeness."""
        claimed, real = self.probabilities.argmax(axis=1) == target, self.truth == target
        return (claimed & real).sum() / claimed.sum(), (claimed & real).sum() / real.sum()


def make_pool(
    counts: tuple[int, int, int] = (99_500, 350, 150),
    distance: float = 5.0,
    sharpness: float = 1.0,
    hidden: float = 0.0,
    seed: int = 1,
) -> Pool:
    """Make three classes with Gaussian features, scored by Bayes' rule.

    The scores are calibrated where `sharpness` is 1, and overconfident above. A `hidden` share of each
    target looks like the background.
    """
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat([0, 1, 2], counts))
    looks = np.where(rng.random(len(truth)) < hidden, 0, truth)
    centres = distance * np.array([[0.0, 0.0], [1.0, 0.0], [0.6, 0.8]])
    features = centres[looks] + rng.normal(size=(len(truth), 2))
    squares = ((features[:, None] - centres) ** 2).sum(axis=2)
    log_posterior = log_softmax(np.log(counts) - squares / 2, axis=1)
    return Pool(np.exp(log_softmax(sharpness * log_posterior, axis=1)).astype(np.float32), truth)


@pytest.fixture(scope="session")
def pool_of() -> Callable[..., Pool]:
    """Return the maker of pools."""
    return make_pool


@pytest.fixture(scope="session")
def pool() -> Pool:
    """Return a calibrated pool of 100,000 with 350 and 150 targets."""
    return make_pool()


@pytest.fixture(scope="session")
def small() -> Pool:
    """Return a pool of 2,000 with 60 and 40 targets."""
    return make_pool((1900, 60, 40), distance=3.5)
