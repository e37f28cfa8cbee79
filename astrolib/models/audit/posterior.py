"""How many targets a set of cells holds, given those found in a sample of each.

A hierarchical model of small areas (Chen, Elliott & Little 2010 model a proportion likewise, with a spline
for our line). In cell g, of N_g spectra with log odds v, n_g were asked about and y_g are targets::

    y_g ~ Binomial(n_g, theta_g)
    theta_g ~ Beta(s_g m_g, s_g (1 - m_g)),    s_g = 1 / (kappa^2 m_g (1 - m_g))
    m_g = mean of expit(alpha + beta (v - v0)) over the cell (+ a hidden share in the bulk)

The line recalibrates the scores; kappa lets a cell differ from it by about that much in log odds. The
posterior of (alpha, beta, hidden share) is summed on a grid, theta_g integrated out; the targets among the
N_g - n_g spectra not asked about are then drawn, which brings in the finite population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit

KAPPA = 1.0  # spread of a cell about the line [ln odds]
RAREST, SUREST = 1e-12, 0.9995  # of a cell's mean
DRAWS = 2000
NOTHING = -40.0  # alpha where no spectrum is missed
SURER = 2.0  # prior weight of that point against any other, for each answer

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Cells of spectra, and what was found in each.

    Attributes
    ----------
    histogram : ndarray of float64, shape (G, B)
        How many spectra of each cell have log odds in each bin.
    bins : ndarray of float64, shape (B,)
        The middle of each bin [ln odds].
    asked, found : ndarray of int64, shape (G,)
        How many were asked about, and how many of these are targets.
    """

    histogram: Floats
    bins: Floats
    asked: NDArray[np.int64]
    found: NDArray[np.int64]

    @property
    def size(self) -> NDArray[np.int64]:
        """How many spectra each cell holds."""
        return self.histogram.sum(axis=1).astype(np.int64)

    def part(self, which: NDArray[np.bool_]) -> Cells:
        """Return some of the cells."""
        return Cells(self.histogram[which], self.bins, self.asked[which], self.found[which])


Group = tuple[Cells, Floats]


@dataclass(frozen=True)
class Grid:
    """Where alpha and beta may lie, and their logarithmic prior weight, which broadcasts to (A, B)."""

    reference: float
    alpha: Floats
    beta: Floats
    log_prior: Floats


def _normal(x: Floats, mean: float, spread: float) -> Floats:
    return -0.5 * ((x - mean) / spread) ** 2


def claimed_grid() -> Grid:
    """Return the prior for what is called the target: the surer the better."""
    beta = np.linspace(0.0, 0.8, 13)
    return Grid(2.0, np.linspace(-4.0, 10.0, 43), beta, _normal(beta, 0.0, 0.2))


def missed_grid(answers: int) -> Grid:
    """Return the prior for what is called something else: as the scores say, but flatter or steeper.

    That nothing is missed has a point of its own. A prior Beta(0, 1) on a share has all its weight there
    until something is found, and none from then on. Here it has the more the more answers there are: with
    ten of them nobody can be so sure.
    """
    alpha = np.append(NOTHING, np.linspace(-12.0, 3.0, 43))
    beta = np.geomspace(0.05, 2.2, 26)
    nothing = np.where(alpha == NOTHING, np.log(max(1.0, SURER * answers)), 0.0)
    return Grid(-2.0, alpha, beta, nothing[:, None] + _normal(np.log(beta), np.log(0.4), 0.8))


def line_means(cells: Cells, grid: Grid) -> Floats:
    """Return the mean of the recalibrated scores of each cell, shape (A, B, G)."""
    line = expit(grid.alpha[:, None, None] + grid.beta[:, None] * (cells.bins - grid.reference))
    return line @ (cells.histogram / cells.size[:, None]).T


def totals(
    groups: Sequence[Group],
    log_priors: tuple[Floats, Floats],
    second: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Floats:
    """Draw the number of targets in all cells from its posterior, shape (DRAWS,).

    Parameters
    ----------
    groups : sequence of (Cells, ndarray of float64)
        The cells, and the prior mean of each at each point of the grid: of a shape that broadcasts to
        (..., G), where (...) is the shape of a prior. What one group's means do not depend on is
        computed once for it.
    log_priors : two of ndarray of float64, shape (...)
        The logarithmic prior weight of each point, for two priors.
    second : ndarray of bool, shape (DRAWS,)
        Which draws come from the posterior of the second prior.
    rng : numpy.random.Generator
        The source of chance.
    """
    groups = [(cells, np.clip(means, RAREST, SUREST)) for cells, means in groups]
    likelihood = sum(_log_likelihood(cells, means) for cells, means in groups)
    first, other = (_choose(log_prior + likelihood, rng) for log_prior in log_priors)
    shape = log_priors[0].shape
    points = np.unravel_index(np.where(second, other, first), shape)
    found = np.zeros(DRAWS)
    for cells, means in groups:
        a, b = _shapes(np.broadcast_to(means, (*shape, means.shape[-1]))[points])
        theta = rng.beta(a + cells.found, b + cells.asked - cells.found)
        found += (cells.found + rng.binomial(cells.size - cells.asked, theta)).sum(axis=1)
    return found


def _choose(log_weight: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    weight = np.exp(log_weight - log_weight.max()).ravel()
    return rng.choice(len(weight), DRAWS, p=weight / weight.sum())


def _log_likelihood(cells: Cells, means: Floats) -> Floats:
    """Return the beta-binomial log likelihood of what was found, for means of shape (..., G)."""
    asked = cells.asked > 0
    n, y = cells.asked[asked], cells.found[asked]
    a, b = _shapes(means[..., asked])
    return (betaln(a + y, b + n - y) - betaln(a, b)).sum(axis=-1)


def _shapes(means: Floats) -> tuple[Floats, Floats]:
    strength = 1 / (KAPPA**2 * means * (1 - means))
    return strength * means, strength * (1 - means)
