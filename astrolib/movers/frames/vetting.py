"""Frames that a search cannot use: they are left out, which is told with the reason, and the others go on.

One frame behind clouds, out of focus or trailed spoils what is subtracted from all others, and two frames of
one moment leave no motion between them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from astrolib.core.errors import RefusedError
from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.pixels import Pixels, standing_out

_LEAST_STARS = 8  # of the usual frame of a field: fewer tell nothing
_FEW = 0.25  # of the usual number of stars
_WIDE, _LONG = 2.5, 2.0  # times the usual width and elongation of a star
_OVERLAP = 0.05  # of the stars, at least, are on two frames of a field
_REFERENCES = 5  # frames with which the others are compared, at most
_LEAST_USED = 0.01  # share of the pixels
_LEAST_NOISE = 0.03  # electrons: no sky and no read-out is so quiet

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class LeftOut:
    """A frame that was not searched.

    Parameters
    ----------
    name : str
        Of the frame.
    what : str
        What is wrong with it.
    """

    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}; left out of the search"


Faults = dict[str, str]
"""Why frames are left out, by name."""

Tell = Callable[[LeftOut], None]
"""Who hears of a frame that is left out."""


def log(frame: LeftOut) -> None:
    """Warn of a frame that is left out."""
    _LOG.warning("%s", frame)


def same_moments(frames: Sequence[ReducedFrame]) -> Faults:
    """Return the frames, of some by time, that were exposed while an earlier one was.

    One camera exposes once at a time: it is the same frame under two names, or one of the times is wrong.
    """
    faults: Faults = {}
    last = frames[0]
    for frame in frames[1:]:
        if (frame.mid - last.mid).to_value("s") < min(frame.exposure, last.exposure) / 2:
            same = frame.data.shape == last.data.shape and np.array_equal(frame.data, last.data)
            faults[frame.name] = (
                f"{'the same frame as' if same else 'exposed at the same time as'} {last.name}"
            )
        else:
            last = frame
    return faults


def unlike_others(frames: Sequence[Pixels]) -> Faults:
    """Return the frames of a field that do not show what the others show."""
    faults = {one.frame.name: fault for one in frames if (fault := _useless(one))}
    rest = [one for one in frames if one.frame.name not in faults]
    stars = [_stars(one) for one in rest]
    counts = np.array([len(each) for each in stars])
    usual = float(np.median(counts)) if rest else 0.0
    if usual < _LEAST_STARS:
        return faults
    widths = np.array([one.fwhm for one in rest])
    lengths = np.array([np.median(each["a"] / each["b"]) if len(each) else 1.0 for each in stars])
    for one, count, width, length in zip(rest, counts, widths, lengths, strict=True):
        if count <= _FEW * usual:
            fault = f"{count} stars stand out of it, {usual:.0f} of the others: clouds, focus or tracking"
        elif width > _WIDE * np.median(widths):
            fault = f"its stars are {width:.1f} pixels wide, those of the others {np.median(widths):.1f}"
        elif length > _LONG * np.median(lengths):
            fault = f"its stars are {length:.1f} times as long as wide: the telescope did not follow"
        else:
            continue
        faults[one.frame.name] = fault
    return faults


def displaced(frames: Sequence[Pixels], matched_to: Callable[[int], Sequence[int]]) -> Faults:
    """Return the frames whose stars are not where those of most frames are.

    Parameters
    ----------
    frames : sequence of Pixels
        Of a field.
    matched_to : callable
        Number of a frame -> how many of its stars were found in each.

    Raises
    ------
    RefusedError
        If there is no frame with which most others agree.
    """
    counts = np.array([len(_stars(one)) for one in frames])
    if np.median(counts) < _LEAST_STARS:
        return {}
    for number in range(min(len(frames), _REFERENCES)):
        lost = np.array(matched_to(number)) < _OVERLAP * np.minimum(counts, counts[number])
        if lost.sum() < len(frames) / 2:
            names = [one.frame.name for one, is_lost in zip(frames, lost, strict=True) if is_lost]
            return dict.fromkeys(names, "its stars are not where the others have them by the WCS (CRVAL, CD)")
    raise RefusedError(
        "the stars of its field are elsewhere in each frame by the WCS (CRVAL, CD)",
        where=frames[0].frame.name,
        remedy="place the frames on the sky: reduce_night does",
    )


def _useless(pixels: Pixels) -> str:
    """Return why nothing can be found in a frame, whatever the others show; '' where something can."""
    if not pixels.rms > 0 or float(np.mean(pixels.bad)) > 1 - _LEAST_USED:
        return "no pixel of it can be used"
    electrons = pixels.rms * pixels.frame.gain
    if electrons < _LEAST_NOISE:  # not where the gain is not known
        return f"its noise is {electrons:.1g} electrons by GAIN, which cannot be: its pixels are not ADU"
    return ""


def _stars(pixels: Pixels) -> np.ndarray:
    """Return the sources that stand out, are whole and have a shape."""
    found = pixels.sources
    return found[standing_out(found, pixels.rms) & (found["b"] > 0)]
