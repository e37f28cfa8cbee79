"""Probabilities that mean what they say: calibrated on labels of known weight.

A network trained on actively chosen labels has seen the classes in other proportions than the sky has them.
Labels of an audit sample stand for all spectra, each for as many as its weight says (the inverse of the
probability with which it was drawn), and correct both the proportions and the confidence.

An audit draws by score. What a score is worth can then be learned without weights, and most precisely so:
they only tell how many spectra have such scores, and with them forty answers from the bulk drown the
hundreds about the targets. So a weight counts in full as far as it differs from those of labels with like
scores (Pfeffermann & Sverchkov 1999, Sankhya B 61, 166), and what it has in common with them by its root:
the bulk still counts for more than its answers, since what fits about the targets need not hold there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrolib.core.errors import ParameterError
from astrolib.models.judge import calibration_error

PRIOR_LOG_TEMPERATURE = 0.5
"""Standard deviation of the logarithm of the temperature before any label is seen."""
PRIOR_BIAS = 1.0
"""Standard deviation of each bias before any label is seen: proportions wrong by a factor of 3."""
NEIGHBOURS = 10
"""Labels with like scores."""

_TINY = 1e-12
_FOLDS = 5


@dataclass(frozen=True, eq=False)
class Calibration:
    """``softmax(log p / temperature + bias)``.

    Temperature scaling (Guo et al. 2017, ICML 70, 1321) with a bias for each class.

    Parameters
    ----------
    temperature : float
        Above 1 where the network is too sure of itself.
    bias : ndarray of float64, shape (classes,)
        Added to the logarithms.
    n_labels : int
        Labels it was fitted to; 0 for the identity.
    error_before, error : float
        Expected calibration error on those labels: of the network as it is, and of the calibration where each
        label was judged by one that had not seen it. NaN where nobody measured.
    """

    temperature: float
    bias: NDArray[np.float64]
    n_labels: int = 0
    error_before: float = float("nan")
    error: float = float("nan")

    @classmethod
    def identity(cls, n_classes: int) -> Calibration:
        """Return the one that changes nothing."""
        return cls(1.0, np.zeros(n_classes))

    @classmethod
    def of_dict(cls, record: dict[str, Any]) -> Calibration:
        """Return what `as_dict` wrote."""
        numbers = {name: float("nan" if record[name] is None else record[name]) for name in _ERRORS}
        bias = np.array(record["bias"], dtype=np.float64)
        return cls(float(record["temperature"]), bias, int(record["n_labels"]), **numbers)

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        errors = {name: getattr(self, name) for name in _ERRORS}
        return {
            "temperature": self.temperature,
            "bias": self.bias.tolist(),
            "n_labels": self.n_labels,
            **{name: value if np.isfinite(value) else None for name, value in errors.items()},
        }

    def apply(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated probabilities, shape (n, classes); the rows add up to 1."""
        if self.temperature == 1 and not self.bias.any():
            return probabilities
        scaled = np.log(np.maximum(probabilities, np.float32(_TINY)))
        scaled *= np.float32(1 / self.temperature)
        scaled += self.bias.astype(np.float32)
        scaled -= scaled.max(axis=1, keepdims=True)
        np.exp(scaled, out=scaled)
        scaled /= scaled.sum(axis=1, keepdims=True)
        return scaled


_ERRORS = ("error_before", "error")


def calibrate(labels: ArrayLike, probabilities: NDArray[np.floating], weights: ArrayLike) -> Calibration:
    """Fit a calibration to labels that stand for all spectra.

    Priors draw temperature and biases to the identity, so that few labels change little.

    Parameters
    ----------
    labels : array of int, shape (n,)
        Numbers of the true classes; never used in training.
    probabilities : ndarray, shape (n, classes)
        Of the network.
    weights : array of float, shape (n,)
        How many spectra each label stands for.

    Raises
    ------
    ParameterError
        If there are no labels, or a weight is not positive.
    """
    truth, mass = np.asarray(labels, dtype=np.int64), np.asarray(weights, dtype=np.float64)
    if not len(truth) or not (np.isfinite(mass).all() and mass.min() > 0):
        raise ParameterError(
            "no labels to calibrate on, or weights not above 0", remedy="give an audit sample"
        )
    logarithms = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), _TINY))
    temperature, bias = _fit(truth, logarithms, mass)
    return Calibration(
        temperature,
        bias,
        len(truth),
        calibration_error(truth, probabilities, mass),
        calibration_error(truth, _crossed(truth, logarithms, mass), mass),
    )


def _crossed(truth: NDArray[Any], logarithms: NDArray[Any], mass: NDArray[Any]) -> NDArray[np.float64]:
    """Return probabilities, each calibrated on the folds that its label is not in."""
    folds = np.random.default_rng(0).permutation(len(truth)) % _FOLDS
    answers = np.empty_like(logarithms)
    for fold in range(_FOLDS):
        inside, others = folds == fold, folds != fold
        if inside.any():
            temperature, bias = _fit(truth[others], logarithms[others], mass[others])
            answers[inside] = np.exp(_log_softmax(logarithms[inside] / temperature + bias))
    return answers


def _fit(
    truth: NDArray[Any], logarithms: NDArray[Any], mass: NDArray[Any]
) -> tuple[float, NDArray[np.float64]]:
    from scipy.optimize import minimize  # 0.2 s, and most who load a model never calibrate

    if not len(truth):
        return 1.0, np.zeros(logarithms.shape[1])
    share = _shares(logarithms, mass)
    rows = np.arange(len(truth))
    one_hot = np.zeros_like(logarithms)
    one_hot[rows, truth] = 1

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_temperature, bias = parameters[0], parameters[1:]
        scaled = logarithms * np.exp(-log_temperature)
        answers = _log_softmax(scaled + bias)
        residual = share[:, None] * (np.exp(answers) - one_hot)
        penalty = (log_temperature / PRIOR_LOG_TEMPERATURE) ** 2 + ((bias / PRIOR_BIAS) ** 2).sum()
        slope = np.concatenate([[-(residual * scaled).sum()], residual.sum(axis=0)])
        slope += np.concatenate([[log_temperature / PRIOR_LOG_TEMPERATURE**2], bias / PRIOR_BIAS**2])
        return float(-(share * answers[rows, truth]).sum() + penalty / 2), slope

    best = minimize(loss, np.zeros(1 + logarithms.shape[1]), jac=True, method="L-BFGS-B").x
    return float(np.exp(best[0])), best[1:]


def _shares(logarithms: NDArray[Any], mass: NDArray[Any]) -> NDArray[np.float64]:
    """Return how much each label counts, 1 in the mean."""
    from scipy.spatial import cKDTree  # as minimize

    others = np.arange(2, 2 + min(NEIGHBOURS, len(mass) - 1))  # the nearest is the label itself
    if not len(others):
        return np.ones(1)
    nearest = cKDTree(logarithms).query(logarithms, k=others)[1]
    share = mass / np.sqrt(mass[nearest].mean(axis=1))
    return share / share.mean()


def _log_softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = values - values.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def entropy(probabilities: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the Shannon entropy of each row [nat]; 0 where the answer is certain."""
    safe = np.maximum(probabilities, np.float32(_TINY))
    return -(probabilities * np.log(safe)).sum(axis=1).astype(np.float32)
