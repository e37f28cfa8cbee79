"""The file that a person blinks: one tracklet, cut from every frame on which it is or should be.

The primary HDU holds the cutouts (float32, frames x size x size, ADU) and the celestial WCS of their grid;
the extension ``FRAMES`` one row a frame. Cutouts of the same ``x0, y0`` show the same sky, pixel by pixel.
Those of a path that is longer than a cutout follow the object, by whole pixels of the same grid.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits
from astropy.table import QTable
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray

from astrolib.core.errors import RefusedError, UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.core.fits import open_fits
from astrolib.core.progress import Progress, silent
from astrolib.core.schema import Column, TableSchema
from astrolib.movers import blink_cutouts
from astrolib.movers.blink_cutouts import cut, grid_of, windows

if TYPE_CHECKING:
    from astrolib.images.frame import ReducedFrame

CUTOUT = TableSchema(
    "cutouts",
    (
        Column("frame", "str", "file name of the frame"),
        Column("obstime", "str", "middle of the exposure, UTC, ISO 8601"),
        Column("exptime", "float", "exposure time", "s"),
        Column("x", "float", "where the object is in the cutout, 0-based pixel"),
        Column("y", "float", "likewise"),
        Column("x0", "int", "first pixel of the cutout on the grid, against that of the first cutout"),
        Column("y0", "int", "likewise"),
        Column("measured", "bool", "whether it has a position here; else x and y are as expected"),
        Column("flags", "str", "of the detection"),
    ),
)
"""One row a frame of a blink file."""

MOST_FRAMES = 40
"""Frames in one file: those with a position first."""

_NAME = re.compile(r"[\w.+-]{1,80}")
_MOST_PIXELS = 64_000_000  # 256 MB


@dataclass(frozen=True, eq=False)
class Blink:
    """What is blinked of one tracklet.

    Parameters
    ----------
    tracklet_id : str
        Which one.
    pixels : ndarray of float32, shape (frames, size, size)
        The cutouts in order of time [ADU]; NaN where a frame ends.
    wcs : astropy.wcs.WCS
        Of the grid; its pixel (0, 0) is that of the first cutout.
    frames : QTable
        `CUTOUT`, one row a cutout.
    """

    tracklet_id: str
    pixels: NDArray[np.float32]
    wcs: WCS
    frames: QTable

    @property
    def compass(self) -> tuple[float, tuple[float, float], tuple[float, float]]:
        """The scale [arcsec/pixel], and the directions of north and east as unit vectors (x, y)."""
        inverse = np.linalg.inv(self.wcs.pixel_scale_matrix)
        scale = float(np.sqrt(abs(np.linalg.det(self.wcs.pixel_scale_matrix)))) * 3600.0
        north, east = (inverse[:, axis] / np.hypot(*inverse[:, axis]) for axis in (1, 0))
        return scale, (float(north[0]), float(north[1])), (float(east[0]), float(east[1]))


def write_blinks(
    folder: Path,
    frames: Sequence[ReducedFrame],
    tracklets: QTable,
    detections: QTable,
    size: int = 200,
    progress: Progress | None = None,
) -> list[Path]:
    """Write ``TRACKLET_ID.fits`` into a folder for each tracklet; one is in memory at a time.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    frames : sequence of ReducedFrame
        Those that were searched.
    tracklets, detections : QTable
        What was found in them.
    size : int
        Side of a cutout [pixel].
    progress : Progress, optional
        Called after each tracklet.

    Raises
    ------
    RefusedError
        If a tracklet's name is none for a file, or it has no position in any of the frames.
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress, written = progress or silent, []
    groups = _by_tracklet(detections)
    for name in map(str, tracklets["tracklet_id"]):
        blink = cut_blink(name, frames, detections[groups.get(name, [])], size)
        written.append(write_blink(folder / f"{name}.fits", blink))
        progress(len(written), len(tracklets))
    return written


def _by_tracklet(detections: QTable) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for row, name in enumerate(detections["tracklet_id"]):
        groups.setdefault(str(name), []).append(row)
    return groups


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


def _chosen(
    frames: Sequence[ReducedFrame], measured: set[str], grid: WCS, path: blink_cutouts.Path
) -> list[ReducedFrame]:
    """Return in order of time the frames with a position, and the nearest ones on which one should be."""
    own = [frame for frame in frames if frame.name in measured]
    others = [frame for frame in frames if frame.name not in measured and _should_show(frame, grid, path)]
    others.sort(key=lambda frame: min(abs(_day(frame) - _day(one)) for one in own))
    return sorted([*own, *others[: max(0, MOST_FRAMES - len(own))]], key=_day)


def _should_show(frame: ReducedFrame, grid: WCS, path: blink_cutouts.Path) -> bool:
    # without distortions: they move the place by little, and need not converge for another field
    x, y = frame.wcs.wcs_world2pix(*grid.pixel_to_world_values(*path.at(_day(frame))), 0)
    ny, nx = frame.data.shape
    return bool(0 <= x <= nx - 1 and 0 <= y <= ny - 1)


def _day(frame: ReducedFrame) -> float:
    return float(frame.mid.utc.mjd)


def _place(row: QTable.Row) -> tuple[float, float]:
    return float(row["ra"].to_value("deg")), float(row["dec"].to_value("deg"))


def _path(grid: WCS, rows: QTable) -> blink_cutouts.Path:
    time = Time([str(value) for value in rows["obstime"]], scale="utc").mjd
    x, y = grid.world_to_pixel_values(rows["ra"].to_value("deg"), rows["dec"].to_value("deg"))
    order = np.argsort(time)
    return blink_cutouts.Path(time[order], np.asarray(x)[order], np.asarray(y)[order])


def _row(
    frame: ReducedFrame,
    at: tuple[float, float],
    corner: NDArray[np.int64],
    first: NDArray[np.int64],
    detection: QTable.Row | None,
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


def write_blink(path: Path, blink: Blink) -> Path:
    """Write one blink file, whole or not at all."""
    header = blink.wcs.to_header()
    header["TRACKLET"] = blink.tracklet_id
    header["BUNIT"] = "adu"
    table = fits.BinTableHDU(blink.frames, name="FRAMES")
    with whole_file(path) as temporary:
        fits.HDUList([fits.PrimaryHDU(blink.pixels, header), table]).writeto(temporary, overwrite=True)
    return path


def read_blink(path: Path) -> Blink:
    """Read a blink file.

    Raises
    ------
    HostileFileError, UnreadableFileError
        If it is none, is cut short, or holds other than it should.
    """
    with open_fits(path) as hdus:
        try:
            frames = CUTOUT.check(QTable.read(hdus["FRAMES"]))
            pixels = np.ascontiguousarray(hdus[0].data, dtype=np.float32)
            name, wcs = str(hdus[0].header["TRACKLET"]), WCS(hdus[0].header, naxis=2)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise _unreadable(path, str(error)) from error
    if pixels.ndim != 3 or pixels.shape[0] != len(frames) or pixels.size > _MOST_PIXELS or not len(frames):
        raise _unreadable(path, f"{len(frames)} frames, but cutouts of shape {pixels.shape}")
    return Blink(name, pixels, wcs, frames)


def _unreadable(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"no blink file ({why})", where=path.name, remedy="run the search again")
