"""The deep search: difference images, matched to points, summed along every path that two of them suggest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.movers.artefacts import leftovers
from astrolib.movers.deep.candidates import Candidate, Judged, Limits, accept, judge, reaching
from astrolib.movers.deep.hypotheses import Hypotheses, Seeds, curved, join, straight
from astrolib.movers.deep.refining import refine
from astrolib.movers.difference.matched import match
from astrolib.movers.difference.peaks import Peaks, coarse_map, find_peaks
from astrolib.movers.difference.subtraction import Difference, subtract
from astrolib.movers.frames.registered import Registered

Values = NDArray[np.float64]
Image = NDArray[np.float32]

FASTEST = 5.0
"""Beyond it a mover is a trail, which another stage finds [arcsec/min]."""

SLOWEST = 0.12
"""Below it a mover hardly leaves its place in the static sky, which another stage looks into [arcsec/min]."""

_MOST_PEAKS = 6000
_MOST_PATHS = 20_000  # of a pair of frames
_ABOVE_CHANCE = 0.3  # standard deviations over the best path that chance alone made
_TOO_BRIGHT = 12.0  # of a peak for the second pass
_SCATTER = 4.0  # reduced chi squared of one flux
_BENT = 12.0  # pixels that the middle of three peaks may be off the line


@dataclass(frozen=True)
class Depth:
    """How low a pass goes.

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


BRIGHT = Depth(3.5, 4.0, 2.0, 9.0, 11.0, 6.0)
"""The first pass: what stands out of most frames by itself."""


def depth_of(frames: int) -> Depth:
    """Return the depth of the second pass for a number of frames: more frames, fainter peaks."""
    if frames <= 3:
        return Depth(3.0, 3.6, 1.5, 6.8, 7.4, 4.5)
    if frames <= 5:
        return Depth(3.0, 3.6, 2.2, 6.7, 7.5, 5.0)
    return Depth(2.6, 3.3, 2.3, 6.5, 7.3, 5.0)


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
    lines : list of list of Line
        Satellites of each frame.
    """

    candidates: list[Candidate]
    difference: Difference
    removed: list[dict[str, object]]
    lines: list[list[leftovers.Line]]


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
    removed, lines = _take_out(field, difference, depth.peak)
    report(2, 5)
    images = _Images(
        np.stack([difference.score(number) for number in range(len(field))]),
        difference.sigma,
        field.minutes - field.minutes.mean(),
        (max(rate_min, SLOWEST) / field.scale, min(rate_max, FASTEST) / field.scale),
        float(np.median([frame.exposure for frame in field.originals])) / 60.0,
        difference.profile,
    )
    bright = accept(_paths(images, BRIGHT), images.limits(BRIGHT, (0.0, 0.0)))
    _blank(images, bright, [frame.exposure / 60.0 for frame in field.originals])
    report(3, 5)
    by_chance = _by_chance(images, depth)
    report(4, 5)
    faint = accept(_paths(images, depth), images.limits(depth, by_chance))
    report(5, 5)
    return Deep(bright + faint, difference, removed, lines)


@dataclass(frozen=True, eq=False)
class _Images:
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
            _SCATTER,
            *self.rates,
            3,
        )


def _paths(images: _Images, depth: Depth) -> Judged:
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


def _blank(images: _Images, found: list[Candidate], exposures: list[float]) -> None:
    """Take movers that were found out of the images, trails and all."""
    spoilt = np.zeros(images.score.shape, bool)
    for mover in found:
        for number, exposure in enumerate(exposures):
            slope = [np.gradient(place, images.minutes)[number] * exposure for place in (mover.x, mover.y)]
            steps = np.linspace(-0.5, 0.5, 2 + int(np.hypot(*slope) / 3))
            for share in steps:
                leftovers.mark_disc(
                    spoilt[number], mover.x[number] + share * slope[0], mover.y[number] + share * slope[1]
                )
    for number, image in enumerate(images.score):
        # What is so bright and on no path is an artefact, and would only be a part of false ones.
        rest = find_peaks(np.where(spoilt[number], 0, image), _TOO_BRIGHT, _MOST_PEAKS)
        for x, y in zip(rest.x, rest.y, strict=True):
            leftovers.mark_disc(spoilt[number], float(x), float(y))
    images.score[spoilt] = 0


def _by_chance(images: _Images, depth: Depth) -> tuple[float, float]:
    """Return the significance of the best straight and the best curved path where none can be.

    The frames are put in another order of time, in which nothing moves evenly; noise and what is left of
    stars make up as many paths as before.
    """
    count = len(images.minutes)
    order = np.argsort(np.argsort([(number * 2 + 1) % count + number / 100 for number in range(count)]))
    order = np.array([1, 0, 2]) if count == 3 else order
    shuffled = replace(images, minutes=images.minutes[order])
    judged = _paths(_in_time(shuffled), depth)
    least = Limits(0.0, 0.0, depth.without_best, _SCATTER, *images.rates, 3)
    kept = reaching(judged, least)
    straight_best, curved_best = (
        float(judged.together[kept & bent].max(initial=0.0)) for bent in (~judged.curved, judged.curved)
    )
    return straight_best, curved_best


def _in_time(images: _Images) -> _Images:
    order = np.argsort(images.minutes)
    return replace(
        images, score=images.score[order], sigma=images.sigma[order], minutes=images.minutes[order]
    )


def _take_out(
    field: Registered, difference: Difference, least: float
) -> tuple[list[dict[str, object]], list[list[leftovers.Line]]]:
    """Take artefacts out of the difference; return their rows of the trail, and each frame's satellites."""
    removed, lines = [], []
    stars = leftovers.find_stars(difference)
    for x, y in leftovers.mark_variables(difference, stars):
        removed.append(removed_row(field, 0, x, y, "varies", 0.0, "variable"))
    for number in range(len(field)):
        lines.append(leftovers.find_lines(_peaks(difference, number, least), difference.static.shape))
        for line in lines[-1]:
            leftovers.subtract_line(difference, number, line)
            x, y = line.middle(difference.static.shape)
            removed.append(removed_row(field, number, x, y, "long line", float(line.peaks), "satellite"))
        leftovers.quieten(difference, number)
    peaks = [_peaks(difference, number, least) for number in range(len(field))]
    for number, these in enumerate(peaks):
        varied = leftovers.on_stars(difference, number, these, stars)
        for name, found in (
            ("crowded", leftovers.blemishes(these)),
            ("still", _still(peaks, number)),
            ("on a star", varied),
        ):
            leftovers.mark_peaks(difference, number, these.part(found))
            removed += [
                removed_row(field, number, float(x), float(y), name, float(score), "")
                for x, y, score in zip(these.x[found], these.y[found], these.score[found], strict=True)
            ]
    return removed, lines


def _still(peaks: list[Peaks], number: int) -> NDArray[np.bool_]:
    if len(peaks) < 4:
        return np.zeros(len(peaks[number]), bool)
    return leftovers.stationary(peaks, number) & (peaks[number].score > 4.0)


def removed_row(
    field: Registered, number: int, x: float, y: float, name: str, amount: float, kind: str
) -> dict[str, object]:
    """Return a row of the trail of what was removed."""
    ra, dec = field.to_sky(np.array(x), np.array(y))
    column, row = field.to_frame(number, np.array(x), np.array(y))
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


def _seeds(images: _Images, depth: Depth) -> Seeds:
    peaks = [find_peaks(image, depth.peak, _MOST_PEAKS) for image in images.score]
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
