"""A raw file as its header, its name and its pixels say: what it is, when, where and how it was taken."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.time import Time

from astrolib.collection.nights import doubts as asking
from astrolib.collection.nights import instants, pixels
from astrolib.collection.nights.header import FrameHeader
from astrolib.collection.nights.header_map import HeaderMap, header_map_for, read_header_map
from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.core.fits import open_fits
from astrolib.core.progress import Progress

SUFFIXES = (".fits", ".fit", ".fts", ".fits.gz", ".fit.gz", ".fts.gz", ".fits.fz")
"""Files whose names end so are taken for frames."""

_NAMED = re.compile(r"(?<![a-z])(?:m|master|dome|sky|twi)?(bias|zero|dark|flat)s?")

_SAME = (
    *("kind", "filter", "exposure", "start", "target", "gain", "read_noise", "saturation", "telescope"),
    *("instrument", "station", "kind_said", "starts", "pointings", "reduced", "time_problem"),
)


@dataclass(frozen=True)
class SortedFile:
    """A raw file, and all that decides what it is.

    Parameters
    ----------
    id : str
        First 16 hex digits of the SHA-256 of the file.
    path : str
        Where it lies.
    kind, filter, exposure, start, ra, dec, target
        As `FrameHeader` has them, or as a person said. `exposure` in seconds, `start` UTC in ISO 8601, `ra`
        and `dec` [deg].
    gain, read_noise, saturation, telescope, instrument, station, header_map
        As `FrameHeader` has them.
    shape : tuple of int
        Rows and columns of the first image with two axes.
    chips : int
        How many such images the file holds.
    level, noise, stars, overscan_level : float, float, int, float
        As `Pixels` has them.
    night_bias, night_flat : float
        Levels of the night's bias and flat frames [ADU]; NaN where it has none.
    kind_said, name_says, starts, pointings, reduced, time_problem
        What header and name claim, for the questions.
    settled : mapping of str to str
        What a person has answered, by what was asked.
    replaced : mapping of str to object
        What the answers took the place of.
    """

    id: str
    path: str
    kind: str = ""
    filter: str = ""
    exposure: float = math.nan
    start: str = ""
    ra: float = math.nan
    dec: float = math.nan
    target: str = ""
    gain: float = math.nan
    read_noise: float = math.nan
    saturation: float = math.nan
    telescope: str = ""
    instrument: str = ""
    station: str = ""
    header_map: str = ""
    shape: tuple[int, int] = (0, 0)
    chips: int = 1
    level: float = math.nan
    noise: float = math.nan
    stars: int = 0
    overscan_level: float = math.nan
    night_bias: float = math.nan
    night_flat: float = math.nan
    kind_said: str = ""
    name_says: str = ""
    starts: Mapping[str, str] = field(default_factory=dict)
    pointings: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    reduced: str = ""
    time_problem: str = ""
    settled: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name

    @property
    def bias_level(self) -> float:
        """Level without light [ADU]: that of the overscan, or of the night's bias frames; NaN for neither."""
        return self.overscan_level if math.isfinite(self.overscan_level) else self.night_bias

    @property
    def left_out(self) -> bool:
        """Whether a person has said that it is used for nothing, or it is none of the kinds that are used."""
        return asking.LEAVE_OUT in self.settled.values() or self.kind == "other"

    @property
    def middle(self) -> Time | None:
        """Middle of the exposure [UTC]; None where it is not known."""
        return instants.middle(self.start, self.exposure)

    @cached_property
    def doubts(self) -> tuple[asking.Doubt, ...]:
        """What must be asked before this file can be used; empty for one that is sure."""
        return asking.doubts(self)

    def answered(self, about: str, answer: str) -> SortedFile:
        """Return the file as it is after a person's answer; see `doubts.settle`."""
        return asking.settle(self, about, answer)


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
        seen = pixels.measure(np.asarray(middle.data), header.overscan, header.trim)
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
    return sorted(
        path for path in folder.rglob("*") if path.name.lower().endswith(SUFFIXES) and path.is_file()
    )


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
        raise UnreadableFileError("no image with two axes", where=name, remedy="leave it out")
    return images


def _is_image(hdu: Any) -> bool:
    image = isinstance(hdu, fits.PrimaryHDU | fits.ImageHDU | fits.CompImageHDU)
    return image and len(hdu.shape) == 2 and min(hdu.shape) > 0 and hdu.name not in ("UNCERT", "MASK")
