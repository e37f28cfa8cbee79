"""How far the significances of motion are to be believed, by the field's own sources at rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.slow.motion import Motions
from astrolib.movers.slow.paths import misfit
from astrolib.movers.slow.stamps import Frame

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NEIGHBOURHOOD = 8.0  # pixels within which another's light disturbs
CROWDED = (0.1, 0.5, 2.0, 10.0)
"""Others' light over a source's own: limits of the classes that are calibrated apart. What is beyond the
last is less than the subtraction of the others may leave."""

_ENOUGH = 40  # sources that tell the scale of a class


def scatter(frames: Sequence[Frame], motions: Motions) -> Values:
    """Return by how much the places scatter about their paths more than their errors say; 1 at least."""
    freedom = 2 * np.sum(motions.weight[:, :, 0, 0] > 0, axis=1) - 4 - 2 * motions.bent
    chi2 = misfit(frames, motions.measured, motions.weight, motions.bent)
    return np.sqrt(np.maximum(1.0, chi2 / np.maximum(freedom, 1)))


def crowding(frames: Sequence[Frame], motions: Motions, known: Motions | None) -> NDArray[np.int_]:
    """Return the class of each source by how much light others have near it, over its own."""
    minutes = frames[int(np.abs([frame.minutes for frame in frames]).argmin())].minutes
    others = motions if known is None else known
    near = cKDTree(motions.at(minutes)).sparse_distance_matrix(
        cKDTree(others.at(minutes)), _NEIGHBOURHOOD, output_type="coo_matrix"
    )
    other = (near.row != near.col) | (known is not None)
    flux = np.maximum(np.median(others.flux, axis=1), 0)
    light = np.bincount(near.row[other], flux[near.col[other]], len(motions.place))
    return np.digitize(light / np.maximum(np.median(motions.flux, axis=1), 1e-9), CROWDED)


def calibrated(significance: Values, classes: NDArray[np.int_], whole: Flags, share: float) -> Values:
    """Return by how much significances at rest are too large: a quantile of each class of crowding."""
    factors = np.ones(len(CROWDED) + 1)
    for number in range(len(factors)):
        own = significance[(classes == number) & whole]
        if len(own) >= _ENOUGH:
            factors[number] = max(1.0, float(np.quantile(own, share)) / np.sqrt(-2 * np.log(1 - share)))
    return factors


def density(frames: Sequence[Frame], motions: Motions) -> float:
    """Return the share of the field within a width of a source."""
    width = float(np.median([frame.psf.fwhm for frame in frames]))
    return float(len(motions.place) * np.pi * width**2 / frames[0].data.size)
