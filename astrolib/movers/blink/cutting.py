"""One tracklet, cut from every frame on which it is or should be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from astropy.table import QTable, Row
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError
from astrolib.movers.blink.cutouts import Path, cut, grid_of, windows
from astrolib.movers.blink.record import CUTOUT, Blink

if TYPE_CHECKING:
    from astrolib.images.frame import ReducedFrame

MOST_FRAMES = 40
"""Frames in one file: those with a position first."""

_NAME = re.compile(r"[\w.+-]{1,80}", re.ASCII)


def cut_blink(name: str, frames: Sequence[ReducedFrame], rows: QTable, size: int = 200) -> Blink:
    """Cut one tracklet, whose detections are `rows`, from the frames on which it is or should be.

    Raises
    ------
    RefusedError
        If its name is none for a file, or it has no position in any of the frames.
    """
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise RefusedError("no name for a file", where=repr(name[:80]), remedy="rename the tracklet")
    measured = {str(row["frame"]): row for row in rows}
    seen = [frame for frame in frames if frame.name in measured]
    if not seen:
        raise RefusedError(
            "no position in any of the frames", where=name, remedy="give the frames that were searched"
        )
    grid = grid_of(seen[0], *_place(measured[seen[0].name]))
    path = _path(grid, rows)
    chosen = _chosen(frames, set(measured), grid, path)
    times = np.array([_day(frame) for frame in chosen])
    corners = windows(path, times, size)
    pixels = np.stack([cut(frame, grid, corner, size) for frame, corner in zip(chosen, corners, strict=True)])
    table = CUTOUT.table(
        _row(frame, path.at(time), corner, corners[0], measured.get(frame.name))
        for frame, time, corner in zip(chosen, times, corners, strict=True)
    )
    return Blink(name, pixels, _moved(grid, corners[0]), table)


def _chosen(frames: Sequence[ReducedFrame], measured: set[str], grid: WCS, path: Path) -> list[ReducedFrame]:
    """Return in order of time the frames with a position, and the nearest ones on which one should be."""
    own = [frame for frame in frames if frame.name in measured]
    others = [frame for frame in frames if frame.name not in measured and _should_show(frame, grid, path)]
    others.sort(key=lambda frame: min(abs(_day(frame) - _day(one)) for one in own))
    return sorted([*own, *others[: max(0, MOST_FRAMES - len(own))]], key=_day)


def _should_show(frame: ReducedFrame, grid: WCS, path: Path) -> bool:
    # without distortions: they move the place by little, and need not converge for another field
    x, y = frame.wcs.wcs_world2pix(*grid.pixel_to_world_values(*path.at(_day(frame))), 0)
    ny, nx = frame.data.shape
    return bool(0 <= x <= nx - 1 and 0 <= y <= ny - 1)


def _day(frame: ReducedFrame) -> float:
    return float(frame.mid.utc.mjd)


def _place(row: Row) -> tuple[float, float]:
    return float(row["ra"].to_value("deg")), float(row["dec"].to_value("deg"))


def _path(grid: WCS, rows: QTable) -> Path:
    time = Time([str(value) for value in rows["obstime"]], scale="utc").mjd
    x, y = grid.world_to_pixel_values(rows["ra"].to_value("deg"), rows["dec"].to_value("deg"))
    order = np.argsort(time)
    return Path(time[order], np.asarray(x)[order], np.asarray(y)[order])


def _row(
    frame: ReducedFrame,
    at: tuple[float, float],
    corner: NDArray[np.int64],
    first: NDArray[np.int64],
    detection: Row | None,
) -> dict[str, object]:
    origin = {"x0": int(corner[0] - first[0]), "y0": int(corner[1] - first[1])}
    flags = str(detection["flags"]) if detection is not None and "flags" in detection.colnames else ""
    return origin | {
        "frame": frame.name,
        "obstime": frame.mid.utc.isot,
        "exptime": frame.exposure,
        "x": at[0] - corner[0],
        "y": at[1] - corner[1],
        "measured": detection is not None,
        "flags": flags,
    }


def _moved(grid: WCS, corner: NDArray[np.int64]) -> WCS:
    moved = grid.deepcopy()
    moved.wcs.crpix = grid.wcs.crpix - corner
    moved.wcs.set()
    return moved
