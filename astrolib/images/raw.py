"""A raw file as its chips: each trimmed, and freed of the level of the electronics, some rows at a time."""

from __future__ import annotations

import dataclasses
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.utils.exceptions import AstropyWarning
from numpy.typing import NDArray

from astrolib.collection.nights import FrameHeader, HeaderMap, Section, header_map_for
from astrolib.core import settings
from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.core.fits import open_fits
from astrolib.images.overscan import Level, levels

_STORED = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}
_NEARLY = 0.99  # of the level of saturation, from where a converter is no longer linear
_OF_FPACK = "COMPRESSED_IMAGE"  # what it calls the only image of a file
_MOST_BITS = 65_535.0  # of the usual converter


@dataclass(frozen=True, eq=False)
class RawChip:
    """The image of one chip; ``chip[rows]`` is trimmed and without the overscan's level [ADU].

    Parameters
    ----------
    file : str
        Name of the file.
    name : str
        Of the chip: that of its extension, or its number; empty for the only one.
    header : FrameHeader
        What file and extension say.
    cards : astropy.io.fits.Header
        Those of the extension, and of the primary unit what it lacks.
    stored : ndarray, shape (rows, columns)
        As stored; of a file that is not packed mapped into memory.
    scale, zero : float
        ADU are the stored numbers times `scale` plus `zero`.
    trim : tuple of slice
        Rows and columns that see the sky.
    levels : tuple of Level
        What the overscan of each amplifier says; none without an overscan.
    """

    file: str
    name: str
    header: FrameHeader
    cards: fits.Header
    stored: NDArray[Any]
    scale: float
    zero: float
    trim: Section
    levels: tuple[Level, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that see the sky."""
        return self.trim[0].stop - self.trim[0].start, self.trim[1].stop - self.trim[1].start

    @property
    def binning(self) -> str:
        """How many pixels were added up, as ``2x2``; '' where the header says none."""
        said = str(self.cards.get("CCDSUM") or f"{_count(self.cards, 'X')} {_count(self.cards, 'Y')}")
        numbers = [number.removesuffix(".0") for number in said.split()]
        return "" if set(numbers) <= {"1"} else "x".join(numbers)

    @property
    def level(self) -> float:
        """The level of the electronics, in the middle of all amplifiers [ADU]; 0 without an overscan."""
        return float(np.median([np.median(level.values) for level in self.levels])) if self.levels else 0.0

    @property
    def label(self) -> str:
        """File and chip, for people."""
        return f"{self.file} {self.name}".strip()

    def __getitem__(self, rows: slice) -> NDArray[np.float32]:
        first, last, _ = rows.indices(self.shape[0])
        start = self.trim[0].start
        cut = self.read((slice(start + first, start + last), self.trim[1]))
        for level in self.levels:
            level.subtract(cut, first)
        return cut

    def read(self, section: Section) -> NDArray[np.float32]:
        """Return the pixels of a section of the whole raw image [ADU]."""
        values = self.stored[section].astype(np.float32)
        if self.scale != 1:
            values *= np.float32(self.scale)
        values += np.float32(self.zero)
        return values

    @property
    def saturation(self) -> float:
        """The level that the header calls saturated, or that of most bits [ADU]."""
        return self.header.saturation if np.isfinite(self.header.saturation) else _MOST_BITS

    def saturated(self) -> NDArray[np.bool_]:
        """Return which pixels are at the level of saturation."""
        return self.read(self.trim) >= _NEARLY * self.saturation


def open_chips(path: Path, header_map: HeaderMap | None = None) -> list[RawChip]:
    """Open the chips of a raw file: its images of two axes.

    Parameters
    ----------
    path : Path
        The file.
    header_map : HeaderMap, optional
        By default the one that recognises the header.

    Raises
    ------
    UnreadableFileError
        If it is damaged or cut short, or a section of it reaches outside the image.
    HostileFileError
        If it claims more than it holds.
    """
    limit = int(settings.load().max_file_mb * 1e6)
    try:
        with (
            warnings.catch_warnings(action="ignore", category=AstropyWarning),
            open_fits(path, max_bytes=limit) as hdus,
        ):
            chosen = header_map or header_map_for(hdus[0].header)
            images = [hdu for hdu in hdus if _is_chip(hdu)]
            names = _names(["" if hdu is hdus[0] else hdu.name for hdu in images])
            return [_chip(path, hdus, hdu, name, chosen) for hdu, name in zip(images, names, strict=True)]
    except AstrolibError:
        raise
    except Exception as error:  # what a stranger's file makes astropy raise has no bounds
        raise UnreadableFileError(
            f"damaged ({type(error).__name__}: {error})", where=path.name, remedy="fetch it again"
        ) from error


def _names(said: list[str]) -> list[str]:
    """Return a name of its own for each chip: that of its extension, or its number if that tells nothing."""
    said = ["" if name == _OF_FPACK else name for name in said]
    if len(said) == 1:
        return said
    numbered = [name or str(number) for number, name in enumerate(said)]
    return [name if numbered.count(name) == 1 else f"{name}-{number}" for number, name in enumerate(numbered)]


def _count(cards: fits.Header, axis: str) -> str:
    return str(
        next((cards[key] for key in (f"{axis}BINNING", f"{axis}BIN", f"BIN{axis}") if key in cards), 1)
    )


def _is_chip(hdu: Any) -> bool:
    return hdu.is_image and len(hdu.shape) == 2 and min(hdu.shape) > 0 and hdu.name not in ("UNCERT", "MASK")


def _chip(path: Path, hdus: fits.HDUList, hdu: Any, name: str, header_map: HeaderMap) -> RawChip:
    primary = hdus[0].header
    header = header_map.read(primary, None if hdu is hdus[0] else hdu.header)
    if header.sections.problem:
        raise UnreadableFileError(
            header.sections.problem,
            where=path.name,
            remedy="write it as [x1:x2,y1:y2], counted from 1, or name another key in the header map",
        )
    cards = hdu.header.copy()
    if hdu is not hdus[0]:
        cards.extend(primary, unique=True, strip=True)
    whole = slice(0, hdu.shape[0]), slice(0, hdu.shape[1])
    trim = _inside(header.sections.trim, hdu.shape, "trim section", path) or whole
    for strip in (header.sections.overscan, *(strip for strip, _ in header.sections.amplifiers)):
        _inside(strip, hdu.shape, "overscan", path)
    chip = RawChip(path.name, name, header, cards, *_pixels(path, hdu), trim)
    return dataclasses.replace(chip, levels=levels(chip.read, header.sections, trim))


def _inside(section: Section | None, shape: tuple[int, ...], what: str, path: Path) -> Section | None:
    if section is not None and any(part.stop > size for part, size in zip(section, shape, strict=True)):
        raise UnreadableFileError(
            f"its {what} reaches outside the image of {shape[1]} x {shape[0]} pixels",
            where=path.name,
            remedy="correct the key, or the header map",
        )
    return section


def _pixels(path: Path, hdu: Any) -> tuple[NDArray[Any], float, float]:
    """Return the stored numbers, mapped into memory where they lie plainly in the file, and their scale."""
    packed = isinstance(hdu, fits.CompImageHDU) or _is_gzip(path)
    if packed or "BLANK" in hdu.header:  # in memory, where integers take half the room
        pixels = np.asarray(hdu.data)
        return (pixels if pixels.dtype.itemsize <= 2 else pixels.astype(np.float32)), 1.0, 0.0
    scale, zero = float(hdu.header.get("BSCALE", 1)), float(hdu.header.get("BZERO", 0))
    dtype = np.dtype(_STORED[hdu.header["BITPIX"]])
    return np.memmap(path, dtype, "r", hdu.fileinfo()["datLoc"], hdu.shape), scale, zero


def _is_gzip(path: Path) -> bool:
    """Say whether a file is packed, whatever its name says."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"
