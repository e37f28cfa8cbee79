"""The ordinary search: sources of each frame, those that stand still removed, the rest linked. Quick.

What a mover of a good signal in an uncrowded field needs; the deep search finds what this one misses.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import sep
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets import rows

Values = NDArray[np.float64]

FASTEST = 5.0
"""Beyond it a source is a trail in pieces [arcsec/min]."""

SLOWEST = 0.12
"""Below it a source is taken for one that stands still [arcsec/min]."""

_NEAR = 2.5  # of a straight path through two sources, a third lies on it [pixel]
_FLUX = 2.0  # ratio of the fluxes of one mover, at most, and what noise adds
_LEAST_PIXELS = 6  # of a source that may be a mover: a cosmic ray has fewer
_APERTURE = 1.2  # radius in FWHM


def search_ordinary(
    field: Registered, *, rate_min: float = SLOWEST, rate_max: float = FASTEST, min_detections: int = 3
) -> rows.Found:
    """Find movers among the sources of each frame.

    Parameters
    ----------
    field : Registered
        Three frames or more.
    rate_min, rate_max : float
        Within the stage's own limits [arcsec/min].
    min_detections : int
        Frames in which a mover is seen.
    """
    loose = [_loose(field, number) for number in range(len(field))]
    limits = max(rate_min, SLOWEST) / field.scale, min(rate_max, FASTEST) / field.scale
    chains = _links(field.minutes, loose, limits, min_detections)
    found = [_object(field, loose, chain) for chain in chains]
    return rows.tabulate(field, "ordinary", found, [])


def _loose(field: Registered, number: int) -> NDArray[Any]:
    """Return the sources of a frame that no other frame has at the same place, with x and y on the grid."""
    here, pixels = field.sources_at(number), field.pixels[number]
    column, row = (np.rint(pixels.sources[axis]).astype(int) for axis in ("x", "y"))
    alone = (pixels.sources["npix"] >= _LEAST_PIXELS) & ~pixels.bad[row, column]
    for other in range(len(field)):
        if other != number:
            alone &= ~field.has_source(other, here)
    sources = pixels.sources[alone].copy()
    sources["x"], sources["y"] = here[alone].T
    return sources


def _links(
    minutes: Values, loose: list[NDArray[Any]], limits: tuple[float, float], least: int
) -> list[dict[int, int]]:
    """Return chains: frame to source. Longest and straightest first, and no source twice."""
    trees = [cKDTree(np.stack((one["x"], one["y"]), axis=1)) if len(one) else None for one in loose]
    chains = []
    for first, second in combinations(range(len(minutes)), 2):
        if second - first <= max(2, len(minutes) - 3):
            chains += _from_pair(minutes, loose, trees, (first, second), limits)
    chains = [chain for chain in chains if len(chain[0]) >= least]
    used: set[tuple[int, int]] = set()
    kept = []
    for chain, _ in sorted(chains, key=lambda one: (-len(one[0]), one[1])):
        if used.isdisjoint(chain.items()):
            used |= set(chain.items())
            kept.append(chain)
    return kept


def _from_pair(
    minutes: Values,
    loose: list[NDArray[Any]],
    trees: list[cKDTree | None],
    pair: tuple[int, int],
    limits: tuple[float, float],
) -> list[tuple[dict[int, int], float]]:
    """Return the chains that begin with two sources, each with its rms [pixel]."""
    first, second = pair
    here, there = trees[first], trees[second]
    if here is None or there is None:
        return []
    span = minutes[second] - minutes[first]
    chains = []
    for left, near in enumerate(here.query_ball_tree(there, limits[1] * span)):
        for right in near:
            a, b = loose[first][left], loose[second][right]
            way = np.array([b["x"] - a["x"], b["y"] - a["y"]])
            if np.hypot(*way) < limits[0] * span or not _alike(a, b):
                continue
            chain = _extended(minutes, loose, trees, {first: left, second: right})
            if len(chain) > 2:
                chains.append((chain, _rms(minutes, loose, chain)))
    return chains


def _alike(a: np.void, b: np.void) -> bool:
    """Say whether two sources may be one by their fluxes and sizes."""
    ratio = max(float(a["flux"]), 1e-9) / max(float(b["flux"]), 1e-9)
    faint = min(float(a["npix"]), float(b["npix"])) < 25
    return 1 / _FLUX < ratio < _FLUX or (faint and 0.25 < ratio < 4)


def _extended(
    minutes: Values, loose: list[NDArray[Any]], trees: list[cKDTree | None], chain: dict[int, int]
) -> dict[int, int]:
    """Return a chain with the sources of the other frames that lie on its path, nearest in time first."""
    chain = dict(chain)
    middle = np.mean([minutes[number] for number in chain])
    for number in sorted(range(len(minutes)), key=lambda number: abs(minutes[number] - middle)):
        tree = trees[number]
        if number in chain or tree is None:
            continue
        place, reach = _predicted(minutes, loose, chain, number)
        distance, nearest = tree.query(place, distance_upper_bound=reach)
        some = next(iter(chain.items()))
        if np.isfinite(distance) and _alike(loose[some[0]][some[1]], loose[number][nearest]):
            chain[number] = int(nearest)
    return chain


def _predicted(
    minutes: Values, loose: list[NDArray[Any]], chain: dict[int, int], number: int
) -> tuple[Values, float]:
    """Return where a chain is in another frame, and how far off it may be [pixel]."""
    frames = sorted(chain)
    times = minutes[frames]
    if len(frames) == 2:
        return _on_line(minutes, loose, chain, number)
    place = [
        np.polyval(
            np.polyfit(times, [loose[frame][axis][chain[frame]] for frame in frames], 2), minutes[number]
        )
        for axis in ("x", "y")
    ]
    outside = max(times.min() - minutes[number], minutes[number] - times.max(), 0.0) / np.ptp(times)
    return np.array(place), _NEAR * (1 + min(outside, 1.0))


def _on_line(
    minutes: Values, loose: list[NDArray[Any]], chain: dict[int, int], number: int
) -> tuple[Values, float]:
    """Return where two sources' straight path is in another frame, and how far off it may be [pixel]."""
    (first, left), (second, right) = sorted(chain.items())
    share = (minutes[number] - minutes[first]) / (minutes[second] - minutes[first])
    a, b = loose[first][left], loose[second][right]
    place = np.array([a[axis] + share * (b[axis] - a[axis]) for axis in ("x", "y")])
    return place, _NEAR * (1 + min(max(-share, share - 1, 0.0), 1.0))


