"""Which of the sources of a field move: significance of the motion, and what else might feign one.

A source at rest has a significance that is distributed as a Rayleigh variable whatever its brightness, as
calibrated by the field's own stars, so that one threshold serves all. What is left above it is a hit by a
particle (one frame alone moves the source), a source that no point fits, or a blend: of stars, whose middle
follows the seeing, or with a variable, whose middle follows the light. Of these the pixels tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolib.movers.slow.calibration import CROWDED, calibrated, crowding, scatter
from astrolib.movers.slow.evidence import against_motion
from astrolib.movers.slow.motion import Motions
from astrolib.movers.slow.paths import path
from astrolib.movers.slow.stamps import Frame, Image

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIGNIFICANT = 4.0
"""Motion over its error, both coordinates together, at least."""

_BY_CHANCE = 0.3
"""Sources at rest of a field that may reach what is asked: the more sources, the more is asked of each."""

_WITHOUT_ONE = 2.5
"""The significance without any one frame, at least, where more than three tell the place."""

_KEPT = 0.45
"""And its share of what the other frames should give."""

_JUMP = 1.8  # ratio of fluxes: 0.64 mag
_BRIGHT = 3.4  # median of flux over error
_SEEN = 2.8  # flux over its error in a frame
_CHANCE = 2.0  # by which noise may lower it
_MIDDLE, _TAIL = 0.5, 0.92
"""Quantile that is compared with a Rayleigh variable's: of a field's sources, of which some move, and of what
is left when they are subtracted, most of which is no source."""

_OFTEN = 0.75  # of the frames
_POINT = 1.8  # chi^2 of a point, beside what brightness adds
_WORST = 4.0  # likewise in any one frame
_BEND = 0.15  # of the way, off a line
_SHORT, _SURE = 0.45, 8.0
"""Of what travels fewer widths of a star so much significance is asked: so little drifts a blend, or a
source at rest where the profile varies over the field."""


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What is thought of each of `n` sources.

    Parameters
    ----------
    significance : ndarray, shape (n,)
        Of the motion.
    reasons : dict of str to ndarray of bool, shape (n,)
        Why it is not a mover; all False for movers.
    """

    significance: Values
    reasons: dict[str, Flags]

    @property
    def moves(self) -> Flags:
        """Which are movers."""
        return (self.significance > SIGNIFICANT) & ~np.any(list(self.reasons.values()), axis=0)


def judge(
    frames: Sequence[Frame],
    motions: Motions,
    clean: Sequence[Image],
    limits: tuple[float, float],
    known: Motions | None = None,
) -> Verdicts:
    """Judge sources by their motion and their light.

    Parameters
    ----------
    clean : sequence of ndarray of float32
        The frames without all sources.
    limits : tuple of float
        Speeds between which a mover is looked for [pixel/min].
    known : Motions, optional
        The other sources of the field, if these are not all.
    """
    ratio, told = motions.flux / motions.flux_error, motions.weight[:, :, 0, 0] > 0
    middle = _middle(ratio, told)
    seen = np.sum((ratio > np.minimum(_SEEN, middle - _CHANCE)[:, None]) & told, axis=1)
    count = np.sum(told, axis=1)
    classes = crowding(frames, motions, known)
    raw = _significance(motions.speed, motions.covariance) / scatter(frames, motions)
    speed = np.hypot(*motions.speed.T)
    reasons = {
        "seen in too few frames": (seen < 3) | (seen < _OFTEN * count),
        "faint": middle < _BRIGHT,
        "not a point": np.median(motions.chi2, axis=1) > _POINT + (0.02 * np.median(ratio, axis=1)) ** 2,
        "not a point in a frame": np.max(motions.chi2, axis=1)
        > _WORST + (0.04 * np.median(ratio, axis=1)) ** 2,
        "its light jumps": _jumps(motions, _passed(frames, motions, known)),
        "too fast": speed > limits[1],
        "no more than a brighter one leaves": classes == len(CROWDED),
    }
    share = _MIDDLE if known is None else _TAIL
    calibration = calibrated(raw, classes, ~np.any(list(reasons.values()), axis=0), share)
    whole = raw / calibration[classes]
    short = _SHORT * float(np.median([frame.psf.fwhm for frame in frames])) / _span(frames)
    reasons |= {
        "too slow": speed < limits[0],
        "too little for so short a way": (speed < short) & (whole < _SURE),
        "off any path": _off(frames, motions) > 1,
        "too little among so many": whole < np.sqrt(2 * np.log(max(len(whole), 1) / _BY_CHANCE)),
    }
    rows = np.flatnonzero(whole > SIGNIFICANT)
    reasons["one frame alone moves it"] = _flagged(_one_alone(frames, motions.part(rows)), rows, len(whole))
    rows = np.flatnonzero(Verdicts(whole, reasons).moves)
    if len(rows):
        against = against_motion(frames, motions.part(rows), clean, _transparency(motions, whole))
        reasons |= {name: _flagged(applies, rows, len(whole)) for name, applies in against.items()}
    return Verdicts(whole, reasons)


