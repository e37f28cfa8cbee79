"""The deep search: difference images, matched to points, summed along every path that two of them suggest."""

from __future__ import annotations


from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.movers import artefacts
from astrolib.movers.candidates import Candidate, Limits, accept, judge
from astrolib.movers.difference import Difference, subtract
from astrolib.movers.hypotheses import Hypotheses, Seeds, curved, join, straight
from astrolib.movers.matched import match
from astrolib.movers.peaks import Peaks, coarse_map, find_peaks
from astrolib.movers.refining import refine
from astrolib.movers.registered import Registered

Values = NDArray[np.float64]
Image = NDArray[np.float32]

FASTEST = 5.0
"""Beyond it a mover is a trail, which another stage finds [arcsec/min]."""

SLOWEST = 0.12
"""Below it a mover hardly leaves its place in the static sky, which another stage looks into [arcsec/min]."""

_MOST_PEAKS = 6000
_MOST_PATHS = 20_000  # of a pair of frames
_SCATTER = 4.0  # reduced chi squared of one flux
_BENT = 12.0  # pixels that the middle of three peaks may be off the line


@dataclass(frozen=True)
class Depth:
    """How low the search goes, by the number of frames.

    Parameters
    ----------
    peak, curved_peak : float
        Scores of peaks that straight and curved paths start from.
    support : float
        Of the other frames together.
    straight, curved, without_best : float
        Significance that is kept.
    """

    peak: float
    curved_peak: float
    support: float
    straight: float
    curved: float
    without_best: float


def depth_of(frames: int) -> Depth:
    """Return the depth for a number of frames: more frames, fainter peaks."""
    if frames <= 3:
        return Depth(3.0, 4.0, 1.5, 7.2, 8.2, 5.0)
    if frames <= 5:
        return Depth(3.0, 3.8, 2.2, 7.0, 8.0, 5.5)
    return Depth(2.6, 3.3, 2.3, 6.7, 7.7, 5.5)


@dataclass(frozen=True, eq=False)
class Deep:
    """What the deep search found.

    Parameters
    ----------
    candidates : list of Candidate
        Best first.
    difference : Difference
        In which to measure them.
    removed : list of dict
        Rows of the trail of what was removed.
    """

    candidates: list[Candidate]
    difference: Difference
    removed: list[dict[str, object]]


def search_deep(
    field: Registered, rate_min: float = SLOWEST, rate_max: float = FASTEST, progress: Progress | None = None
) -> Deep:
    """Find movers in difference images.

    Parameters
    ----------
    field : Registered
        Three frames or more.
    rate_min, rate_max : float
        Within the stage's own limits [arcsec/min].
    progress : Progress, optional
        Hears of five steps.
    """
    report = progress or silent
    difference = subtract(field, match(field))
    report(1, 5)
    depth = depth_of(len(field))
    removed = _take_out(field, difference, depth.peak)
    report(2, 5)
    score = np.stack([difference.score(number) for number in range(len(field))])
    seen = np.isfinite(difference.sigma)
    minutes = field.minutes - field.minutes.mean()
    rates = max(rate_min, SLOWEST) / field.scale, min(rate_max, FASTEST) / field.scale
    seeds = _seeds(score, seen, minutes, rates, depth.peak)
    straight_ones, curved_ones = _straight(seeds, depth), _curved(seeds, depth)
    report(3, 5)
    paths = [
        refine(straight_ones, score, minutes),
        refine(curved_ones, score, minutes, degree=2),
        refine(refine(straight_ones, score, minutes, radii=(4,)), score, minutes, degree=2),
    ]
    report(4, 5)
    limits = Limits(depth.straight, depth.curved, depth.without_best, _SCATTER, *rates, 3)
    kept = accept(judge(join(paths), score, difference.sigma, minutes), limits)
    report(5, 5)
    return Deep(kept, difference, removed)


def _take_out(field: Registered, difference: Difference, least: float) -> list[dict[str, object]]:
    """Take artefacts out of the difference, and return their rows of the trail."""
    removed = []
    for x, y in artefacts.mark_variables(difference):
        removed.append(_row(field, 0, x, y, "varies", 0.0, "variable"))
    for number in range(len(field)):
        for line in artefacts.find_lines(_peaks(difference, number, least), difference.static.shape):
            artefacts.mark_line(difference, number, line)
            x, y = line.middle(difference.static.shape)
            removed.append(_row(field, number, x, y, "long line", float(line.peaks), "satellite"))
    peaks = [_peaks(difference, number, least) for number in range(len(field))]
    for number, these in enumerate(peaks):
        for name, found in (("crowded", artefacts.blemishes(these)), ("still", _still(peaks, number))):
            artefacts.mark_peaks(difference, number, these.part(found))
            removed += [
                _row(field, number, float(x), float(y), name, float(score), "")
                for x, y, score in zip(these.x[found], these.y[found], these.score[found], strict=True)
            ]
    return removed


def _still(peaks: list[Peaks], number: int) -> NDArray[np.bool_]:
    if len(peaks) < 4:
        return np.zeros(len(peaks[number]), bool)
    return artefacts.stationary(peaks, number) & (peaks[number].score > 4.0)


def _row(
    field: Registered, number: int, x: float, y: float, name: str, amount: float, kind: str
) -> dict[str, object]:
    """Return a row of the trail."""
    ra, dec = field.to_sky(x, y)
    column, row = field.to_frame(number, x, y)
    return {
        "stage": "deep",
        "filter": name,
        "amount": amount,
        "kind": kind,
        "frame": field.originals[number].name,
        "x": float(column),
        "y": float(row),
        "ra": float(ra),
        "dec": float(dec),
    }


def _peaks(difference: Difference, number: int, least: float) -> Peaks:
    return find_peaks(difference.score(number), least, _MOST_PEAKS)


def _seeds(
    score: Image, seen: NDArray[np.bool_], minutes: Values, rates: tuple[float, float], least: float
) -> Seeds:
    peaks = [find_peaks(image, least, _MOST_PEAKS) for image in score]
    near = [coarse_map(image, valid, 1) for image, valid in zip(score, seen, strict=True)]
    far = [coarse_map(image, valid, 2) for image, valid in zip(score, seen, strict=True)]
    return Seeds(minutes, peaks, near, far, *rates)


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


