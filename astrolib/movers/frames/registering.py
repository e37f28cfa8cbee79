"""Frames of one field brought onto one grid, by their WCS and their stars; those of no use are left out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from astrolib.core.errors import RefusedError
from astrolib.core.progress import Progress, silent
from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames import placement, vetting
from astrolib.movers.frames.pixels import Pixels, prepare
from astrolib.movers.frames.placement import Placement
from astrolib.movers.frames.registered import Registered
from astrolib.movers.frames.vetting import Tell

_WORKERS = 2
LEAST_SIDE = 128
"""Smaller frames hold too few pixels to tell what is usual in them."""

_FARTHEST = 1.0  # a frame may be off by its own size at most


def register(
    frames: Sequence[ReducedFrame], progress: Progress | None = None, *, left_out: Tell = vetting.log
) -> Registered:
    """Bring frames of one field onto one grid; those of no use are left out (`vetting`).

    Parameters
    ----------
    frames : sequence of ReducedFrame
        In any order.
    progress : Progress, optional
        Hears of each frame that is made ready.
    left_out : callable
        Hears of each frame that is left out.

    Raises
    ------
    RefusedError
        If there are fewer than two of use, they are too small, or a frame is of another field.
    """
    rest = sorted(frames, key=lambda frame: frame.mid)
    while isinstance(tried := _try(rest, progress or silent), dict):
        for name, what in tried.items():
            left_out(vetting.LeftOut(name, what))
        rest = [frame for frame in rest if frame.name not in tried]
    return tried


def _try(ordered: list[ReducedFrame], progress: Progress) -> Registered | vetting.Faults:
    """Return frames on the grid of the first, or which of them to leave out before that is tried again."""
    _refuse_few(ordered)
    if faults := vetting.same_moments(ordered):
        return faults
    reference = ordered[0]
    nominal = [placement.nominal(frame.wcs, reference.wcs, frame.data.shape) for frame in ordered]
    _refuse_other_fields(ordered, [place for place, _ in nominal])
    placed = [
        placement.resample(_masked(frame), reference.wcs)
        if departure > placement.STRAIGHT
        else (frame, place)
        for frame, (place, departure) in zip(ordered, nominal, strict=True)
    ]
    pixels = _prepared([frame for frame, _ in placed], progress)
    start = [place for _, place in placed]
    if faults := vetting.unlike_others(pixels):
        return faults
    places = _places_on(0, pixels, start)
    if faults := vetting.displaced(
        pixels,
        lambda number: [at.matched for at in (_places_on(number, pixels, start) if number else places)],
    ):
        return faults
    return _on_grid(ordered, pixels, places, placement.mean_pointing(start, places))


def _masked(frame: ReducedFrame) -> ReducedFrame:
    """Return a frame with a mask of what is broken in it, which only its own pixels tell.

    Saturated stars are not: their light is needed.
    """
    pixels = prepare(frame)
    return replace(frame, mask=pixels.bad & ~pixels.saturated)


def _prepared(frames: list[ReducedFrame], progress: Progress) -> list[Pixels]:
    pixels: list[Pixels] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        for ready in pool.map(prepare, frames):
            pixels.append(ready)
            progress(len(pixels), len(frames))
    return pixels


def _places_on(number: int, pixels: list[Pixels], start: list[Placement]) -> list[Placement]:
    """Return by their stars where frames lie on one of them, which `start` says nearly."""
    dx, dy = start[number].dx, start[number].dy
    return [
        placement.match(one.sources, pixels[number].sources, Placement(at.dx - dx, at.dy - dy))
        for one, at in zip(pixels, start, strict=True)
    ]


def _on_grid(
    ordered: list[ReducedFrame], pixels: list[Pixels], places: list[Placement], pointing: tuple[float, float]
) -> Registered:
    """Move the origin so that all frames are at positive coordinates."""
    left = min(int(np.floor(place.dx)) for place in places)
    low = min(int(np.floor(place.dy)) for place in places)
    moved = [Placement(place.dx - left, place.dy - low, place.matched) for place in places]
    width = max(int(np.ceil(at.dx)) + one.data.shape[1] for at, one in zip(moved, pixels, strict=True))
    height = max(int(np.ceil(at.dy)) + one.data.shape[0] for at, one in zip(moved, pixels, strict=True))
    origin = left + pointing[0], low + pointing[1]
    return Registered(ordered, pixels, moved, ordered[0].wcs, origin, (height, width))


def _refuse_few(frames: list[ReducedFrame]) -> None:
    if len(frames) < 2:
        raise RefusedError(
            f"{len(frames)} frame of use", where="search", remedy="give at least two of one field"
        )
    for frame in frames:
        ny, nx = frame.data.shape
        if min(ny, nx) < LEAST_SIDE:
            raise RefusedError(
                f"{nx} x {ny} pixels", where=frame.name, remedy=f"give frames of {LEAST_SIDE} x {LEAST_SIDE}"
            )


def _refuse_other_fields(frames: list[ReducedFrame], places: list[Placement]) -> None:
    ny, nx = frames[0].data.shape
    for frame, place in zip(frames, places, strict=True):
        if not (abs(place.dx) < _FARTHEST * nx and abs(place.dy) < _FARTHEST * ny):
            raise RefusedError(
                "is of another field", where=frame.name, remedy=f"search it apart from {frames[0].name}"
            )