def _span(frames: Sequence[Frame]) -> float:
    """Return the time from the first frame to the last [min]."""
    return float(np.ptp([frame.minutes for frame in frames]))


def _flagged(applies: Flags, rows: NDArray[np.intp], count: int) -> Flags:
    """Return flags of all sources, of which only some were asked."""
    flags = np.zeros(count, bool)
    flags[rows] = applies
    return flags


def _transparency(motions: Motions, significance: Values) -> Values:
    """Return the flux of constant sources in each frame over their mean."""
    flux, error = motions.flux, motions.flux_error
    rest = (significance < 3) & np.all(flux > 20 * error, axis=1)
    if rest.sum() < 5:
        return np.ones(flux.shape[1])
    ratio = np.median(flux[rest] / np.mean(flux[rest], axis=1, keepdims=True), axis=0)
    return np.asarray(ratio, dtype=np.float64)


def _significance(speed: Values, covariance: Values) -> Values:
    inverse = np.linalg.inv(covariance[:, 2:4, 2:4])
    return np.sqrt(np.maximum(np.einsum("ni,nij,nj->n", speed, inverse, speed), 0))


def _middle(values: Values, told: Flags) -> Values:
    """Return the median (n,) of the frames that tell; of all where none does."""
    counted = told | ~told.any(axis=1, keepdims=True)
    return np.asarray(np.nanmedian(np.where(counted, values, np.nan), axis=1), dtype=np.float64)


def _one_alone(frames: Sequence[Frame], motions: Motions) -> Flags:
    """Tell where little is left of the motion when the frame that matters most is left out.

    Little in itself, or as a share of what the other frames should give; where they could not tell, nothing
    is held against it.
    """
    weakest, kept = np.full(len(motions.place), np.inf), np.ones(len(motions.place))
    for number in range(len(frames)):
        weight = motions.weight.copy()
        weight[:, number] = 0
        _, speed, _, covariance = path(frames, motions.measured, weight, motions.bent)
        left, expected = _significance(speed, covariance), _significance(motions.speed, covariance)
        weakest = np.minimum(weakest, left)
        kept = np.minimum(
            kept, np.where(expected > _WITHOUT_ONE, left / np.maximum(expected, _WITHOUT_ONE), 1.0)
        )
    count = np.sum(motions.weight[:, :, 0, 0] > 0, axis=1)
    return np.asarray((kept < _KEPT) | ((weakest < _WITHOUT_ONE) & (count > 3)))


def _jumps(motions: Motions, passed: Flags) -> Flags:
    """Tell where a frame's light is another source's: much less or more than the others'."""
    told = motions.weight[:, :, 0, 0] > 0
    middle = _middle(motions.flux, told)[:, None]
    off = np.where(motions.flux > middle, motions.flux - _JUMP * middle, middle / _JUMP - motions.flux)
    return np.any(told & ~passed & (off > 3 * motions.flux_error), axis=1)


def _passed(frames: Sequence[Frame], motions: Motions, known: Motions | None) -> Flags:
    """Tell in which frames (n, k) a source passes another, whose light is not easily told from its own.

    Another that is near in most frames is passed by nothing: both are parts of a blend.
    """
    own = 1 if known is None else 0
    near = np.zeros((len(motions.place), len(frames)), bool)
    for number, frame in enumerate(frames):
        others = cKDTree((motions if known is None else known).at(frame.minutes))
        apart = others.query(motions.at(frame.minutes), k=[1 + own])[0][:, 0]
        near[:, number] = apart < frame.psf.fwhm
    return near & (near.sum(axis=1, keepdims=True) <= len(frames) / 2)


def _off(frames: Sequence[Frame], motions: Motions) -> Values:
    """Return how far places are off the line, over what errors and a bend allow: the median of the frames."""
    here = np.stack([motions.at(frame.minutes) for frame in frames], axis=1)
    left = motions.measured - here
    way = np.hypot(*motions.speed.T) * _span(frames)
    error2 = 2 / np.maximum(np.einsum("nkii->nk", motions.weight) / 2, 1e-6)
    allowed = 0.15 + _BEND * way[:, None] + 2.5 * np.sqrt(error2)
    return np.median(np.hypot(left[..., 0], left[..., 1]) / allowed, axis=1)
