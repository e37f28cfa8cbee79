"""Sort raw files: what each is, when, where and how it was taken, and where that is in doubt."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from astrolib.collection.nights import pixels
from astrolib.collection.nights.file_names import is_fits, is_packed
from astrolib.collection.nights.header import FrameHeader
from astrolib.collection.nights.header_map import HeaderMap, header_map_for, read_header_map
from astrolib.collection.nights.sorted_file import SortedFile
from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.core.fits import open_fits
from astrolib.core.progress import Progress

_NAMED = re.compile(r"(?<![a-z])(?:m|master|dome|sky|twi)?(bias|zero|dark|flat)s?")

_SAME = (
    *("kind", "filter", "exposure", "start", "target", "gain", "read_noise", "saturation", "telescope"),
    *("instrument", "station", "kind_said", "starts", "pointings", "reduced", "time_problem"),
)


def sort_file(path: Path | str, header_map: HeaderMap | str | Path | None = None) -> SortedFile:
    """Say what a raw file is, and where that is in doubt.

    Parameters
    ----------
    path : path-like
        A FITS file, with one image or several.
    header_map : HeaderMap, str or Path, optional
        As `read_header_map` takes it; by default the one that recognises the header.

    Raises
    ------
    UnreadableFileError, HostileFileError
        If it is no FITS file, holds no image, or claims more than it holds.
    """
    path = Path(path)
    with open_fits(path) as hdus:
        images = images_of(hdus, path.name)
        primary, middle = hdus[0].header, images[(len(images) - 1) // 2]
        used = header_map_for(primary) if header_map is None else header_map
        used = used if isinstance(used, HeaderMap) else read_header_map(used)
        header = used.read(primary, None if middle is hdus[0] else middle.header)
        seen = pixels.measure(np.asarray(middle.data), header.sections.overscan, header.sections.trim)
        return _sorted(path, header, seen, middle.shape, len(images))


def sort_files(
    paths: Iterable[Path],
    header_map: HeaderMap | str | Path | None = None,
    progress: Progress | None = None,
) -> tuple[list[SortedFile], list[AstrolibError]]:
    """Sort the files of one night, each seen beside the others.

    Where a frame has no overscan, the night's bias frames say what no light is, and its flat frames what much
    light is.

    Returns
    -------
    list of SortedFile, list of AstrolibError
        Those that could be read, by name, and why the others could not.
    """
    paths = sorted(paths)
    found, refused = [], []
    for done, path in enumerate(paths, start=1):
        try:
            found.append(sort_file(path, header_map))
        except AstrolibError as error:
            refused.append(error)
        except OSError as error:
            refused.append(UnreadableFileError(str(error), where=path.name, remedy="check the file"))
        if progress:
            progress(done, len(paths))
    return beside_each_other(found), refused


def frames_in(folder: Path) -> list[Path]:
    """Return the FITS files of a folder and the folders in it, by name."""
    return sorted(path for path in folder.rglob("*") if is_fits(path.name) and path.is_file())


def unread(paths: Iterable[Path]) -> list[UnreadableFileError]:
    """Return why files are not read that are FITS by their names.

    They are packed in a way of their own, or there is no file behind the name.
    """
    found = []
    for path in sorted(paths):
        if is_packed(path.name) and path.is_file():
            what, remedy = f"packed as {path.suffix}", "unpack it, or pack it by gzip or fpack"
        elif is_fits(path.name) and not (path.is_file() or path.is_dir()):
            what, remedy = "no file is behind this name", "bring the file to where the link leads"
        else:
            continue
        found.append(UnreadableFileError(what, where=path.name, remedy=remedy))
    return found


def beside_each_other(files: Sequence[SortedFile]) -> list[SortedFile]:
    """Tell each file the levels of the night's bias and flat frames, of the same camera and size."""
    return [
        dataclasses.replace(one, night_bias=_level(files, one, "bias"), night_flat=_level(files, one, "flat"))
        for one in files
    ]


def _level(files: Sequence[SortedFile], like: SortedFile, kind: str) -> float:
    levels = [
        each.level
        for each in files
        if _sure_of(each, kind) and (each.instrument, each.shape) == (like.instrument, like.shape)
    ]
    return float(np.median(levels)) if levels else math.nan


def _sure_of(file: SortedFile, kind: str) -> bool:
    """Say whether a file is of a kind, whatever the others are."""
    unquestioned = file.name_says in ("", kind) or "kind" in file.settled
    return file.kind == kind and unquestioned and not file.left_out


def _sorted(
    path: Path, header: FrameHeader, seen: pixels.Pixels, shape: tuple[int, ...], chips: int
) -> SortedFile:
    ra, dec = next(
        ((ra, dec) for ra, dec in header.pointings.values() if math.isfinite(ra + dec)), (math.nan, math.nan)
    )
    return SortedFile(
        id=_digest(path),
        path=str(path.resolve()),
        ra=ra,
        dec=dec,
        header_map=header.map,
        shape=(shape[0], shape[1]),
        chips=chips,
        level=seen.level,
        noise=seen.noise,
        stars=seen.stars,
        overscan_level=seen.overscan,
        name_says=name_says(path.name),
        **{name: getattr(header, name) for name in _SAME},
    )


def name_says(name: str) -> str:
    """Return the kind of frame that a file's name speaks of; '' where it speaks of none or of several."""
    words = {{"zero": "bias"}.get(word, word) for word in _NAMED.findall(name.lower())}
    return words.pop() if len(words) == 1 else ""


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


def images_of(hdus: fits.HDUList, name: str) -> list[Any]:
    """Return the HDUs that are the image of a chip; planes of uncertainty and masks are none.

    Raises
    ------
    UnreadableFileError
        If there is none.
    """
    images = [hdu for hdu in hdus if _is_image(hdu)]
    if not images:
        sizes = ", ".join(" x ".join(map(str, hdu.shape[::-1])) for hdu in hdus if hdu.is_image and hdu.shape)
        raise UnreadableFileError(
            f"no image with two axes ({sizes or 'none at all'})",
            where=name,
            remedy="write each plane into a file of its own, or leave it out",
        )
    return images


def _is_image(hdu: Any) -> bool:
    image = isinstance(hdu, fits.PrimaryHDU | fits.ImageHDU | fits.CompImageHDU)
    return image and len(hdu.shape) == 2 and min(hdu.shape) > 0 and hdu.name not in ("UNCERT", "MASK")
