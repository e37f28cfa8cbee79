"""Slow movers: sources whose images overlap from frame to frame, found by the drift of their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.movers.artefacts.lines import Line
from astrolib.movers.frames.placement import Placement
from astrolib.movers.frames.registered import Registered
from astrolib.movers.slow.calibration import density
from astrolib.movers.slow.judge import SIGNIFICANT, Verdicts, judge
from astrolib.movers.slow.motion import Motions, alone, fit_motions, refit, without
from astrolib.movers.slow.sources import DETECTED, first_speeds, places, smooth
from astrolib.movers.slow.stamps import Frame
from astrolib.movers.tracklets.found import Detection, Found, Tracklet
from astrolib.movers.tracklets.removed import removed_place
from astrolib.movers.tracklets.rows import tabulate

Values = NDArray[np.float64]

FASTEST = 0.2
"""Rate above which images no longer overlap and the ordinary search serves [arcsec/min]."""

_HALF = 5
"""Half side of the cutouts in which motions are fitted [pixel]."""

_HIDDEN = 5.5  # significance of what only shows when all known sources are gone
_FULL = 0.1  # share of the field that sources cover beyond which what is left of them hides all else
_SAME = 1.5  # widths of a star
_TRAIL = 6.0  # that a satellite spoils on either side [pixel]


def search_slow(
    field: Registered,
    *,
    rate_min: float = 0.01,
    rate_max: float = FASTEST,
    lines: Sequence[Sequence[Line]] | None = None,
    progress: Progress | None = None,
) -> Found:
    """Find movers that drift by less than their image from frame to frame.

    All sources of the middle frame are fitted as moving points in all frames; then, with their light
    subtracted, those that only the first or the last frame shows.

    Parameters
    ----------
    field : Registered
        Frames of one field on one grid.
    rate_min, rate_max : float
        [arcsec/min]; above `FASTEST` nothing is slow.
    lines : sequence of sequence of Line, optional
        Satellites of each frame, along which nothing is measured.
    progress : Progress, optional
        Called after each pass.

    Returns
    -------
    Found
        Tracklets; among the removed, what seemed to move and why it does not.
    """
    report = progress or silent
    frames = _frames(field, lines or [[]] * len(field))
    limits = rate_min / field.scale, min(rate_max, FASTEST) / field.scale
    middle = len(frames) // 2
    significances = [smooth(frame) for frame in frames]
    seen = places(significances[middle], frames[middle], DETECTED)
    speed = first_speeds(frames, significances, middle, seen, limits[1])
    known = alone(frames, fit_motions(frames, seen, speed, _HALF))
    clean = without(frames, known)
    known = refit(frames, known, clean, _HALF)
    report(1, 2)
    verdicts = judge(frames, known, clean, limits)
    passes = [(known, verdicts)]
    if density(frames, known) < _FULL:
        passes.append(_hidden(frames, clean, limits, known))
    report(2, 2)
    candidates, removed = _chosen(frames, passes)
    return tabulate(
        field,
        "slow",
        [_candidate(frames, *one) for one in candidates],
        [_removed(field, *one) for one in removed],
    )


def _frames(field: Registered, lines: Sequence[Sequence[Line]]) -> list[Frame]:
    middle = field.minutes[len(field) // 2]
    return [
        Frame(
            pixels.data,
            pixels.data,
            _spoilt(pixels.bad, place, those),
            psf,
            pixels.rms,
            pixels.gain,
            np.array([place.dx, place.dy]),
            float(minutes - middle),
        )
        for pixels, psf, place, minutes, those in zip(
            field.pixels, field.psfs, field.places, field.minutes, lines, strict=True
        )
    ]


def _spoilt(bad: NDArray[np.bool_], place: Placement, lines: Sequence[Line]) -> NDArray[np.bool_]:
    """Return a frame's bad pixels and those of its satellites."""
    rows, columns = (np.arange(size) for size in bad.shape)
    for line in lines:
        x, y = (columns + place.dx) * np.cos(line.angle), (rows + place.dy) * np.sin(line.angle)
        bad = bad | (np.abs(x + y[:, None] - line.distance) < _TRAIL)
    return bad


