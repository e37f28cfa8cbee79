"""Read reduced frames; a bad one is refused in one line that names the file, the key and the remedy."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import QTable
from astropy.utils.exceptions import AstropyWarning
from numpy.typing import NDArray
from scipy.ndimage import binary_opening

from astrolib.collection.nights import is_fits
from astrolib.core import settings
from astrolib.core.errors import AstrolibError, HostileFileError, RefusedError, UnreadableFileError
from astrolib.core.fits import open_fits
from astrolib.core.progress import Progress, silent
from astrolib.core.schema import Column, TableSchema
from astrolib.images import dialects, placement, times
from astrolib.images.frame import ReducedFrame
from astrolib.images.unreduced import refuse_raw

REJECTED = TableSchema(
    "rejected frames",
    (
        Column("file", "str", "its name"),
        Column("key", "str", "what was wrong, in short"),
        Column("reason", "str", "one line that says why, and the remedy"),
    ),
)
"""What became of the files of a folder that are no usable frames."""

_BLANK = 5
"""Side of a square of zeros that no telescope saw: what programs put where a frame ends [pixel]."""


def read_frame(path: Path) -> ReducedFrame:
    """Read a reduced frame: the primary HDU or the first image, with ``UNCERT`` and ``MASK`` if there.

    Pixels that are no numbers, or in a square of zeros, are masked, and hold the median of the others.

    Parameters
    ----------
    path : Path
        A FITS file, plain or gzipped; headers of WISE are understood as well.

    Raises
    ------
    UnreadableFileError
        If it is damaged or cut short, has no image of two axes or no finite pixel, no usable WCS, no exposure
        time, no time, or time keys that disagree by more than a second.
    HostileFileError
        If it claims more than it holds, or is no regular file.
    """
    path = Path(path)
    if not path.is_file():
        raise HostileFileError("not a regular file", where=path.name, remedy="give the name of a file")
    try:
        with (
            warnings.catch_warnings(action="ignore", category=AstropyWarning),
            open_fits(path, max_bytes=int(settings.load().max_file_mb * 1e6)) as hdus,
        ):
            return _frame(hdus, path.name)
    except AstrolibError:
        raise
    except Exception as error:  # what a stranger's file makes astropy raise has no bounds
        raise UnreadableFileError(
            f"damaged ({type(error).__name__}: {error})", where=path.name, remedy="fetch it again"
        ) from error


def read_frames(
    source: Path | Iterable[Path], progress: Progress | None = None
) -> tuple[list[ReducedFrame], QTable]:
    """Read the frames of a folder, or of a list of files; a bad one is a row, and the others go on.

    Parameters
    ----------
    source : Path or iterable of Path
        A folder, whose FITS files are taken, or files.
    progress : Progress, optional
        Told of each file.

    Returns
    -------
    frames : list of ReducedFrame
        By time.
    rejected : QTable
        One row a file that is no usable frame, of schema `REJECTED`.
    """
    files = fits_files(source) if isinstance(source, Path) else [Path(path) for path in source]
    frames, rejected = [], []
    for done, path in enumerate(files, start=1):
        try:
            frames.append(read_frame(path))
        except AstrolibError as error:
            rejected.append({"file": path.name, "key": error.what, "reason": str(error)})
        (progress or silent)(done, len(files))
    return sorted(frames, key=lambda frame: frame.mid.jd), REJECTED.table(rejected)


def fits_files(folder: Path) -> list[Path]:
    """Return the FITS files of a folder by name.

    Raises
    ------
    RefusedError
        If it is no folder.
    """
    if not folder.is_dir():
        raise RefusedError("not a folder", where=folder, remedy="give the folder of the frames")
    return sorted(path for path in folder.iterdir() if is_fits(path.name))


def _frame(hdus: fits.HDUList, name: str) -> ReducedFrame:
    hdu = next((hdu for hdu in hdus if hdu.is_image and hdu.header.get("NAXIS") == 2), None)
    if hdu is None:
        raise UnreadableFileError("no image of two axes", where=name, remedy="give a reduced frame")
    header = hdu.header if hdu is hdus[0] else _inherited(hdu.header, hdus[0].header)
    refuse_raw(hdus, header, name)
    header = dialects.standard(header)
    mid, exposure = times.middle(header, name)
    rows, columns = int(header["NAXIS2"]), int(header["NAXIS1"])
    wcs = placement.celestial(header, (rows, columns), name)
    data, mask = _filled(_native(hdu.data), _plane(hdus, "MASK", (rows, columns), name), name)
    uncertainty = _plane(hdus, "UNCERT", (rows, columns), name)
    return ReducedFrame(
        data,
        wcs,
        mid,
        exposure,
        gain=_positive(header, "GAIN", math.nan, name),
        read_noise=_number(header, "RDNOISE", math.nan, name),
        zero_point=_number(header, "MAGZPT", math.nan, name),
        band=str(header.get("FILTER", "")).strip(),
        station=str(header.get("OBSCODE", "")).strip(),
        saturate=_positive(header, "SATURATE", math.inf, name),
        name=name,
        uncertainty=None if uncertainty is None else _native(uncertainty),
        mask=mask,
    )


def _inherited(header: fits.Header, primary: fits.Header) -> fits.Header:
    """Return the header of an extension, with the cards of the primary that it lacks."""
    both = header.copy()
    both.extend(primary, unique=True, strip=True)
    return both


def _native(pixels: NDArray) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels, dtype=np.float32)


def _plane(hdus: fits.HDUList, plane: str, shape: tuple[int, int], name: str) -> NDArray | None:
    if plane not in hdus:
        return None
    found = hdus[plane].data
    if found is None or found.shape != shape:
        raise UnreadableFileError(
            f"{plane} is not of the shape of the image", where=name, remedy="reduce it again"
        )
    return found


def _filled(
    data: NDArray[np.float32], plane: NDArray | None, name: str
) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """Return pixels that are all finite, and the mask of those that were not and of `plane`."""
    mask = None if plane is None else plane != 0
    seen = np.isfinite(data) & ~_blank(data)
    if seen.all():
        return data, mask
    if not seen.any():
        raise UnreadableFileError(
            "no pixel is a finite number other than 0", where=name, remedy="reduce it again"
        )
    filled = np.where(seen, data, np.median(data[seen]))
    return filled, ~seen if mask is None else mask | ~seen


def _blank(data: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which pixels lie in a square of zeros."""
    zero = data == 0
    if np.count_nonzero(zero) < _BLANK**2:
        return np.zeros_like(zero)
    return binary_opening(zero, np.ones((_BLANK, _BLANK), dtype=bool))


def _number(header: fits.Header, key: str, unsaid: float, name: str) -> float:
    if header.get(key) in (None, ""):
        return unsaid
    try:
        value = float(header[key])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise UnreadableFileError(
            f"{key} is {header[key]!r}", where=name, remedy="write a number into it, or take it out"
        )
    return value


def _positive(header: fits.Header, key: str, unsaid: float, name: str) -> float:
    value = _number(header, key, unsaid, name)
    if value <= 0:
        raise UnreadableFileError(f"{key} is {value}", where=name, remedy="correct it, or take it out")
    return value
