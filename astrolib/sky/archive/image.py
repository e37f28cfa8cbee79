"""A picture of the simulated sky, asked for as CDS's hips2fits is: as FITS with its WCS, or as PNG."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.sky.archive import parameters
from astrolib.sky.archive.catalogue import EPOCH, Catalogue
from astrolib.sky.archive.parameters import Parameters
from astrolib.sky.archive.places import within

PNG_TYPE, FITS_TYPE = "image/png", "image/fits"

MOST_PIXELS = 1000
"""On a side."""

_COVERAGE = 0.5  # about each star [deg]: outside there are no plates
_FWHM, _BETA = 2.2, 2.6  # of the point spread function [arcsec], and Moffat's exponent
_ZERO_POINT = 27.0  # magnitude of a source of 1 ADU
_SKY, _NOISE, _SATURATED = 1200.0, 14.0, 30_000.0  # [ADU]
_HALO = 60.0  # how far the light of a bright star is followed beyond the edge [arcsec]
_SPIKED = 11.0  # [mag]: brighter ones show the spider of the telescope

_SIDES = ("WIDTH", "HEIGHT")

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Frame:
    """What is asked for: centre [deg], the larger side [deg], and pixels across and up."""

    ra: float
    dec: float
    fov: float
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Size of a pixel [arcsec]."""
        return 3600 * self.fov / max(self.width, self.height)


def answer(catalogue: Catalogue, query: Parameters) -> tuple[bytes, str]:
    """Return a picture and its media type.

    Raises
    ------
    ParameterError
        If ``ra``, ``dec`` or ``fov`` [deg] is missing or no number, or another projection, frame or format is
        asked for.
    """
    frame = _frame(query)
    kind = query.only("FORMAT").lower() or "fits"
    if kind not in ("fits", "png"):
        raise ParameterError(f"format is {kind[:20]!r}", remedy="ask for fits or png")
    pixels = draw(catalogue, frame)
    return (_as_fits(pixels, frame), FITS_TYPE) if kind == "fits" else (_as_png(pixels), PNG_TYPE)


def draw(catalogue: Catalogue, frame: Frame) -> Pixels:
    """Return the picture [ADU], first row at the bottom, east to the left; NaN where there are no plates."""
    centre = (frame.ra, frame.dec)
    if not within(catalogue.ra, catalogue.dec, centre, _COVERAGE).any():
        return np.full((frame.height, frame.width), np.nan, dtype=np.float32)
    rng = np.random.default_rng(int(1e4 * (frame.ra + 400 * (frame.dec + 90))))
    picture = rng.normal(_SKY, _NOISE, (frame.height, frame.width))
    x, y = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in (frame.width, frame.height)))
    rows = np.flatnonzero(within(catalogue.ra, catalogue.dec, centre, 0.75 * frame.fov + _HALO / 3600))
    for row in rows:
        source = catalogue.sources[row]
        east = (source.ra - frame.ra) * np.cos(np.radians(frame.dec)) * 3600
        north = (source.dec - frame.dec) * 3600
        right, up = x * frame.scale + east, y * frame.scale - north
        picture += 10 ** (0.4 * (_ZERO_POINT - source.g)) * _light(right, up, source.g) * frame.scale**2
    return np.minimum(picture, _SATURATED).astype(np.float32)


def _light(x: NDArray[np.float64], y: NDArray[np.float64], mag: float) -> NDArray[np.float64]:
    """Return the share of a star's light a square arcsecond, at offsets from it [arcsec].

    The profile is Moffat's (1969, A&A 3, 455).
    """
    core = _FWHM / (2 * np.sqrt(2 ** (1 / _BETA) - 1))
    light = (_BETA - 1) / (np.pi * core**2) * (1 + (x**2 + y**2) / core**2) ** -_BETA
    if mag < _SPIKED:
        across, along = np.minimum(abs(x), abs(y)), np.maximum(abs(x), abs(y))
        light = light + 2e-4 * np.exp(-((across / 0.8) ** 2) - along / 8)
    return light


def _frame(query: Parameters) -> Frame:
    for name, known in (("PROJECTION", "TAN"), ("COORDSYS", "ICRS")):
        if (query.only(name) or known).upper() != known:
            raise ParameterError(f"{name} is {query.only(name)[:20]!r}", remedy=f"ask for {known}")
    width, height = (
        int(parameters.number(side, query.only(side) or "300", 1, MOST_PIXELS)) for side in _SIDES
    )
    return Frame(
        parameters.number("RA", query.only("RA"), 0, 360),
        parameters.number("DEC", query.only("DEC"), -90, 90),
        parameters.number("FOV", query.only("FOV"), 1e-5, 1),
        width,
        height,
    )


def _as_fits(pixels: Pixels, frame: Frame) -> bytes:
    hdu = fits.PrimaryHDU(pixels)
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": frame.ra, "CRVAL2": frame.dec}
    cards |= {"CRPIX1": (frame.width + 1) / 2, "CRPIX2": (frame.height + 1) / 2}
    cards |= {"CDELT1": -frame.scale / 3600, "CDELT2": frame.scale / 3600, "CUNIT1": "deg", "CUNIT2": "deg"}
    cards |= {"RADESYS": "ICRS", "BUNIT": "adu", "OBJECT": "simulated sky", "EPOCH": EPOCH}
    hdu.header.update(cards)
    stream = io.BytesIO()
    hdu.writeto(stream)
    return stream.getvalue()


def _as_png(pixels: Pixels) -> bytes:
    """Return 8 bits of grey a pixel (PNG, third edition, section 11); black where there are no plates."""
    above = np.arcsinh(np.clip(np.nan_to_num(pixels, nan=_SKY) - _SKY, 0, None) / _NOISE)
    grey = (255 * above / np.arcsinh(_SATURATED / _NOISE)).astype(np.uint8)[::-1]
    rows = np.pad(grey, ((0, 0), (1, 0))).tobytes()  # each row begins with its filter: none
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    name, data = part
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