def _rms(minutes: Values, loose: list[NDArray[Any]], chain: dict[int, int]) -> float:
    frames = sorted(chain)
    degree = 2 if len(frames) > 3 else 1
    off = [
        np.polyfit(
            minutes[frames], [loose[frame][axis][chain[frame]] for frame in frames], degree, full=True
        )[1]
        for axis in ("x", "y")
    ]
    return float(np.sqrt(sum(np.sum(one) for one in off) / len(frames)))


def _object(field: Registered, loose: list[NDArray[Any]], chain: dict[int, int]) -> rows.Candidate:
    frames = sorted(chain)
    x, y = (np.array([loose[frame][axis][chain[frame]] for frame in frames]) for axis in ("x", "y"))
    degree = 2 if len(frames) > 3 else 1
    slope = [
        np.polyval(np.polyder(np.polyfit(field.minutes[frames], axis, degree)), field.minutes[frames])
        for axis in (x, y)
    ]
    measured = [
        _measured(field, frame, (float(a), float(b)), (float(vx), float(vy)))
        for frame, a, b, vx, vy in zip(frames, x, y, *slope, strict=True)
    ]
    score = float(np.sqrt(sum((one.flux / one.flux_error) ** 2 for one in measured)))
    return rows.Candidate(tuple(measured), "mover", score)


def _measured(
    field: Registered, number: int, place: tuple[float, float], motion: tuple[float, float]
) -> rows.Measured:
    """Return an aperture's flux, with what the stars say is outside it, and the windowed centroid."""
    pixels, psf, at = field.pixels[number], field.psfs[number], field.places[number]
    length = float(np.hypot(*motion)) * field.originals[number].exposure / 60.0
    angle = float(np.arctan2(motion[1], motion[0]))
    x, y = np.array([place[0] - at.dx]), np.array([place[1] - at.dy])
    if length < psf.fwhm:
        x, y, _ = sep.winpos(pixels.data, x, y, psf.fwhm / 2.3548)
    radius = _APERTURE * psf.fwhm
    lying = (angle + np.pi / 2) % np.pi - np.pi / 2  # the library takes half a turn alone
    gain = pixels.frame.gain if pixels.frame.gain > 0 else None
    flux, error, _ = sep.sum_ellipse(
        pixels.data, x, y, radius + length / 2, radius, lying, 1.0, err=pixels.rms, gain=gain
    )
    flux, error = float(flux[0]), float(error[0]) or 1.0
    share = _share(psf.fwhm, psf.beta, radius)
    spread = psf.fwhm / 2.3548 / max(flux / error, 1.0)
    return rows.Measured(
        frame=number,
        x=float(x[0]) + at.dx,
        y=float(y[0]) + at.dy,
        angle=angle,
        along=float(np.hypot(spread, length / 3.5 / max(flux / error, 1.0))),
        across=spread,
        length=length,
        flux=max(flux, 1e-3) / share,
        flux_error=error / share,
    )


def _share(fwhm: float, beta: float, radius: float) -> float:
    """Return the share of a Moffat profile's flux within a radius."""
    alpha = fwhm / (2 * np.sqrt(2 ** (1 / beta) - 1))
    return float(1 - (1 + (radius / alpha) ** 2) ** (1 - beta))