def _hidden(
    frames: Sequence[Frame],
    clean: Sequence[NDArray[np.float32]],
    limits: tuple[float, float],
    known: Motions,
) -> tuple[Motions, Verdicts]:
    """Return what the first or the last frame shows once the known sources are gone."""
    rest = [replace(frame, data=data) for frame, data in zip(frames, clean, strict=True)]
    significances = [smooth(frame) for frame in rest]
    starts = []
    for reference in (0, len(frames) - 1):
        seen = places(significances[reference], rest[reference], _HIDDEN)
        speed = first_speeds(rest, significances, reference, seen, limits[1])
        starts.append(np.hstack([seen - speed * frames[reference].minutes, speed]))
    place, speed = np.hsplit(np.vstack(starts), 2)
    motions = alone(rest, fit_motions(rest, place, speed, _HALF))
    empty = without(rest, motions)
    motions = refit(rest, motions, empty, _HALF)
    return motions, judge(rest, motions, empty, limits, known)


def _chosen(
    frames: Sequence[Frame], passes: Sequence[tuple[Motions, Verdicts]]
) -> tuple[list[tuple[Motions, float]], list[tuple[Motions, float, str]]]:
    """Return the movers, each once, the most significant first; and what seemed to move, with the reason."""
    movers: list[tuple[Motions, float]] = []
    removed: list[tuple[Motions, float, str]] = []
    for motions, verdicts in passes:
        order = np.argsort(-verdicts.significance)
        for row in order[verdicts.significance[order] > SIGNIFICANT]:
            one = motions.part(np.array([row]))
            amount = float(verdicts.significance[row])
            reasons = [reason for reason, applies in verdicts.reasons.items() if applies[row]]
            if reasons:
                removed.append((one, amount, reasons[0]))
            elif any(_same(frames, one, other) for other, _ in movers):
                removed.append((one, amount, "found twice"))
            else:
                movers.append((one, amount))
    return movers, removed


def _same(frames: Sequence[Frame], one: Motions, other: Motions) -> bool:
    """Tell whether two motions meet in a frame."""
    return any(
        np.hypot(*(one.at(frame.minutes) - other.at(frame.minutes))[0]) < _SAME * frame.psf.fwhm / 2
        for frame in frames
    )


def _candidate(frames: Sequence[Frame], one: Motions, amount: float) -> Tracklet:
    heading = float(np.arctan2(one.speed[0, 1], one.speed[0, 0]))
    measured = []
    for number, _ in enumerate(frames):
        weight, flux, error = one.weight[0, number], one.flux[0, number], one.flux_error[0, number]
        if weight[0, 0] <= 0 or flux < 2 * error:
            continue
        along2, across2 = _turned(np.linalg.inv(weight), heading)
        measured.append(
            Detection(
                number,
                float(one.measured[0, number, 0]),
                float(one.measured[0, number, 1]),
                heading,
                float(np.sqrt(along2)),
                float(np.sqrt(across2)),
                0.0,
                float(flux),
                float(error),
            )
        )
    return Tracklet(tuple(measured), "mover", amount)


def _turned(covariance: Values, angle: float) -> tuple[float, float]:
    """Return the variances along and across a direction."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    return float(along @ covariance @ along), float(across @ covariance @ across)


def _removed(field: Registered, one: Motions, amount: float, reason: str) -> dict[str, Any]:
    x, y = one.place[0]
    told = {
        "stage": "slow",
        "filter": reason,
        "amount": amount,
        "limit": SIGNIFICANT,
        "kind": "variable" if reason == "its light varies more than it moves" else "",
        "rate": float(np.hypot(*one.speed[0])) * field.scale,
        "snr": float(np.median(one.flux / one.flux_error)),
    }
    return removed_place(field, len(field) // 2, x, y, told)
