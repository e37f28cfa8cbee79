"""The file that a person blinks: one tracklet, cut from every frame on which it is or should be.

The primary HDU holds the cutouts (float32, frames x size x size, ADU) and the celestial WCS of their grid;
the extension ``FRAMES`` one row a frame, with names as in an address (``%C3%84`` is an A with dots), since
tables of FITS hold ASCII alone. Cutouts of the same ``x0, y0`` show the same sky, pixel by pixel.
Those of a path that is longer than a cutout follow the object, by whole pixels of the same grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import numpy as np
from astropy.io import fits
from astropy.table import QTable
from astropy.wcs import WCS

from astrolib.core.errors import UnreadableFileError
from astrolib.core.files import whole_file
from astrolib.core.fits import open_fits
from astrolib.core.progress import Progress, silent
from astrolib.movers.blink.cutting import cut_blink
from astrolib.movers.blink.record import CUTOUT, Blink

if TYPE_CHECKING:
    from astrolib.images.frame import ReducedFrame

_MOST_PIXELS = 64_000_000  # 256 MB
_PLAIN = "".join(chr(code) for code in range(32, 127) if chr(code) != "%")


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


def write_blink(path: Path, blink: Blink) -> Path:
    """Write one blink file, whole or not at all."""
    header = blink.wcs.to_header()
    header["TRACKLET"] = blink.tracklet_id
    header["BUNIT"] = "adu"
    told = blink.frames.copy()
    told["frame"] = np.array([quote(str(name), safe=_PLAIN) for name in told["frame"]], dtype=str)
    table = fits.BinTableHDU(told, name="FRAMES")
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
            frames["frame"] = np.array([unquote(str(name)) for name in frames["frame"]], dtype=str)
            pixels = np.ascontiguousarray(hdus[0].data, dtype=np.float32)
            name, wcs = str(hdus[0].header["TRACKLET"]), WCS(hdus[0].header, naxis=2)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise _unreadable(path, str(error)) from error
    if pixels.ndim != 3 or pixels.shape[0] != len(frames) or pixels.size > _MOST_PIXELS or not len(frames):
        raise _unreadable(path, f"{len(frames)} frames, but cutouts of shape {pixels.shape}")
    return Blink(name, pixels, wcs, frames)


def _unreadable(path: Path, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"no blink file ({why})", where=path.name, remedy="run the search again")
