"""The deep search: difference images, matched to points, summed along every path that two of them suggest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from astrolib.core.progress import Progress, silent
from astrolib.movers.artefacts.lines import Line
from astrolib.movers.artefacts.marks import mark_disc
from astrolib.movers.artefacts.taking_out import take_out
from astrolib.movers.deep.candidates import Candidate, Limits, accept, reaching
from astrolib.movers.deep.depth import BRIGHT, Depth, depth_of
from astrolib.movers.deep.paths import SCATTER, Images, paths_in
from astrolib.movers.difference.matched import match
from astrolib.movers.difference.peaks import MOST_PEAKS, find_peaks
from astrolib.movers.difference.subtraction import Difference, subtract
from astrolib.movers.frames.registered import Registered

FASTEST = 5.0
"""Beyond it a mover is a trail, which another stage finds [arcsec/min]."""

SLOWEST = 0.12
"""Below it a mover hardly leaves its place in the static sky, which another stage looks into [arcsec/min]."""

_TOO_BRIGHT = 12.0  # of a peak for the second pass


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
    lines: list[list[Line]]


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
    removed, lines = take_out(field, difference, depth.peak)
    report(2, 5)
    images = Images(
        np.stack([difference.score(number) for number in range(len(field))]),
        difference.sigma,
        field.minutes - field.minutes.mean(),
        (max(rate_min, SLOWEST) / field.scale, min(rate_max, FASTEST) / field.scale),
        float(np.median([frame.exposure for frame in field.originals])) / 60.0,
        difference.profile,
    )
    bright = accept(paths_in(images, BRIGHT), images.limits(BRIGHT, (0.0, 0.0)))
    _blank(images, bright, [frame.exposure / 60.0 for frame in field.originals])
    report(3, 5)
    by_chance = _by_chance(images, depth)
    report(4, 5)
    faint = accept(paths_in(images, depth), images.limits(depth, by_chance))
    report(5, 5)
    return Deep(bright + faint, difference, removed, lines)


def _blank(images: Images, found: list[Candidate], exposures: list[float]) -> None:
    """Take movers that were found out of the images, trails and all."""
    spoilt = np.zeros(images.score.shape, bool)
    for mover in found:
        for number, exposure in enumerate(exposures):
            slope = [np.gradient(place, images.minutes)[number] * exposure for place in (mover.x, mover.y)]
            steps = np.linspace(-0.5, 0.5, 2 + int(np.hypot(*slope) / 3))
            for share in steps:
                mark_disc(
                    spoilt[number], mover.x[number] + share * slope[0], mover.y[number] + share * slope[1]
                )
    for number, image in enumerate(images.score):
        # What is so bright and on no path is an artefact, and would only be a part of false ones.
        rest = find_peaks(np.where(spoilt[number], 0, image), _TOO_BRIGHT, MOST_PEAKS)
        for x, y in zip(rest.x, rest.y, strict=True):
            mark_disc(spoilt[number], float(x), float(y))
    images.score[spoilt] = 0


def _by_chance(images: Images, depth: Depth) -> tuple[float, float]:
    """Return the significance of the best straight and the best curved path where none can be.

    The frames are put in another order of time, in which nothing moves evenly; noise and what is left of
    stars make up as many paths as before.
    """
    count = len(images.minutes)
    order = np.argsort(np.argsort([(number * 2 + 1) % count + number / 100 for number in range(count)]))
    order = np.array([1, 0, 2]) if count == 3 else order
    shuffled = replace(images, minutes=images.minutes[order])
    judged = paths_in(_in_time(shuffled), depth)
    least = Limits(0.0, 0.0, depth.without_best, SCATTER, *images.rates, 3)
    kept = reaching(judged, least)
    straight_best, curved_best = (
        float(judged.together[kept & bent].max(initial=0.0)) for bent in (~judged.curved, judged.curved)
    )
    return straight_best, curved_best


def _in_time(images: Images) -> Images:
    order = np.argsort(images.minutes)
    return replace(
        images, score=images.score[order], sigma=images.sigma[order], minutes=images.minutes[order]
    )
