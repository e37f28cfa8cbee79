"""All paths that the peaks of some images suggest, each with what the frames show along it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.candidates import Limits
from astrolib.movers.deep.depth import Depth
from astrolib.movers.deep.evidence import Judged, judge
from astrolib.movers.deep.hypotheses import Hypotheses, Seeds, curved, join, straight
from astrolib.movers.deep.refining import refine
from astrolib.movers.difference.peaks import MOST_PEAKS, coarse_map, find_peaks

Values = NDArray[np.float64]
Image = NDArray[np.float32]

_MOST_PATHS = 20_000  # of a pair of frames
_ABOVE_CHANCE = 0.3  # standard deviations over the best path that chance alone made

SCATTER = 4.0
"""Reduced chi squared of one flux, beyond which frames do not show one object."""

_BENT = 12.0  # pixels that the middle of three peaks may be off the line


@dataclass(frozen=True, eq=False)
class Images:
    """What paths are looked for in.

    Significance, noise, times [min], limits of the rate [pixel/min], exposure [min], profile of a point.
    """

    score: Image
    sigma: Image
    minutes: Values
    rates: tuple[float, float]
    exposure: float
    profile: Values

    def limits(self, depth: Depth, by_chance: tuple[float, float]) -> Limits:
        """Return what paths must reach: the depth's limits, or more than chance reached."""
        return Limits(
            max(depth.straight, by_chance[0] + _ABOVE_CHANCE),
            max(depth.curved, by_chance[1] + _ABOVE_CHANCE),
            depth.without_best,
            SCATTER,
            *self.rates,
            3,
        )


def paths_in(images: Images, depth: Depth) -> Judged:
    """Return all paths that peaks suggest, drawn to where the scores are best."""
    seeds = _seeds(images, depth)
    straight_ones, curved_ones = _straight(seeds, depth), _curved(seeds, depth)
    score, minutes = images.score, images.minutes
    refined = [
        refine(straight_ones, score, minutes),
        refine(curved_ones, score, minutes, degree=2),
        refine(refine(straight_ones, score, minutes, radii=(4,)), score, minutes, degree=2),
    ]
    return judge(join(refined), score, images.sigma, minutes, images.exposure, images.profile)


def _seeds(images: Images, depth: Depth) -> Seeds:
    peaks = [find_peaks(image, depth.peak, MOST_PEAKS) for image in images.score]
    seen = np.isfinite(images.sigma)
    near, far = (
        [coarse_map(image, valid, reach) for image, valid in zip(images.score, seen, strict=True)]
        for reach in (1, 2)
    )
    return Seeds(images.minutes, peaks, near, far, *images.rates)


def _straight(seeds: Seeds, depth: Depth) -> Hypotheses:
    """Return straight paths from pairs of frames that are at most three apart."""
    found = []
    for first, second in combinations(range(len(seeds.minutes)), 2):
        apart = second - first
        if apart <= 3:
            least = 2 * depth.peak + 0.6 * apart
            found.append(straight(seeds, first, second, least, depth.support).best(_MOST_PATHS))
    return join(found)


def _curved(seeds: Seeds, depth: Depth) -> Hypotheses:
    """Return curved paths from three frames, each at most two after the one before."""
    strong = Seeds(
        seeds.minutes,
        [peaks.part(peaks.score > depth.curved_peak) for peaks in seeds.peaks],
        seeds.near,
        seeds.far,
        seeds.slowest,
        seeds.fastest,
    )
    found = []
    for frames in combinations(range(len(seeds.minutes)), 3):
        if frames[1] - frames[0] <= 2 and frames[2] - frames[1] <= 2:
            paths = curved(strong, frames, _BENT, 3 * depth.curved_peak, depth.support)
            found.append(paths.best(_MOST_PATHS))
    return join(found)
